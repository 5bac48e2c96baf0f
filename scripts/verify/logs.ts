// Logs: the only witnesses of writes that the storage refuses, and of roles that can't start for it.
import { USERS } from "../../components/storage/configuration";
import { Instance, Runtime } from "../runtime";

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

/** How long before a request a role that can't start may have tried last: it is started ever more seldom. */
const RESTARTS_MS = 120_000;
const LOG_LINES = 1000;

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
 * What the instances of an environment logged about a role and the storage since a time.
 * Logs are a help, not a condition: without the right to read them there are none.
 */
export async function storageComplaints(
    runtime: Runtime | undefined,
    caller: StorageCaller,
    since: number,
): Promise<string[]> {
    if (runtime === undefined) {
        return [];
    }
    const members = await runtime.instances();
    const own = members.filter(({ component }) => component === caller);
    const server = members.filter(({ component }) => component === "storage");
    const logs = async (instances: readonly Instance[], from: number) =>
        (await Promise.all(instances.map((each) => runtime.log(each, { since: from, lines: LOG_LINES })))).join("\n");
    const lastTry = own.some(({ restarting }) => restarting) ? since - RESTARTS_MS : since;
    return [
        ...callerComplaints(await logs(own, lastTry)).map((line) => `The log of ${CALLERS[caller]}: ${line}`),
        ...[
            ...loginComplaints(await logs(server, lastTry), caller),
            // A disk that was full some time ago says nothing of now.
            ...diskComplaints(await logs(server, since)),
        ].map((line) => `The storage's log: ${line}`),
    ];
}
