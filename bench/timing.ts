// What running something takes, in time and in CPU.
import * as fs from "node:fs";

/** What one run took, in seconds. */
export interface Timing {
    wall: number;
    /** CPU of the processes that were started, user and system; undefined where the system does not tell. */
    cpu: number | undefined;
}

/** Runs it and measures. */
export async function timed(run: () => Promise<unknown>): Promise<Timing> {
    const cpuBefore = childrenCpu();
    const start = process.hrtime.bigint();
    await run();
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    const cpuAfter = childrenCpu();
    const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
    return { wall, cpu };
}

/** The unit of /proc/self/stat for programs, whatever the kernel's own is. */
const TICKS_PER_SECOND = 100;

// Node.js tells the usage of its own process only; Linux adds up that of the children that have ended.
function childrenCpu(): number | undefined {
    try {
        const stat = fs.readFileSync("/proc/self/stat", "utf8");
        // The second field, the program's name in parentheses, may hold spaces. Field 16 is the user time of
        // the children, field 17 that of the system for them.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
    } catch {
        return undefined;
    }
}
