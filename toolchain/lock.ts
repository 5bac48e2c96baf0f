// A lock between processes, so that two commands at once don't make or start the same thing twice.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ensureFolder, stateFolder } from "./folders";
import { identify, isRunning, ProcessIdentity } from "./processes";
import { say } from "./progress";

/** Runs `work` while no other process runs work under the same name; waits for the other one first. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lock = path.join(ensureFolder(path.join(stateFolder(), "locks")), name);
    let told = false;
    while (!take(lock)) {
        const owner = readOwner(lock);
        if (owner && !isRunning(owner)) {
            removeAbandoned(lock);
            continue;
        }
        if (!told && owner && owner.pid !== process.pid) {
            say(`  … ${name}: waits for process ${owner.pid}, which is at it`);
            told = true;
        }
        await sleep(250);
    }
    try {
        return await work();
    } finally {
        remove(lock);
    }
}

// Between the removal of the owner and that of its folder another process could take the lock: so it gets
// another name first.
function remove(lock: string): void {
    const removed = `${fs.mkdtempSync(`${lock}.`)}/removed`;
    fs.renameSync(lock, removed);
    fs.rmSync(path.dirname(removed), { recursive: true });
}

// A folder is made with its owner inside and then renamed: a lock without owner is never seen, and a rename
// to a folder that is not empty fails.
function take(lock: string): boolean {
    const mine = fs.mkdtempSync(`${lock}.`);
    fs.writeFileSync(path.join(mine, "owner.json"), JSON.stringify(identify(process.pid)));
    try {
        fs.renameSync(mine, lock);
        return true;
    } catch (error) {
        fs.rmSync(mine, { recursive: true, force: true });
        if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) {
            throw error;
        }
        return false;
    }
}

function readOwner(lock: string): ProcessIdentity | undefined {
    try {
        return JSON.parse(fs.readFileSync(path.join(lock, "owner.json"), "utf8")) as ProcessIdentity;
    } catch {
        return undefined;
    }
}

// Two processes may find the same abandoned lock. Only one of them may remove it, or the slower one would
// remove the lock that the faster one has taken since.
function removeAbandoned(lock: string): void {
    const removal = `${lock}-removal`;
    try {
        fs.mkdirSync(removal);
    } catch {
        removeWhenOld(removal);
        return;
    }
    const owner = readOwner(lock);
    if (owner && !isRunning(owner)) {
        remove(lock);
    }
    fs.rmdirSync(removal);
}

function removeWhenOld(folder: string): void {
    try {
        if (Date.now() - fs.statSync(folder).mtimeMs > 10_000) {
            fs.rmdirSync(folder);
        }
    } catch {
        // The other process has removed it.
    }
}
