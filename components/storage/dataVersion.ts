// Which Elasticsearch may open data that another version wrote (pure), and the program that looks at the data for it.
import { parseVersion } from "../support/versions";

/** A version as Elasticsearch writes it into its data: 8.19.0 is 8190099. */
export function versionId(version: string): number {
    const [major, minor, patch] = parseVersion(version) ?? [0, 0, 0];
    return major * 1_000_000 + minor * 10_000 + patch * 100 + 99;
}

/**
 * The oldest version whose data a version opens: from the last minor of the major before it on, and never back. It is
 * the rule by which a node itself refuses to start, once it has replaced the one before.
 *
 * @see https://www.elastic.co/docs/deploy-manage/upgrade/prepare-to-upgrade
 */
export function oldestReadable(version: string): string {
    const [major, minor] = parseVersion(version) ?? [0, 0, 0];
    if (major < 9) {
        return "7.17.0";
    }
    return minor === 0 ? "8.18.0" : "8.19.0";
}

/**
 * Compares the version that wrote the data with the one that is to open them. A node keeps its version in the commit of
 * its state, as text among other bytes: the name, a byte of length, the number. A commit may vanish while it is read,
 * because the node that runs writes a new one: then it is looked again.
 */
export const CHECK_DATA = [
    'state="$1/_state"; version="$2"; id="$3"; oldest="$4"; oldest_id="$5"',
    '[ -d "$state" ] || { echo "There are no data yet."; exit 0; }',
    "for attempt in 1 2 3; do",
    `  written="$(cat "$state"/segments_* 2>/dev/null | tr -c '0-9a-z_' '\\n' | sed -n '/^node_version$/{n;p;}' | sort -n | tail -n 1)"`,
    '  [ -n "$written" ] && break',
    "  sleep 1",
    "done",
    '[ -n "$written" ] || { echo "The data do not say their version: Elasticsearch checks it when it starts."; exit 0; }',
    'by="$((written / 1000000)).$((written / 10000 % 100)).$((written / 100 % 100))"',
    'echo "The data were written by Elasticsearch $by."',
    'if [ "$written" -gt "$id" ]; then',
    '  echo "Elasticsearch $version can\'t open them: it never goes back. Set its version to $by or a later one,"',
    '  echo "or begin with empty data: destroy the stack without keepData, and restore a backup that is old enough."',
    "  exit 1",
    "fi",
    'if [ "$written" -lt "$oldest_id" ]; then',
    '  echo "Elasticsearch $version can\'t open them: it takes data from $oldest on. Make a backup, set its version"',
    '  echo "to $oldest or a later one of the same major, and go on from there once it runs."',
    "  exit 1",
    "fi",
].join("\n");

/** The command that fails when the data in a folder can't be opened by a version, and says what to do. */
export function dataCheck(folder: string, version: string): string[] {
    const oldest = oldestReadable(version);
    return [
        "/bin/sh",
        "-c",
        CHECK_DATA,
        "data-check",
        folder,
        version,
        String(versionId(version)),
        oldest,
        String(versionId(oldest)),
    ];
}
