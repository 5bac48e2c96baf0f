// What Jaeger's two roles share: their arguments' checks and the workload around their configuration.
import * as pulumi from "@pulumi/pulumi";

import { FileMount, peerOf, PlaceArgs, placeProblems, ScaleArgs, scaleProblems, takesConnections, Workload } from "../platform";
import { connectionProblems } from "../storage/connection";
import { StorageConnection, StorageCredential } from "../storage/contract";
import { checkMemory } from "../support/checks";
import { Problem, Problems, refuseLate } from "../support/errors";
import { field } from "../support/inputs";
import { imageProblems, resolveImage } from "../support/versions";
import { combinationProblems, CONFIG_FOLDER, FILES, JaegerStorage, PORTS } from "./configuration";

/** The arguments that both roles have. */
interface RoleArgs extends PlaceArgs {
    replicas?: number;
    version?: string;
    image?: string;
    registry?: string;
    memory?: string;
    egress?: boolean;
    storage: pulumi.Input<StorageConnection>;
    credential: pulumi.Input<StorageCredential>;
}

/** The plain arguments of a role with their defaults, checked. */
export function normalizeRole(
    component: string,
    name: string,
    args: RoleArgs,
    defaultMemory: string,
    ownProblems: readonly Problem[],
) {
    const problems = new Problems();
    problems.add(ownProblems);
    const memory = checkMemory(problems, args.memory, {
        fallback: defaultMemory,
        least: "64MiB",
        example: "256MiB",
    });
    problems.expect(
        args.storage !== undefined,
        "storage",
        "missing; give an ElasticsearchStorage's `connection` or your own",
    );
    problems.expect(
        args.credential !== undefined,
        "credential",
        "missing; give the login of this role, e.g. an ElasticsearchStorage's `writer` or `reader`",
    );
    const { reference, version } = resolveImage("jaeger", args, args.registry);
    problems.add(imageProblems(args));
    problems.add(placeProblems(args));
    const { maxReplicas } = (args.kubernetes ?? {}) as ScaleArgs;
    problems.add(scaleProblems(args.platform, { replicas: args.replicas, maxReplicas }));
    // The storage's version is an input and known later; Jaeger's own is plain.
    problems.add(combinationProblems(version, "elasticsearch", "8.0.0"));
    problems.throwIfAny(component, name);
    return { memory, image: reference, version };
}

/** The storage contract's values with their defaults; refused by name when Jaeger's version does not know the storage. */
export function storageOf(
    component: string,
    name: string,
    version: string,
    args: RoleArgs,
): pulumi.Output<JaegerStorage> {
    const of = <K extends keyof StorageConnection>(key: K) => field(args.storage, key);
    return pulumi
        .output({
            engine: of("engine"),
            version: of("version"),
            urls: of("urls"),
            ca: of("ca"),
            indexPrefix: of("indexPrefix"),
            shards: of("shards"),
            replicas: of("replicas"),
            retentionDays: of("retentionDays"),
            user: field(args.credential, "user"),
        })
        .apply(({ ca, ...given }) => {
            const storage: JaegerStorage = {
                ...given,
                engine: given.engine ?? "elasticsearch",
                urls: given.urls ?? [],
                ...(ca === undefined ? {} : { ca }),
                shards: given.shards ?? 1,
                replicas: given.replicas ?? 0,
                retentionDays: given.retentionDays ?? 7,
            };
            const problems = [
                ...combinationProblems(version, storage.engine, storage.version),
                ...connectionProblems(storage),
            ];
            refuseLate(component, name, problems);
            return storage;
        });
}

/** The workload of a role: all but its name, role, offers and readiness. */
export function jaegerProcess(args: RoleArgs, memory: number, configuration: pulumi.Output<string>) {
    const files: FileMount = {
        name: "config",
        path: CONFIG_FOLDER,
        files: {
            [FILES.configuration]: { content: configuration },
            [FILES.password]: { content: pulumi.secret(field(args.credential, "password")), secret: true },
        },
    };
    return {
        command: [`--config=${CONFIG_FOLDER}/${FILES.configuration}`],
        environment: {
            GOMEMLIMIT: { value: `${Math.floor(memory * 0.8)}MiB` },
            // Jaeger is not traced itself; up to 2.19 its own setting for that is not all there is.
            OTEL_TRACES_SAMPLER: { value: "always_off" },
        },
        fileMounts: [files],
        scratch: [{ path: "/tmp", mebibytes: 16 }],
        memory,
        user: { uid: 10001, gid: 10001 },
        httpClient: "wget",
        metrics: { port: PORTS.metrics, path: "/metrics" },
        egress: args.egress,
        calls: [peerOf("storage", args.storage)],
        liveness: takesConnections(PORTS.health, 30),
        readyTimeout: 120,
        stopGrace: 15,
    } satisfies Partial<Workload>;
}
