// Reads from the engine, and from Pulumi's state, what an environment is made of.
import * as path from "node:path";

import { engineFilters, membershipOf } from "../../scripts/stack/membership";
import { Engine } from "../platform/engine";
import { runProgram } from "../program";
import { BenchStack } from "../stack";
import { callees, containerOrder } from "./order";
import { EnvironmentParts, Made, nameOf, Network, Volume } from "./script";

/** What Elasticsearch adds to the files that it is given, at its first start. */
const MADE_BY_THE_PROCESS = "elasticsearch.keystore";

/** All parts of a stack that is up; the files of its volumes are put into a folder. */
export async function recordEnvironment(stack: BenchStack, folder: string): Promise<EnvironmentParts> {
    const engine = new Engine(stack.env);
    const order = containerOrder(await stack.resources());
    const descriptions = await engine.inspect(...order.keys());
    const called = callees(descriptions);
    const containers: Made[] = [];
    for (const description of descriptions) {
        const name = nameOf(description);
        const made = { description, after: [...new Set([...order.get(name)!, ...called.get(name)!])].sort() };
        const mounted = description.Mounts.find(({ Type }) => Type === "volume");
        if (description.State.Status !== "created" || !mounted) {
            containers.push(made);
            continue;
        }
        const archive = path.join(folder, `${name}.tar`);
        await runProgram("sh", ["-c", SAVE, "save", name, mounted.Destination, archive, MADE_BY_THE_PROCESS], {
            env: stack.env,
        });
        containers.push({ ...made, files: { archive, folder: path.dirname(mounted.Destination) } });
    }
    const named = async (kind: "volume" | "network") =>
        (await engine.docker([kind, "ls", "--quiet", ...engineFilters(membershipOf(stack.stack))])).split("\n");
    const all = async <T>(kind: "volume" | "network") =>
        JSON.parse(await engine.docker([kind, "inspect", ...(await named(kind))])) as T[];
    return { volumes: await all<Volume>("volume"), networks: await all<Network>("network"), containers };
}

// The archive may hold secrets: only its owner can read it.
const SAVE = [
    'umask 077; docker cp "$1:$2" - > "$3"',
    'tar --list --file "$3" | grep "/$4\\$" | while read -r each; do tar --delete --file "$3" "$each"; done',
].join("; ");
