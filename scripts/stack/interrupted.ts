// What a command that was killed has left on the engine: containers and networks that it was making, of which no state
// knows more than that.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { say } from "../../toolchain/progress";
import { Stack } from ".";
import { engineFilters, membershipOf } from "./membership";
import { clearAbandonedLock, exportState, isLocked, stateText } from "./operations";

const run = promisify(execFile);

/** Something that was being made when the command ended. A volume is none: it may hold data, and is found again. */
export interface Unfinished {
    kind: "container" | "network";
    name: string;
}

interface Operation {
    type: string;
    resource: { type: string; inputs?: { name?: unknown } };
}

interface State {
    deployment?: { resources?: { id?: string }[]; pending_operations?: Operation[] };
}

const KINDS: Readonly<Record<string, Unfinished["kind"]>> = {
    "docker:index/container:Container": "container",
    "docker:index/network:Network": "network",
};

function unfinishedOf({ type, resource }: Operation): Unfinished | undefined {
    const { name } = resource.inputs ?? {};
    const isOurs = type === "creating" && Object.hasOwn(KINDS, resource.type) && typeof name === "string";
    return isOurs ? { kind: KINDS[resource.type], name } : undefined;
}

/** What was being made, by a state as `pulumi stack export` prints it; the ids of what it knows; and it without the first. */
export function readInterrupted(state: string): { unfinished: Unfinished[]; known: Set<string>; without: string } {
    const parsed = JSON.parse(state) as State;
    const { resources = [], pending_operations = [] } = parsed.deployment ?? {};
    const others = pending_operations.filter((each) => unfinishedOf(each) === undefined);
    return {
        unfinished: pending_operations.map(unfinishedOf).filter((each) => each !== undefined),
        known: new Set(resources.flatMap(({ id }) => (id === undefined ? [] : [id]))),
        without: JSON.stringify({ ...parsed, deployment: { ...parsed.deployment, pending_operations: others } }),
    };
}

/**
 * Frees a local stack from a command that was killed: its lock, and what it was making. Otherwise a container would run on
 * beside those that are made in its place, with the route or the data that it was given, and `down` could remove neither its
 * volumes nor its networks.
 */
export async function clearInterrupted(stack: Stack): Promise<void> {
    await clearAbandonedLock(stack);
    // Another command may be at work: Pulumi says so. Most often there is nothing to do, which the file tells at once.
    if (!stack.local || stack.platform !== "docker" || isLocked(stack) || !stateText(stack).includes("pending_operations")) {
        return;
    }
    const { unfinished, known, without } = readInterrupted(await exportState(stack));
    if (unfinished.length === 0) {
        return;
    }
    for (const each of unfinished) {
        for (const id of (await idsOf(stack, each)).filter((found) => !known.has(found))) {
            say(`The ${each.kind} ${each.name}, which a killed command was making, is removed.`);
            await run("docker", [...REMOVE[each.kind], id], { env: stack.env });
        }
    }
    await importState(stack, without);
}

const LIST = {
    container: ["ps", "--all", "--format", "{{.ID}} {{.Names}}"],
    network: ["network", "ls", "--format", "{{.ID}} {{.Name}}"],
};
const REMOVE = { container: ["rm", "--force"], network: ["network", "rm"] };

// The engine takes a name for a pattern, and may have several networks of one.
async function idsOf(stack: Stack, { kind, name }: Unfinished): Promise<string[]> {
    const args = [...LIST[kind], "--no-trunc", ...engineFilters(membershipOf(stack))];
    const { stdout } = await run("docker", args, { env: stack.env });
    return stdout
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, found]) => found === name)
        .map(([id]) => id);
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
