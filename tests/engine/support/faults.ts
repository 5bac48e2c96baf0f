// Faults of single processes, made on the real engine: killed, stopped for a while, out of memory.
import * as fs from "fs";
import { spawn } from "child_process";

import { Container, TestStack } from "./stack";

/** What happens to a process. */
export const FaultKind = {
    /** Killed by its process id: the engine did not ask for it, so it starts it again. */
    Killed: "SIGKILL",
    /** Stopped for 20 seconds, then goes on. */
    Stopped: "SIGSTOP for 20 s",
    /** Killed by the kernel, because its container is out of memory. */
    Memory: "out of memory",
} as const;
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind];

const STOPPED_MS = 20_000;

/** Makes a fault in the main process of a container; it has happened when this is done. */
export async function makeFault(stack: TestStack, part: string, kind: FaultKind): Promise<void> {
    const container = await stack.container(part);
    switch (kind) {
        case FaultKind.Killed:
            process.kill(container.State.Pid, "SIGKILL");
            await gone(container.State.Pid);
            return;
        case FaultKind.Stopped:
            process.kill(container.State.Pid, "SIGSTOP");
            await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
            process.kill(container.State.Pid, "SIGCONT");
            return;
        case FaultKind.Memory:
            await exhaust(container);
            await gone(container.State.Pid);
    }
}

async function gone(pid: number): Promise<void> {
    for (const end = Date.now() + 30_000; fs.existsSync(`/proc/${pid}`);) {
        if (Date.now() > end) {
            throw new Error(`the process ${pid} is still there`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** Where a process is accounted for its memory, in the notation of either version of control groups. */
function memoryGroup(pid: number): string {
    const lines = fs.readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
    const v1 = lines.map((line) => /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/.exec(line)).find((match) => match !== null);
    if (v1) {
        return `/sys/fs/cgroup/memory${v1[1]}`;
    }
    const v2 = lines.map((line) => /^0::(.*)$/.exec(line)).find((match) => match !== null);
    if (!v2) {
        throw new Error(`the process ${pid} is in no memory group`);
    }
    return `/sys/fs/cgroup${v2[1]}`;
}

/** Processes that use up memory: each less than the container's own one counts, so that the kernel kills that. */
const HOGS = 4;

/** Uses up the memory of a container by processes of ours in its control group. */
async function exhaust(container: Container): Promise<void> {
    const bytes = Math.ceil(container.HostConfig.Memory / 2);
    // Small programs: what a process holds beyond the limit counts too when the kernel chooses.
    const program = `read -r go; for each in $(seq ${HOGS}); do head -c ${bytes} /dev/zero | tail -n 1 & done; wait`;
    const hogs = spawn("sh", ["-c", program], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    try {
        // The first to be killed: it takes no privilege to make a process that, as it does to spare one.
        fs.writeFileSync(`/proc/${container.State.Pid}/oom_score_adj`, "1000");
        fs.writeFileSync(`${memoryGroup(container.State.Pid)}/cgroup.procs`, String(hogs.pid));
        hogs.stdin.write("go\n");
        await gone(container.State.Pid);
    } finally {
        killGroup(hogs.pid!);
    }
}

/** Kills a group of processes; the kernel may have killed the last of them before. */
function killGroup(leader: number): void {
    try {
        process.kill(-leader, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}

/** Whether every container of the stack that should run does, and is well. */
export async function allWell(stack: TestStack): Promise<boolean> {
    return (await stack.containers())
        .filter(({ HostConfig }) => HostConfig.RestartPolicy.Name === "unless-stopped")
        .filter(({ State }) => State.Status !== "created")
        .every(({ State }) => State.Running && (State.Health === undefined || State.Health.Status === "healthy"));
}
