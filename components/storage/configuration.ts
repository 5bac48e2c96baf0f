// Elasticsearch's files (pure): settings, users, roles and heap; and what is wrong with what they are made of.
import { parseSeconds } from "../support/units";
import { atLeast } from "../support/versions";
import { toYaml } from "../support/yaml";
import { JOINED } from "./cluster";

/** The port of Elasticsearch's HTTP API. */
export const HTTP_PORT = 9200;
/** Opens only while the node is in a cluster that has a master; answers without a password (since 8.2). */
export const READINESS_PORT = 9399;
/** Where the certificates lie with which nodes trust one another, below the configuration folder. */
export const TRANSPORT_FILES = { authority: "transport/ca.crt", certificate: "transport/node.crt", key: "transport/node.key" };
/** The oldest version with `readiness.port`. */
export const OLDEST_VERSION = "8.2.0";

/** The roles of Elasticsearch users, each with what its Jaeger role does and nothing else. */
export const USERS = {
    /** The collector: makes the templates and writes. */
    writer: "jaeger-writer",
    /** The query role: reads. */
    reader: "jaeger-reader",
    /** Retention: deletes indices. */
    maintainer: "jaeger-maintainer",
    /** Takes backups and restores them; only where there are any. */
    backup: "jaeger-backup",
} as const;

/**
 * How much of the disk must stay free, at which point what happens (the flood stage makes indices read-only).
 * Absolute, because a share of a large disk is a lot: by default a disk of 2 TB floods with 100 GB free.
 */
const WATERMARKS = { low: 3, high: 2, flood_stage: 1 } as const;

/** The oldest version whose watermarks may be a share of the disk, but no more than so much. */
const HEADROOM = "8.5.0";

/**
 * The watermarks. On a volume of its own, which may be small and may grow, they are shares of it up to the same amounts:
 * those of 10 GiB.
 */
function watermarks(volume: boolean): Record<string, string> {
    return Object.fromEntries(
        Object.entries(WATERMARKS).flatMap(([mark, free]) => {
            const key = `cluster.routing.allocation.disk.watermark.${mark}`;
            return volume
                ? [
                      [key, `${100 - 10 * free}%`],
                      [`${key}.max_headroom`, `${free}gb`],
                  ]
                : [[key, `${free}gb`]];
        }),
    );
}

/** A role that logs in to Elasticsearch. */
export type StorageRole = keyof typeof USERS;

/** A role that every storage has, with or without backups. */
export type CommonRole = Exclude<StorageRole, "backup">;

/** The roles that there are, with or without backups. */
export function rolesInUse(backup: boolean): StorageRole[] {
    return (Object.keys(USERS) as StorageRole[]).filter((role) => role !== "backup" || backup);
}

/** Where Elasticsearch is in its image. */
export const HOME = "/usr/share/elasticsearch";
/** Where the volume with the backups is mounted. */
export const BACKUP_FOLDER = `${HOME}/backup`;
/** The login of {@link USERS.backup}, as curl reads it by `--config`: for jobs in the node's container. */
export const BACKUP_LOGIN = "backup-login.conf";

/** Where a node finds the login by which it asks whether the cluster has come to rest, as curl reads it. */
export const HEALTH_FOLDER = "/run/secrets/health";
export const HEALTH_LOGIN = "login.conf";

/**
 * Asks whether every shard is where it should be, after a node has come back. A single node has no place for replicas:
 * of an index that wants some, its primaries are enough.
 */
export function settledCommand(nodes: number): string {
    const status = nodes === 1 ? "yellow" : "green";
    const joined = nodes === 1 ? "" : ` && touch ${HOME}/data/${JOINED}`;
    return (
        `curl --silent --fail --output /dev/null --max-time 4 --config ${HEALTH_FOLDER}/${HEALTH_LOGIN} ` +
        `"http://127.0.0.1:${HTTP_PORT}/_cluster/health?wait_for_status=${status}&timeout=2s"${joined}`
    );
}

/** Begins the names of indices that a restore makes for a while. */
export function restoringPrefix(indexPrefix: string): string {
    return `${indexPrefix}-jaeger-restoring-`;
}

/** What decides about the settings besides the cluster's name. */
export interface NodeOptions {
    /** Whether snapshots can be written to their volume. */
    backup?: boolean;
    /** Whether it is one of several nodes. */
    cluster?: boolean;
    /** Whether the data lie on a volume of a size, and not on a host's disk. */
    volume?: boolean;
    /** The version that reads the settings. */
    version?: string;
}

/** What a single node is called and where it looks for others; one of several is told by its environment. */
function discovery(clusterName: string, cluster: boolean): object {
    return cluster
        ? { "node.name": "${NODE_NAME}", "discovery.seed_hosts": ["${PEERS}"] }
        : { "node.name": `${clusterName}-0`, "discovery.type": "single-node" };
}

/** TLS between nodes: without it Elasticsearch lets no second one in. Who has a certificate of the authority is a node. */
function transportSecurity(cluster: boolean): object {
    const key = (name: string) => `xpack.security.transport.ssl.${name}`;
    return cluster
        ? {
              [key("enabled")]: true,
              [key("verification_mode")]: "certificate",
              [key("client_authentication")]: "required",
              [key("certificate_authorities")]: [TRANSPORT_FILES.authority],
              [key("certificate")]: TRANSPORT_FILES.certificate,
              [key("key")]: TRANSPORT_FILES.key,
          }
        : { [key("enabled")]: false };
}

/** The settings file of a node. */
export function settings(
    clusterName: string,
    { backup = false, cluster = false, volume = false, version = "" }: NodeOptions = {},
): string {
    return toYaml({
        ...(backup ? { "path.repo": [BACKUP_FOLDER] } : {}),
        "cluster.name": clusterName,
        ...discovery(clusterName, cluster),
        "network.host": "0.0.0.0",
        "http.port": HTTP_PORT,
        "readiness.port": READINESS_PORT,
        ...watermarks(volume && atLeast(version, HEADROOM)),
        // Files are read without mmap, so that the host's vm.max_map_count can stay as it is.
        "node.store.allow_mmap": false,
        "xpack.security.enabled": true,
        "xpack.security.enrollment.enabled": false,
        // The network has no way out and only the roles join it; TLS comes with the first hop that leaves it.
        "xpack.security.http.ssl.enabled": false,
        ...transportSecurity(cluster),
        // No built-in user at all: the superuser `elastic` can't log in.
        "xpack.security.authc.reserved_realm.enabled": false,
    });
}

/** Half of the memory for the heap, the rest for the file system's cache; at most 31 GiB (compressed pointers). */
export function heapMebibytes(memory: number): number {
    return Math.min(Math.floor(memory / 2), 31 * 1024);
}

/** The JVM options file that sets the heap. */
export function heapOptions(memory: number): string {
    const heap = heapMebibytes(memory);
    return `-Xms${heap}m\n-Xmx${heap}m\n`;
}

/** What a role may do. */
interface Privileges {
    cluster: string[];
    indices: { names: string[]; privileges: string[] }[];
}

/** What each role may do, and nothing that it can do without: a test takes each privilege away (docs/storage.md). */
export function roles(indexPrefix: string, used: readonly StorageRole[]): string {
    const names = [`${indexPrefix}-jaeger-*`];
    const all: Record<StorageRole, Privileges> = {
        writer: {
            cluster: ["monitor", "manage_index_templates"],
            indices: [{ names, privileges: ["index", "auto_configure"] }],
        },
        reader: {
            cluster: ["monitor"],
            indices: [{ names, privileges: ["read"] }],
        },
        maintainer: {
            cluster: ["monitor"],
            indices: [{ names, privileges: ["delete_index", "monitor"] }],
        },
        backup: {
            // What has no privilege of its own is named by its action.
            cluster: [
                "monitor",
                "create_snapshot",
                "cluster:admin/repository/put",
                "cluster:admin/snapshot/delete",
                "cluster:admin/snapshot/restore",
            ],
            indices: [
                { names, privileges: ["create_doc", "view_index_metadata"] },
                { names: [`${restoringPrefix(indexPrefix)}*`], privileges: ["read", "delete_index"] },
            ],
        },
    };
    return toYaml(Object.fromEntries(used.map((role) => [USERS[role], all[role]])));
}

/** The file realm's users with their bcrypt hashes. */
export function users(hashes: Readonly<Partial<Record<StorageRole, string>>>): string {
    return (Object.keys(hashes) as StorageRole[])
        .sort()
        .map((role) => `${USERS[role]}:${hashes[role]}\n`)
        .join("");
}

/** Which user has which role: each the one of its name. */
export function usersRoles(used: readonly StorageRole[]): string {
    return used
        .map((role) => USERS[role])
        .sort()
        .map((user) => `${user}:${user}\n`)
        .join("");
}

/** What is wrong with an index prefix, if anything (Elasticsearch's rules for index names). */
export function indexPrefixProblem(prefix: string): string | undefined {
    return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(prefix)
        ? undefined
        : "expected lower-case letters, digits, `-` and `_`, starting with a letter or digit, at most 64 characters";
}

/** From one run of retention to the next, when nothing is said. */
export const RETENTION_INTERVAL = "1h";

/** The longest interval of retention: spans are kept for at most the days, one more, and this. */
const LONGEST_INTERVAL = 24 * 3600;

/** What is wrong with a retention's interval, if anything. */
export function intervalProblem(interval: string): string | undefined {
    const seconds = parseSeconds(interval) ?? 0;
    return seconds >= 1 && seconds <= LONGEST_INTERVAL
        ? undefined
        : "expected a duration from 1s to 24h such as 30m";
}
