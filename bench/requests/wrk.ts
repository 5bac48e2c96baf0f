// wrk: as many requests as go through, over a number of connections, and what it says of them.
import { installPackages } from "../../toolchain/debian";
import { onPath } from "../../toolchain/run";
import { runProgram } from "../program";

/** What came of a run. */
export interface Throughput {
    /** Requests per second. */
    rate: number;
    /** Milliseconds within which half of the requests, and 99 of 100, were answered. */
    p50: number;
    p99: number;
    /** Requests without an answer, or with one that is an error. */
    failed: number;
}

/** Installs what is not there of wrk and taskset. */
export async function ensureWrk(): Promise<void> {
    if (["wrk", "taskset"].some((program) => onPath(program) === undefined)) {
        const instead = "install wrk and taskset, or leave this benchmark out by --only.";
        await installPackages(["wrk", "util-linux"], "The benchmark of requests", instead);
    }
}

/** Runs wrk on one processor. */
export async function runWrk(
    url: string,
    options: { cpu: number; connections: number; seconds: number },
): Promise<Throughput> {
    const { cpu, connections, seconds } = options;
    const args = ["--cpu-list", String(cpu), "wrk", "--threads", "1", "--connections", String(connections)];
    const text = await runProgram("taskset", [...args, "--duration", `${seconds}s`, "--latency", url], {
        env: process.env,
    });
    return parseWrk(text);
}

const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** Reads what wrk prints. */
export function parseWrk(text: string): Throughput {
    const milliseconds = (percent: number) => {
        const [, value, unit] = found(text, new RegExp(`^\\s*${percent}%\\s+([\\d.]+)(us|ms|s|m)\\s*$`, "m"));
        return Number(value) * MILLISECONDS[unit];
    };
    const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
    const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text);
    return {
        rate: Number(found(text, /^Requests\/sec:\s+([\d.]+)\s*$/m)[1]),
        p50: milliseconds(50),
        p99: milliseconds(99),
        failed: [...(socketErrors ?? []).slice(1), ...(refused ?? []).slice(1)].reduce(
            (sum, count) => sum + Number(count),
            0,
        ),
    };
}

function found(text: string, pattern: RegExp): RegExpExecArray {
    const match = pattern.exec(text);
    if (!match) {
        throw new Error(`wrk printed something unexpected:\n${text}`);
    }
    return match;
}
