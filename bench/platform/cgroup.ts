// What the kernel has counted for the control group of a process.
import * as fs from "node:fs";
import * as path from "node:path";

const ROOT = "/sys/fs/cgroup";

/** Where a control group's CPU is told, and how. */
export interface CpuAccount {
    file: string;
    /** Reads the seconds in the file's text. */
    seconds(text: string): number;
}

/** The account of a process's control group, by what `/proc/<pid>/cgroup` says; of version 1 or 2. */
export function cpuAccount(groups: string): CpuAccount {
    const lines = groups.split("\n").map((line) => /^(\d+):([^:]*):(.*)$/.exec(line) ?? []);
    const first = lines.find(([, , controllers]) => controllers?.split(",").includes("cpuacct"));
    if (first) {
        const [, , controllers, group] = first;
        return { file: path.join(ROOT, controllers, group, "cpuacct.usage"), seconds: (text) => Number(text) / 1e9 };
    }
    const unified = lines.find(([, id]) => id === "0")?.[3];
    if (unified === undefined) {
        throw new Error(`No control group counts the CPU: expected cpuacct or the version 2 in:\n${groups}`);
    }
    return {
        file: path.join(ROOT, unified, "cpu.stat"),
        seconds: (text) => Number(/^usage_usec (\d+)$/m.exec(text)?.[1]) / 1e6,
    };
}

/** The CPU that all processes of the same control group have used, in seconds: those of one container. */
export function cpuSecondsOf(pid: number): number {
    const { file, seconds } = cpuAccount(fs.readFileSync(`/proc/${pid}/cgroup`, "utf8"));
    return seconds(fs.readFileSync(file, "utf8"));
}
