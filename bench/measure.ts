// Measures programs in turns, one after the other in each round, so that a change of load meets all.
import * as fs from "node:fs";
import * as os from "node:os";

import { say } from "../toolchain/progress";

/** Something that is run and measured. */
export interface Subject {
    name: string;
    /** Runs it once; rejects when it does not do what is measured. */
    run(): Promise<unknown>;
}

/** What one run took, in seconds. */
export interface Measurement {
    wall: number;
    /** CPU of the processes that were started, user and system; undefined where the system does not tell. */
    cpu: number | undefined;
}

/** One round: a measurement of each subject, in their order. */
export interface Round {
    /** The machine's load when it began. */
    load: number;
    measurements: Measurement[];
}

/** Runs all subjects in turns, once to warm up and then as many rounds as count. */
export async function inTurns(subjects: readonly Subject[], rounds: number): Promise<Round[]> {
    await round(subjects, "warm-up");
    const counted: Round[] = [];
    for (let i = 1; i <= rounds; i++) {
        counted.push(await round(subjects, `round ${i} of ${rounds}`));
    }
    return counted;
}

async function round(subjects: readonly Subject[], title: string): Promise<Round> {
    const load = os.loadavg()[0];
    const measurements: Measurement[] = [];
    for (const subject of subjects) {
        measurements.push(await measure(subject));
    }
    const figures = subjects.map(({ name }, i) => `${name} ${measurements[i].wall.toFixed(2)} s`);
    say(`  ${title} (load ${load.toFixed(1)}): ${figures.join(", ")}`);
    return { load, measurements };
}

async function measure(subject: Subject): Promise<Measurement> {
    const cpuBefore = childrenCpu();
    const start = process.hrtime.bigint();
    await subject.run();
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
