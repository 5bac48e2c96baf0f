// The collector's log on a Docker host: the only witness of writes that the storage refuses.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { Membership, listContainers, membersOf } from "../stack/containers";

const run = promisify(execFile);

const LINES = 3;
const LINE_LENGTH = 300;
const COMPLAINT =
    /\b(bulk|elasticsearch|opensearch|export\w*)\b.*(fail|error|reject|refus|could not|block|drop)/i;
const LEVEL = /\b(warn|warning|error|fatal)\b/i;

/** The last lines of a collector's log that speak of failing to store, shortened. */
export function storageComplaints(log: string): string[] {
    return log
        .split("\n")
        .filter((line) => LEVEL.test(line) && COMPLAINT.test(line))
        .slice(-LINES)
        .map((line) => line.replace(/\s+/g, " ").trim())
        .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}...` : line));
}

/**
 * What the collector of an environment logged about storage since a time.
 * Logs are a help, not a condition: without a `docker` command or the right to use it there are none.
 */
export async function collectorComplaints(environment: Membership | undefined, since: number): Promise<string[]> {
    if (environment === undefined) {
        return [];
    }
    const collectors = membersOf(environment, await listContainers(process.env)).filter(
        ({ component }) => component === "collector",
    );
    const from = ["--since", new Date(since).toISOString(), "--tail", "1000"];
    try {
        const logs = await Promise.all(collectors.map(({ id }) => run("docker", ["logs", ...from, id])));
        return storageComplaints(logs.map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join("\n"));
    } catch {
        return [];
    }
}
