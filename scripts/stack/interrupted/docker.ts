// Containers, networks and volumes of files that a killed command was making on an engine.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { LABELS } from "../../../components/support/labels";
import { Stack } from "..";
import { engineFilters, membershipOf } from "../membership";
import { identity, Operation, Removing, Unfinished } from "./state";

const run = promisify(execFile);

/** The kinds by their types, how all are listed, by id and name, and how one is removed. */
const KINDS: Readonly<Record<string, { kind: string; list: readonly string[]; remove: readonly string[] }>> = {
    "docker:index/container:Container": {
        kind: "container",
        list: ["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}}"],
        remove: ["rm", "--force"],
    },
    "docker:index/network:Network": {
        kind: "network",
        list: ["network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"],
        remove: ["network", "rm"],
    },
    "docker:index/volume:Volume": {
        kind: "volume",
        list: ["volume", "ls", "--format", "{{.Name}} {{.Name}}"],
        remove: ["volume", "rm"],
    },
};

/** What was being made, if it may be removed: a volume that holds more than files of the settings is found again. */
export function onEngine({ resource: { type, inputs = {} } }: Operation): Unfinished | undefined {
    const { name, labels } = inputs;
    const { kind } = Object.hasOwn(KINDS, type) ? KINDS[type] : {};
    return kind !== undefined && typeof name === "string" && (kind !== "volume" || holdsFiles(labels))
        ? { kind, name, type }
        : undefined;
}

function holdsFiles(labels: unknown): boolean {
    return Array.isArray(labels) && labels.some((each: { label?: unknown }) => each.label === LABELS.content);
}

/** Removes what is there of it and not known; tells what it removes. */
export async function removeFromEngine(
    stack: Stack,
    { name, type }: Unfinished,
    { known, tell }: Removing,
): Promise<void> {
    // The engine takes a name for a pattern, and may have several networks of one.
    const args = [...KINDS[type].list, ...engineFilters(membershipOf(stack))];
    const { stdout } = await run("docker", args, { env: stack.env });
    const ids = stdout
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, found]) => found === name)
        .map(([id]) => id);
    for (const id of ids.filter((found) => !known.has(identity({ type, id: found })))) {
        tell();
        await run("docker", [...KINDS[type].remove, id], { env: stack.env });
    }
}
