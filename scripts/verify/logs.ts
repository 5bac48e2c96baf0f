// Logs on a Docker host: the only witnesses of writes that the storage refuses, and of roles that can't start for it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { USERS } from "../../components/storage/configuration";
import { Container, Membership, listContainers, membersOf } from "../stack/containers";

const run = promisify(execFile);

/** A role of Jaeger that uses the storage. */
export type StorageCaller = "collector" | "query";

/** What a role is called in sentences. */
const CALLERS: Record<StorageCaller, string> = { collector: "the collector", query: "the query role" };
const CALLER_USERS: Record<StorageCaller, string> = { collector: USERS.writer, query: USERS.reader };

const LINES = 3;
const LINE_LENGTH = 600;
const LEVEL = /\b(warn|warning|error|fatal)\b/i;
const COMPLAINT = new RegExp(
    [
        /\b(bulk|elasticsearch|opensearch|export\w*)\b.*(fail|error|reject|refus|could not|block|drop)/,
        /failed to initialize storage|no elasticsearch node available/,
    ]
        .map(({ source }) => source)
        .join("|"),
    "i",
);

/** How long before a request a role that can't start may have tried last: the engine starts it ever more seldom. */
const RESTARTS_MS = 120_000;

/** The last lines of a role's log that speak of failing to use the storage, shortened. */
export function callerComplaints(log: string): string[] {
    return shortened(log.split("\n").filter((line) => LEVEL.test(line) && COMPLAINT.test(line)));
}

/** The last lines of the storage's log that speak of a role's login that failed, shortened. */
export function loginComplaints(log: string, caller: StorageCaller): string[] {
    const failed = new RegExp(`authenticat.*\\b${CALLER_USERS[caller]}\\b`, "i");
    return shortened(messages(log).filter((message) => failed.test(message)));
}

/** The last lines of the storage's log that speak of a full disk, shortened. */
export function diskComplaints(log: string): string[] {
    const full = /flood.?stage .*exceeded|no space left on device/i;
    return shortened(messages(log).filter((message) => full.test(message)));
}

/** What the storage says in each line: of a line in JSON its message. */
function messages(log: string): string[] {
    return log.split("\n").map((line) => /"message":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line);
}

/** The last lines, shortened; what is repeated but for its time is told once. */
function shortened(lines: readonly string[]): string[] {
    const clean = lines.map((line) => line.replace(/\s+/g, " ").trim());
    return [...new Map(clean.map((line) => [line.replace(/^\d{4}-\S+ /, ""), line])).values()]
        .slice(-LINES)
        .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}...` : line));
}

/**
 * What the containers of an environment logged about a role and the storage since a time.
 * Logs are a help, not a condition: without a `docker` command or the right to use it there are none.
 */
export async function storageComplaints(
    environment: Membership | undefined,
    caller: StorageCaller,
    since: number,
): Promise<string[]> {
    if (environment === undefined) {
        return [];
    }
    const members = membersOf(environment, await listContainers(process.env));
    const own = members.filter(({ component }) => component === caller);
    const server = members.filter(({ component }) => component === "storage");
    const logs = async (containers: readonly Container[], from: number) =>
        (await Promise.all(containers.map((container) => logSince(container, from)))).join("\n");
    const lastTry = own.some(isRestarting) ? since - RESTARTS_MS : since;
    return [
        ...callerComplaints(await logs(own, lastTry)).map((line) => `The log of ${CALLERS[caller]}: ${line}`),
        ...[
            ...loginComplaints(await logs(server, lastTry), caller),
            // A disk that was full some time ago says nothing of now.
            ...diskComplaints(await logs(server, since)),
        ].map((line) => `The storage's log: ${line}`),
    ];
}

/** Whether a container is, or was not long ago, between two starts. */
function isRestarting({ state, status }: Container): boolean {
    return state === "restarting" || /^Up (\d+ seconds|Less than a second)/.test(status);
}

async function logSince({ id }: Container, since: number): Promise<string> {
    try {
        const args = ["logs", "--since", new Date(since).toISOString(), "--tail", "1000", id];
        const { stdout, stderr } = await run("docker", args);
        return `${stdout}\n${stderr}`;
    } catch {
        return "";
    }
}
