// Elasticsearch's files (pure): settings, users, roles and heap; and what is wrong with what they are made of.
import { parseSeconds } from "../support/units";
import { toYaml } from "../support/yaml";

/** The port of Elasticsearch's HTTP API. */
export const HTTP_PORT = 9200;
/** Opens only while the node is in a cluster that has a master; answers without a password (since 8.2). */
export const READINESS_PORT = 9399;
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
const WATERMARKS = { low: "3gb", high: "2gb", flood_stage: "1gb" } as const;

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

/** Begins the names of indices that a restore makes for a while. */
export function restoringPrefix(indexPrefix: string): string {
    return `${indexPrefix}-jaeger-restoring-`;
}

/** The settings file of a single node; with `backup`, snapshots can be written to their volume. */
export function settings(clusterName: string, backup = false): string {
    return toYaml({
        ...(backup ? { "path.repo": [BACKUP_FOLDER] } : {}),
        "cluster.name": clusterName,
        "node.name": `${clusterName}-0`,
        "discovery.type": "single-node",
        "network.host": "0.0.0.0",
        "http.port": HTTP_PORT,
        "readiness.port": READINESS_PORT,
        ...Object.fromEntries(
            Object.entries(WATERMARKS).map(([mark, free]) => [
                `cluster.routing.allocation.disk.watermark.${mark}`,
                free,
            ]),
        ),
        // Files are read without mmap, so that the host's vm.max_map_count can stay as it is.
        "node.store.allow_mmap": false,
        "xpack.security.enabled": true,
        "xpack.security.enrollment.enabled": false,
        // The network has no way out and only the roles join it; TLS comes with the first hop that leaves it.
        "xpack.security.http.ssl.enabled": false,
        "xpack.security.transport.ssl.enabled": false,
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
