// Containers beside a stack's own: made like one of its, with files of their own.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { LABELS } from "../../components/support/labels";
import { Description, Engine } from "./engine";

/** On containers beside a stack's own; its value says which checkout's. */
const BESIDE = "traced-environment/beside";

/** Removes what an interrupted run has left. */
export async function removeLeftovers(engine: Engine, environmentId: string): Promise<void> {
    const left = await engine.docker(["ps", "--all", "--quiet", "--filter", `label=${BESIDE}=${environmentId}`]);
    await engine.remove(...left.split("\n").filter((id) => id !== ""));
}

/**
 * The arguments of `docker create` for the same user, limits, folders and environment.
 *
 * @param own the folders that are not the model's, but get files of their own
 * @param environment changes of its variables; undefined takes one away
 */
export function modelArguments(
    { Config, HostConfig, Mounts }: Description,
    own: readonly string[],
    environment: Readonly<Record<string, string | undefined>> = {},
): string[] {
    const { Memory, MemorySwap, Tmpfs } = HostConfig;
    return [
        ...["--label", `${BESIDE}=${Config.Labels[LABELS.environmentId]}`],
        ...["--user", Config.User, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...["--memory", String(Memory), "--memory-swap", String(MemorySwap)],
        ...Object.entries(Tmpfs ?? {}).flatMap(([folder, options]) => ["--tmpfs", `${folder}:${options}`]),
        ...Mounts.filter(({ Type, Destination }) => Type === "volume" && !own.includes(Destination)).flatMap(
            ({ Name, Destination }) => ["--volume", `${Name}:${Destination}:ro`],
        ),
        ...variables(Config.Env ?? [], environment).flatMap((variable) => ["--env", variable]),
    ];
}

/** A container's variables as `NAME=value`, with changes; undefined takes one away. */
export function variables(
    own: readonly string[],
    changes: Readonly<Record<string, string | undefined>>,
): string[] {
    const values: Record<string, string | undefined> = {
        ...Object.fromEntries(own.map((each) => [each.split("=", 1)[0], each.slice(each.indexOf("=") + 1)])),
        ...changes,
    };
    return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}

/** Copies files into a folder of a container that can be written, by their path below it. */
export async function copyFiles(
    engine: Engine,
    container: string,
    folder: string,
    files: Readonly<Record<string, string>>,
): Promise<void> {
    // Only its owner can look into a folder made this way; in the container everybody can.
    const local = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-bench-"));
    try {
        const root = path.join(local, path.basename(folder));
        for (const [name, content] of Object.entries(files)) {
            fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
            fs.writeFileSync(path.join(root, name), content, { mode: 0o444 });
        }
        // The folder itself, with what is in it: it may not be there.
        await engine.docker(["cp", root, `${container}:${path.dirname(folder)}`]);
    } finally {
        fs.rmSync(local, { recursive: true, force: true });
    }
}
