// Containers and networks that a killed command was making on an engine.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { Stack } from "..";
import { engineFilters, membershipOf } from "../membership";
import { identity, Operation, Removing, Unfinished } from "./state";

const run = promisify(execFile);

/** A volume is none of them: it may hold data, and is found again. */
const KINDS: Readonly<Record<string, "container" | "network">> = {
    "docker:index/container:Container": "container",
    "docker:index/network:Network": "network",
};

/** What was being made, if it may be removed. */
export function onEngine({ resource: { type, inputs = {} } }: Operation): Unfinished | undefined {
    const { name } = inputs;
    return Object.hasOwn(KINDS, type) && typeof name === "string" ? { kind: KINDS[type], name, type } : undefined;
}

const LIST: Readonly<Record<string, readonly string[]>> = {
    container: ["ps", "--all", "--format", "{{.ID}} {{.Names}}"],
    network: ["network", "ls", "--format", "{{.ID}} {{.Name}}"],
};
const REMOVE: Readonly<Record<string, readonly string[]>> = { container: ["rm", "--force"], network: ["network", "rm"] };

/** Removes what is there of it and not known; tells what it removes. */
export async function removeFromEngine(
    stack: Stack,
    { kind, name, type }: Unfinished,
    { known, tell }: Removing,
): Promise<void> {
    // The engine takes a name for a pattern, and may have several networks of one.
    const args = [...LIST[kind], "--no-trunc", ...engineFilters(membershipOf(stack))];
    const { stdout } = await run("docker", args, { env: stack.env });
    const ids = stdout
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, found]) => found === name)
        .map(([id]) => id);
    for (const id of ids.filter((found) => !known.has(identity({ type, id: found })))) {
        tell();
        await run("docker", [...REMOVE[kind], id], { env: stack.env });
    }
}
