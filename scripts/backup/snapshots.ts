// Backups of the traces: snapshots of their indices in the repository on the backup volume.
import { BACKUP_FOLDER, restoringPrefix } from "../../components/storage/configuration";
import { Answer, Ask } from "./node";

const REPOSITORY = "_snapshot/traced-environment";

/** A backup. */
export interface Backup {
    name: string;
    /** When it was begun, as ISO 8601. */
    made: string;
    /** `SUCCESS` when it is whole. */
    state: string;
    /** The version of Elasticsearch that made it. */
    version: string;
    indices: string[];
}

interface Snapshot {
    snapshot: string;
    start_time: string;
    state: string;
    version: string;
    indices: string[];
    failures?: { index: string; reason: string }[];
}

/** What is wrong with a backup's name, if anything. */
export function nameProblem(name: string): string | undefined {
    return /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)
        ? undefined
        : "expected lower-case letters, digits, `.`, `_` and `-`, starting with a letter or digit, at most 63 characters";
}

/** The name of a backup that was given none: the time, to the second. */
export function nameAt(time: Date): string {
    return time.toISOString().slice(0, 19).toLowerCase().replaceAll(":", "");
}

/** The answer's content; throws with what Elasticsearch says when it refused. */
export function expectDone(what: string, { status, body }: Answer): unknown {
    if (status >= 200 && status < 300) {
        return JSON.parse(body) as unknown;
    }
    throw new Error(`${what} was refused by Elasticsearch (HTTP ${status}): ${reasonIn(body)}`);
}

/** Why Elasticsearch refused something. */
export function reasonIn(body: string): string {
    try {
        const { error } = JSON.parse(body) as { error?: { reason?: string; root_cause?: { reason?: string }[] } };
        return error?.root_cause?.[0]?.reason ?? error?.reason ?? body.slice(0, 300);
    } catch {
        return body.slice(0, 300);
    }
}

/** Tells Elasticsearch of the repository; what it holds, a new node finds too. */
export async function openRepository(ask: Ask): Promise<void> {
    const repository = { type: "fs", settings: { location: BACKUP_FOLDER, compress: true } };
    expectDone("The backups' repository", await ask("PUT", REPOSITORY, JSON.stringify(repository)));
}

/** All backups, the oldest first. */
export async function listBackups(ask: Ask): Promise<Backup[]> {
    const { snapshots } = expectDone("The list of backups", await ask("GET", `${REPOSITORY}/*`)) as {
        snapshots: Snapshot[];
    };
    return snapshots.map(backupOf).sort((a, b) => a.made.localeCompare(b.made));
}

/** Takes a backup of an environment's indices, those of a restore aside. Throws unless it is whole. */
export async function takeBackup(ask: Ask, name: string, indexPrefix: string): Promise<Backup> {
    const wanted = {
        indices: `${indexPrefix}-jaeger-*,-${restoringPrefix(indexPrefix)}*`,
        include_global_state: false,
        ignore_unavailable: true,
    };
    const path = `${REPOSITORY}/${name}?wait_for_completion=true`;
    const { snapshot } = expectDone(`The backup "${name}"`, await ask("PUT", path, JSON.stringify(wanted))) as {
        snapshot: Snapshot;
    };
    if (snapshot.state !== "SUCCESS") {
        const [failure] = snapshot.failures ?? [];
        throw new Error(
            `The backup "${name}" is not whole (${snapshot.state}${failure ? `: ${failure.index}: ${failure.reason}` : ""}). ` +
                "It can't be restored; mend the cause, remove it and take another one.",
        );
    }
    return backupOf(snapshot);
}

/** Removes a backup. */
export async function removeBackup(ask: Ask, name: string): Promise<void> {
    expectDone(`Removing the backup "${name}"`, await ask("DELETE", `${REPOSITORY}/${name}`));
}

/** Restores indices of a backup, each under a name that `rename` makes of its own; waits until they are there. */
export async function restoreIndices(
    ask: Ask,
    backup: Backup,
    indices: readonly string[],
    rename?: string,
): Promise<Answer> {
    const wanted = {
        indices: indices.join(","),
        include_global_state: false,
        include_aliases: false,
        ...(rename === undefined ? {} : { rename_pattern: "(.+)", rename_replacement: `${rename}$1` }),
    };
    return ask("POST", `${REPOSITORY}/${backup.name}/_restore?wait_for_completion=true`, JSON.stringify(wanted));
}

function backupOf({ snapshot, start_time, state, version, indices }: Snapshot): Backup {
    return { name: snapshot, made: start_time, state, version, indices: [...indices].sort() };
}
