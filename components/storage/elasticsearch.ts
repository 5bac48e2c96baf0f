// ElasticsearchStorage: one Elasticsearch node with security on and one least-privilege user per role.
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import {
    CHECK_INTERVAL,
    KubernetesArgs,
    placeProblems,
    placingProblems,
    PlatformKind,
    platformOf,
    reachOf,
} from "../platform";
import { checkMemory } from "../support/checks";
import { Problem, Problems, shown } from "../support/errors";
import { joinName, physicalName } from "../support/names";
import { parseMebibytes } from "../support/units";
import { atLeast, imageProblems, resolveImage } from "../support/versions";
import { backupOfSeveralNodes } from "./checks";
import {
    BACKUP_FOLDER,
    BACKUP_LOGIN,
    CommonRole,
    HEALTH_FOLDER,
    HEALTH_LOGIN,
    heapOptions,
    HOME,
    HTTP_PORT,
    indexPrefixProblem,
    OLDEST_VERSION,
    READINESS_PORT,
    roles,
    rolesInUse,
    settings,
    settledCommand,
    StorageRole,
    USERS,
    users,
    usersRoles,
} from "./configuration";
import { clusterProcess } from "./cluster";
import { StorageConnection, StorageCredential, StorageEngine } from "./contract";
import { dataCheck } from "./dataVersion";
import { transportFiles } from "./transport";

/** What only a Docker engine has, for {@link ElasticsearchStorage}. */
export interface ElasticsearchStorageDockerArgs {
    /** The subnet of the storage's network, e.g. `10.210.0.0/26`. @default chosen by the engine */
    subnet?: string;
}

/** What only a Kubernetes cluster has, for {@link ElasticsearchStorage}. */
export interface ElasticsearchStorageKubernetesArgs extends KubernetesArgs {
    /** The class of its volumes. @default the cluster's default class */
    storageClass?: string;
    /** The size of each volume, e.g. `10GiB`. At least 1GiB. @default 10GiB */
    size?: string;
    /**
     * How many nodes: 1, or 3 that outlive the loss of one, with TLS between them. It can't be changed while there are
     * data. @default 1
     */
    nodes?: number;
}

/** The arguments of {@link ElasticsearchStorage}. */
export interface ElasticsearchStorageArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The version of Elasticsearch, at least 8.2: what the configuration is made for. @default 8.19.0 */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.elastic.co */
    registry?: string;
    /** The memory limit, e.g. `2GiB`; half of it is the heap. At least 1GiB. @default 1GiB */
    memory?: string;
    /** Indices are named `<indexPrefix>-jaeger-span-<day>`. @default the stack's name */
    indexPrefix?: string;
    /** Primary shards of each index. @default 1 */
    shards?: pulumi.Input<number>;
    /** Days that spans are kept, and that Jaeger looks back. @default 7 */
    retentionDays?: pulumi.Input<number>;
    /** Whether the data stay when the stack is destroyed; the next `up` finds them again. @default false */
    keepData?: boolean;
    /**
     * Whether there is a volume for backups, and a user that writes them: see docs/storage.md. The volume stays when
     * the stack is destroyed, and when this is taken back. On Kubernetes the data stay with it, and
     * taken back it goes with the stack; this can't be set later there, nor with three nodes. @default false
     */
    backup?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: ElasticsearchStorageDockerArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: ElasticsearchStorageKubernetesArgs;
}

const DATA = `${HOME}/data`;

/** The plain arguments with their defaults, checked. */
function normalize(name: string, args: ElasticsearchStorageArgs, placing: readonly Problem[]) {
    const problems = new Problems();
    problems.add(placing);
    const memory = checkMemory(problems, args.memory, { fallback: "1GiB", least: "1GiB", example: "2GiB" });
    const { reference, version } = resolveImage("elasticsearch", args, args.registry);
    problems.expect(
        atLeast(version, OLDEST_VERSION) && !atLeast(version, "10.0.0"),
        "version",
        () =>
            `got ${shown(version)}, expected a version from ${OLDEST_VERSION} to 9.x. For another server give its ` +
            "StorageConnection to the other components instead of making one",
    );
    problems.add(imageProblems(args));
    problems.add(placeProblems(args));
    const size = parseMebibytes(args.kubernetes?.size ?? "10GiB") ?? 0;
    problems.expect(
        size >= 1024,
        "kubernetes.size",
        () => `got ${shown(args.kubernetes?.size)}, expected a size of at least 1GiB such as "10GiB"`,
    );
    const indexPrefix = args.indexPrefix ?? joinName([pulumi.getStack()]);
    const prefixProblem = indexPrefixProblem(indexPrefix);
    problems.expect(
        prefixProblem === undefined,
        "indexPrefix",
        () => `got ${shown(indexPrefix)}, ${prefixProblem}`,
    );
    const nodes = args.kubernetes?.nodes ?? 1;
    problems.expect(
        nodes === 1 || nodes === 3,
        "kubernetes.nodes",
        () => `got ${shown(nodes)}, expected 1 or 3: of two, neither knows whether the other is gone`,
    );
    problems.expect(nodes === 1 || !args.backup, "backup", backupOfSeveralNodes("kubernetes.nodes"));
    problems.throwIfAny("ElasticsearchStorage", name);
    return { memory, image: reference, version, indexPrefix, size, nodes };
}

/**
 * An Elasticsearch node as trace storage.
 *
 * Security is on: no superuser can log in, each role has a user of its own that may do what the role does. The data lie
 * on a volume that outlives the container. No setting of the host is needed.
 */
export class ElasticsearchStorage extends pulumi.ComponentResource {
    /** What other roles need to know of the storage. */
    public readonly connection: StorageConnection;
    /** The login of the collector, which makes index templates and writes. */
    public readonly writer: StorageCredential;
    /** The login of the query role, which reads. */
    public readonly reader: StorageCredential;
    /** The login of retention, which deletes indices. */
    public readonly maintainer: StorageCredential;

    constructor(name: string, args: ElasticsearchStorageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:ElasticsearchStorage", name, {}, opts);
        const { memory, image, version, indexPrefix, size, nodes } = normalize(
            name,
            args,
            placingProblems(this, name, args, opts),
        );
        const backup = args.backup ?? false;
        const passwords = createPasswords(name, backup, this);
        const clusterName = physicalName(args.environmentId, name);
        const cluster = nodes > 1;

        const placed = platformOf(args.platform ?? PlatformKind.Docker).workload(
            {
                name,
                role: "storage",
                labels: args.labels,
                image,
                httpClient: "none",
                replicas: nodes,
                ...(cluster ? clusterProcess(nodes, DATA) : {}),
                fileMounts: [
                    {
                        name: "config",
                        path: `${HOME}/config`,
                        files: {
                            "elasticsearch.yml": { content: settings(clusterName, {
                                    backup,
                                    version,
                                    cluster,
                                    volume: args.kubernetes !== undefined,
                                }),
                            },
                            "jvm.options.d/heap.options": { content: heapOptions(memory) },
                            "roles.yml": { content: roles(indexPrefix, rolesInUse(backup)) },
                            users: { content: usersFile(passwords), secret: true },
                            users_roles: { content: usersRoles(rolesInUse(backup)) },
                            ...(cluster ? transportFiles(name, this) : {}),
                            ...(passwords.backup ? { [BACKUP_LOGIN]: loginFile("backup", passwords.backup) } : {}),
                        },
                        // Elasticsearch makes its keystore beside its settings.
                        writable: true,
                    },
                ],
                volumes: [
                    { name: "data", path: DATA, keep: args.keepData, mebibytes: size },
                    ...(backup ? [{ name: "backup", path: BACKUP_FOLDER, keep: true, ownedAs: DATA, mebibytes: size }] : []),
                ],
                dataCheck: dataCheck(DATA, version),
                scratch: [
                    // Native libraries are unpacked into it.
                    { path: "/tmp", mebibytes: 256, executable: true },
                    { path: `${HOME}/logs`, mebibytes: 64 },
                ],
                memory,
                user: { uid: 1000, gid: 0 },
                readiness: {
                    command: ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${READINESS_PORT}`],
                    interval: CHECK_INTERVAL,
                    timeout: 2,
                    retries: 5,
                    // Several start at the same time, and each waits for the others.
                    startPeriod: cluster ? 480 : 120,
                },
                settled: {
                    command: settledCommand(nodes),
                    fileMounts: [
                        { name: "health", path: HEALTH_FOLDER, files: { [HEALTH_LOGIN]: loginFile("reader", passwords.reader) } },
                    ],
                },
                readyTimeout: cluster ? 480 : 240,
                offers: HTTP_PORT,
                ports: { http: HTTP_PORT },
                stopGrace: 60,
            },
            {
                parent: this,
                environmentId: args.environmentId,
                subnet: args.docker?.subnet,
                kubernetes: args.kubernetes,
            },
        );

        this.connection = {
            engine: pulumi.output<string>(StorageEngine.Elasticsearch),
            version: pulumi.output(version),
            urls: placed.host.apply((host) => [`http://${host}:${HTTP_PORT}`]),
            indexPrefix: pulumi.output(indexPrefix),
            shards: pulumi.output(args.shards ?? 1),
            // A single node has nowhere to put a replica.
            replicas: pulumi.output(cluster ? 1 : 0),
            retentionDays: pulumi.output(args.retentionDays ?? 7),
            reach: reachOf(placed),
        };
        this.writer = credential("writer", passwords);
        this.reader = credential("reader", passwords);
        this.maintainer = credential("maintainer", passwords);
        this.registerOutputs({
            connection: this.connection,
            writer: this.writer,
            reader: this.reader,
            maintainer: this.maintainer,
        });
    }
}

/** One generated password per role; there is none of backups where there are no backups. */
type Passwords = Record<CommonRole, random.RandomPassword> & { backup?: random.RandomPassword };

/** Bcrypt reads at most 72 bytes of a password. */
function createPasswords(name: string, backup: boolean, parent: pulumi.Resource): Passwords {
    const create = (role: StorageRole) =>
        new random.RandomPassword(`${name}-${role}-password`, { length: 32, special: false }, { parent });
    return {
        writer: create("writer"),
        reader: create("reader"),
        maintainer: create("maintainer"),
        ...(backup ? { backup: create("backup") } : {}),
    };
}

function usersFile(passwords: Passwords): pulumi.Output<string> {
    const hashes = Object.entries(passwords).map(([role, { bcryptHash }]) => [role, bcryptHash]);
    return pulumi
        .output(Object.fromEntries(hashes) as Record<StorageRole, pulumi.Output<string>>)
        .apply((known) => users(known));
}

/** A login as curl reads it. */
function loginFile(role: StorageRole, password: random.RandomPassword) {
    return { content: pulumi.interpolate`user = "${USERS[role]}:${password.result}"\n`, secret: true };
}

function credential(role: CommonRole, passwords: Passwords): StorageCredential {
    return { user: pulumi.output<string>(USERS[role]), password: pulumi.secret(passwords[role].result) };
}
