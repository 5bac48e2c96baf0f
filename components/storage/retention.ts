// StorageRetention: deletes indices whose days are past, and the oldest days above a size, on a schedule.
import * as fs from "fs";
import * as path from "path";

import * as pulumi from "@pulumi/pulumi";

import { KubernetesArgs, peerOf, placeProblems, placingProblems, PlatformKind, platformOf } from "../platform";
import { checkMemory } from "../support/checks";
import { Problem, Problems, refuseLate, shown } from "../support/errors";
import { field } from "../support/inputs";
import { parseMebibytes, parseSeconds } from "../support/units";
import { resolveImage } from "../support/versions";
import { intervalProblem, RETENTION_INTERVAL } from "./configuration";
import { connectionProblems } from "./connection";
import { StorageConnection, StorageCredential } from "./contract";

/** The arguments of {@link StorageRetention}. */
export interface StorageRetentionArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The storage whose indices it deletes, and by `retentionDays` which of them. */
    storage: pulumi.Input<StorageConnection>;
    /** The login that may list and delete indices. */
    credential: pulumi.Input<StorageCredential>;
    /**
     * What all indices of the prefix may take on the storage's disks, replicas included, e.g. `20GiB`. Above it the
     * oldest days go first, never today's. At least 1MiB. @default no limit
     */
    maxSize?: string;
    /** From the beginning of one run to that of the next, e.g. `30m`; from 1s to 24h. @default 1h */
    interval?: string;
    /** The version of Elasticsearch's image, in which the job runs, whatever the storage is. @default 8.19.0 */
    version?: string;
    /** A whole image reference instead; it needs bash, curl and date. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.elastic.co */
    registry?: string;
    /** The memory limit, e.g. `64MiB`. At least 32MiB. @default 64MiB */
    memory?: string;
    /** Whether it may call anything outside: for a storage on no network that it could join. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Kubernetes cluster has. */
    kubernetes?: KubernetesArgs;
}

const FOLDER = "/etc/retention";
const FILES = { script: "retention.sh", authorities: "ca.pem", password: "secrets/password" } as const;

/** What stands in the place of the certificate authorities: the engine uploads no empty file. */
const NO_AUTHORITIES = "The system's are used.\n";

/** What is wrong with the days that are kept, if anything. */
function retentionDaysProblems(days: number): Problem[] {
    return Number.isInteger(days) && days >= 1
        ? []
        : [
              {
                  path: "storage.retentionDays",
                  reason: `got ${shown(days)}, expected a whole number of days, at least 1`,
              },
          ];
}

/** The plain arguments with their defaults, checked. */
function normalize(name: string, args: StorageRetentionArgs, placing: readonly Problem[]) {
    const problems = new Problems();
    problems.add(placing);
    const memory = checkMemory(problems, args.memory, { fallback: "64MiB", least: "32MiB", example: "64MiB" });
    problems.expect(
        args.storage !== undefined,
        "storage",
        "missing; give an ElasticsearchStorage's `connection` or your own",
    );
    problems.expect(
        args.credential !== undefined,
        "credential",
        "missing; give a login that may delete indices, e.g. an ElasticsearchStorage's `maintainer`",
    );
    const { interval = RETENTION_INTERVAL, maxSize } = args;
    const wrongInterval = intervalProblem(interval);
    problems.expect(wrongInterval === undefined, "interval", () => `got ${shown(interval)}, ${wrongInterval}`);
    const most = maxSize === undefined ? 0 : (parseMebibytes(maxSize) ?? 0);
    problems.expect(
        maxSize === undefined || most >= 1,
        "maxSize",
        () => `got ${shown(maxSize)}, expected a size of at least 1MiB such as 20GiB`,
    );
    problems.add(placeProblems(args));
    problems.throwIfAny("StorageRetention", name);
    return {
        memory,
        interval: parseSeconds(interval) as number,
        maxBytes: most * 1024 * 1024,
        image: resolveImage("elasticsearch", args, args.registry).reference,
    };
}

/** The storage's values, refused when they can't be right. */
function storageOf(name: string, args: StorageRetentionArgs) {
    const of = <K extends keyof StorageConnection>(key: K) => field(args.storage, key);
    return pulumi
        .output({ urls: of("urls"), ca: of("ca"), indexPrefix: of("indexPrefix"), days: of("retentionDays") })
        .apply(({ urls = [], ca, indexPrefix, days = 7 }) => {
            const problems = [
                ...connectionProblems({ urls, indexPrefix, ...(ca === undefined ? {} : { ca }) }),
                ...retentionDaysProblems(days),
            ];
            refuseLate("StorageRetention", name, problems);
            return { urls: urls.map((url) => url.replace(/\/+$/, "")).join(" "), ca: ca ?? NO_AUTHORITIES, indexPrefix, days };
        });
}

/**
 * Retention for a trace storage, ours or an external one: spans are kept for at least the connection's `retentionDays`
 * and at most a day and an interval longer, by the day in the names of their indices. Only indices of the connection's
 * own prefix are touched.
 *
 * It runs at its start and then each interval. It is unhealthy when no run succeeded for two intervals.
 */
export class StorageRetention extends pulumi.ComponentResource {
    constructor(name: string, args: StorageRetentionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:StorageRetention", name, {}, opts);
        const { memory, interval, maxBytes, image } = normalize(
            name,
            args,
            placingProblems(this, name, args, opts),
        );
        const storage = storageOf(name, args);
        platformOf(args.platform ?? PlatformKind.Docker).schedule(
            {
                name,
                role: "retention",
                labels: args.labels,
                image,
                command: ["bash", `${FOLDER}/${FILES.script}`],
                environment: {
                    URLS: { value: storage.urls },
                    CA_FILE: { value: `${FOLDER}/${FILES.authorities}` },
                    INDEX_PREFIX: { value: storage.indexPrefix },
                    RETENTION_DAYS: { value: storage.days.apply(String) },
                    MAX_BYTES: { value: String(maxBytes) },
                    STORAGE_USER: { value: field(args.credential, "user") },
                    PASSWORD_FILE: { value: `${FOLDER}/${FILES.password}` },
                },
                fileMounts: [
                    {
                        name: "config",
                        path: FOLDER,
                        files: {
                            [FILES.script]: { content: fs.readFileSync(path.join(__dirname, FILES.script), "utf8") },
                            [FILES.authorities]: { content: storage.ca },
                            [FILES.password]: {
                                content: pulumi.secret(field(args.credential, "password")),
                                secret: true,
                            },
                        },
                    },
                ],
                memory,
                user: { uid: 10001, gid: 10001 },
                egress: args.egress,
                calls: [peerOf("storage", args.storage)],
                interval,
                misses: 2,
                readyTimeout: 180,
            },
            { parent: this, environmentId: args.environmentId, kubernetes: args.kubernetes },
        );
        this.registerOutputs({});
    }
}
