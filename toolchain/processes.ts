// Processes that outlive the command that starts them: detached, known by a pid file, stopped by pid.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ensureFolder, logFile, stateFolder } from "./folders";

/** A process: its pid, and when it started, since pids are given again to others. */
export interface ProcessIdentity {
    pid: number;
    /** Start time in the kernel's ticks since boot; empty where the kernel does not tell. */
    started: string;
}

/** What identifies a running process, or undefined when there is none with that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EPERM") {
            return undefined;
        }
    }
    if (process.platform !== "linux") {
        return { pid, started: "" };
    }
    try {
        // The second field, the program's name, is in parentheses and may hold spaces.
        const afterName = fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
        return afterName[0] === "Z" ? undefined : { pid, started: afterName[19] };
    } catch {
        return undefined;
    }
}

/** Whether that very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
    return identify(identity.pid)?.started === identity.started;
}

/** The process that a pid file names, or undefined when there is no file or the process has ended. */
export function startedProcess(name: string): ProcessIdentity | undefined {
    try {
        const identity = JSON.parse(fs.readFileSync(pidFile(name), "utf8")) as ProcessIdentity;
        return isRunning(identity) ? identity : undefined;
    } catch {
        return undefined;
    }
}

/** Starts a process that goes on after this one has ended; its output goes to the log of that name. */
export function startProcess(
    name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
): Promise<ProcessIdentity> {
    const log = fs.openSync(logFile(name), "a");
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log], env, cwd: "/" });
        fs.closeSync(log);
        child.on("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
        child.on("spawn", () => {
            child.unref();
            const identity = identify(child.pid!);
            if (!identity) {
                reject(new Error(`${command} ended at once. Log: ${logFile(name)}`));
                return;
            }
            fs.writeFileSync(pidFile(name), JSON.stringify(identity));
            resolve(identity);
        });
    });
}

/** Stops the process of that name if it was started by `startProcess`; false when none runs. */
export async function stopProcess(name: string, patienceMs = 30_000): Promise<boolean> {
    const identity = startedProcess(name);
    if (!identity) {
        fs.rmSync(pidFile(name), { force: true });
        return false;
    }
    process.kill(identity.pid, "SIGTERM");
    const end = Date.now() + patienceMs;
    while (isRunning(identity)) {
        if (Date.now() > end) {
            process.kill(identity.pid, "SIGKILL");
        }
        await sleep(100);
    }
    fs.rmSync(pidFile(name), { force: true });
    return true;
}

/** Asks until the answer is true; rejects when the process ends before or the time is over. */
export async function waitUntilReady(
    name: string,
    identity: ProcessIdentity,
    ready: () => Promise<boolean>,
    timeoutMs: number,
): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await ready())) {
        if (!isRunning(identity)) {
            throw new Error(`${name} ended before it was ready`);
        }
        if (Date.now() > end) {
            throw new Error(`${name} was not ready after ${timeoutMs / 1000} s`);
        }
        await sleep(250);
    }
}

function pidFile(name: string): string {
    return path.join(ensureFolder(stateFolder()), `${name}.pid`);
}
