// What several commands do with a stack by Pulumi: make it, read its outputs, free it from a command that was killed.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import { say } from "../../toolchain/progress";
import { Stack } from ".";
import { stateFiles } from "./localFolder";

/** Makes the stack in its backend unless it is there. */
export async function initStack(stack: Stack): Promise<void> {
    if (await stackExists(stack)) {
        return;
    }
    const { code } = await stack.pulumi(["stack", "init"], ["--non-interactive"], { output: "stderr" });
    if (code !== 0) {
        throw new Error(`The stack "${stack.name}" could not be made: see Pulumi's message above.`);
    }
}

/** Whether the stack is in its backend. */
export async function stackExists(stack: Stack): Promise<boolean> {
    const { code, stdout } = await stack.pulumi(["stack", "ls"], ["--json"], { output: "capture" });
    if (code !== 0) {
        throw new Error("The stacks could not be listed: see Pulumi's message above.");
    }
    const stacks = JSON.parse(stdout) as { name: string }[];
    // A backend may put its organisation in front.
    return stacks.some(({ name }) => name === stack.name || name.endsWith(`/${stack.name}`));
}

/** The stack's outputs; secret ones as Pulumi masks them. */
export async function stackOutputs(stack: Stack): Promise<Record<string, unknown>> {
    const { code, stdout } = await stack.pulumi(["stack", "output"], ["--json"], { output: "capture" });
    if (code !== 0) {
        throw new Error(`The outputs of the stack "${stack.name}" could not be read: see Pulumi's message above.`);
    }
    return JSON.parse(stdout) as Record<string, unknown>;
}

/** The stack's state as `pulumi stack export` prints it, its secrets encrypted. */
export async function exportState(stack: Stack): Promise<string> {
    const { code, stdout } = await stack.pulumi(["stack", "export"], [], { output: "capture" });
    if (code !== 0) {
        throw new Error(`The state of the stack "${stack.name}" could not be read: see Pulumi's message above.`);
    }
    return stdout;
}

/** Removes what Pulumi leaves behind of a local backend (backups, history) when it holds no stack any more. */
export function removeEmptyState(stack: Stack): void {
    if (stack.local && stateFiles(backendFolder(stack)).length === 0) {
        fs.rmSync(backendFolder(stack), { recursive: true, force: true });
    }
}

/**
 * Removes the lock of a command on this machine that was killed: Pulumi itself asks the user to judge that, since
 * elsewhere the process could still be at work.
 */
export async function clearAbandonedLock(stack: Stack): Promise<void> {
    if (!stack.local || !locksOf(stack).every(isAbandoned)) {
        return;
    }
    for (const lock of locksOf(stack)) {
        say(`The lock of a killed command (process ${readLock(lock)?.pid}) is removed.`);
        fs.rmSync(lock);
        fs.rmSync(`${lock}.attrs`, { force: true });
    }
}

/** Whether a command is at work on a local stack, or may be. */
export function isLocked(stack: Stack): boolean {
    return locksOf(stack).length > 0;
}

/** The file with a local stack's state, unread; empty when there is none. */
export function stateText(stack: Stack): string {
    const file = path.join(backendFolder(stack), ".pulumi/stacks", stack.project.name, `${stack.name}.json`);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

/** What a lock of Pulumi's says of who holds it. */
export interface Lock {
    pid: number;
    hostname: string;
}

function locksOf(stack: Stack): string[] {
    return lockFiles(backendFolder(stack), stack.project.name, stack.name);
}

/** The locks of a stack in a backend's folder. */
export function lockFiles(backend: string, project: string, stack: string): string[] {
    const folder = path.join(backend, ".pulumi/locks/organization", project, stack);
    return fs.existsSync(folder)
        ? fs
              .readdirSync(folder)
              .filter((name) => name.endsWith(".json"))
              .map((name) => path.join(folder, name))
        : [];
}

function backendFolder(stack: Stack): string {
    return fileURLToPath(stack.env.PULUMI_BACKEND_URL!);
}

/** What a lock says; undefined when it can't be read. */
export function readLock(file: string): Lock | undefined {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as Lock;
    } catch {
        return undefined;
    }
}

function isAbandoned(file: string): boolean {
    const lock = readLock(file);
    if (!lock || lock.hostname !== os.hostname()) {
        return false;
    }
    try {
        process.kill(lock.pid, 0);
        return false;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ESRCH";
    }
}
