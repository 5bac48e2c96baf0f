// What a command that was killed has left on the engine or in the cluster: things that it was making, of which no state
// knows more than that.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import type { Platform } from "../../../toolchain/executables";
import { say } from "../../../toolchain/progress";
import { Stack } from "..";
import { clearAbandonedLock, exportState, isLocked, stateText } from "../operations";
import { onEngine, removeFromEngine } from "./docker";
import { inCluster, removeFromCluster } from "./kubernetes";
import { Operation, readInterrupted, Removing, Unfinished } from "./state";

/** How each platform tells what was being made, and removes it if it is there and not known. */
const PLATFORMS: Readonly<
    Record<
        Platform,
        {
            made(operation: Operation): Unfinished | undefined;
            remove(stack: Stack, unfinished: Unfinished, how: Removing): Promise<void>;
        }
    >
> = {
    docker: { made: onEngine, remove: removeFromEngine },
    kubernetes: { made: inCluster, remove: removeFromCluster },
};

/**
 * Frees a local stack from a command that was killed: its lock, and what it was making. Otherwise that would run on beside
 * what is made in its place, with the route or the data that it was given, or keep its name from being used; and `down`
 * could remove neither it nor what it uses.
 *
 * @param next whether the stack is made or removed now
 */
export async function clearInterrupted(stack: Stack, next: "up" | "down"): Promise<void> {
    await clearAbandonedLock(stack);
    // Another command may be at work: Pulumi says so. Most often there is nothing to do, which the file tells at once.
    if (!stack.local || isLocked(stack) || !stateText(stack).includes("pending_operations")) {
        return;
    }
    const { made, remove } = PLATFORMS[stack.platform];
    const { unfinished, known, without } = readInterrupted(await exportState(stack), made);
    if (unfinished.length === 0) {
        return;
    }
    // All at once: each may take as long as its instances.
    await Promise.all(
        unfinished.map((each) => {
            const tell = () => say(`The ${each.kind} ${each.name}, which a killed command was making, is removed.`);
            return remove(stack, each, { known, again: next === "up", tell });
        }),
    );
    await importState(stack, without);
}

async function importState(stack: Stack, state: string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-"));
    try {
        const file = path.join(folder, "state.json");
        fs.writeFileSync(file, state, { mode: 0o600 });
        const { code } = await stack.pulumi(["stack", "import"], ["--file", file], { output: "capture" });
        if (code !== 0) {
            throw new Error(`The state of the stack "${stack.name}" could not be written: see Pulumi's message above.`);
        }
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
