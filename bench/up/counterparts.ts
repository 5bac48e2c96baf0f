// What makes the same as `up` without Pulumi, on each platform.
import * as fs from "node:fs";
import * as path from "node:path";

import { Platform } from "../../toolchain/executables";
import { Api } from "../../toolchain/cluster/api";
import { runProgram } from "../program";
import { BenchStack } from "../stack";
import { applyAll } from "./apply";
import { recordedObjects } from "./objects";
import { recordEnvironment } from "./record";
import { script } from "./script";

/** What `up` is compared with. */
export interface Counterpart {
    /** What it is called in the report. */
    name: string;
    /** What it does, for the report. */
    text: string[];
    /** Makes everything, on a platform where nothing of it is. */
    run(): Promise<unknown>;
}

/** Records what an environment that is up is made of; may put files into a folder. */
export const COUNTERPARTS: Readonly<Record<Platform, (stack: BenchStack, folder: string) => Promise<Counterpart>>> = {
    async docker(stack, folder) {
        const parts = await recordEnvironment(stack, folder);
        const file = path.join(folder, "up.sh");
        fs.writeFileSync(file, script(parts), { mode: 0o700 });
        const { containers, networks, volumes } = parts;
        return {
            name: "the script",
            text: [
                "The script is made from what the engine and Pulumi's state say of the running",
                `environment: the same ${containers.length} containers with their files, ${networks.length} networks and ${volumes.length} volumes, in the same`,
                "order, what is independent side by side, with the same health checks.",
            ],
            run: () => runProgram("sh", [file, fs.mkdtempSync(path.join(folder, "ready-"))], { env: stack.env }),
        };
    },
    async kubernetes(stack) {
        const objects = recordedObjects(await stack.resources());
        return {
            name: "the program",
            text: [
                `The program has the same ${objects.length} objects, the namespace included, from Pulumi's state of the running`,
                "environment. It applies each by the cluster's API when those that it needs are ready, what is",
                "independent side by side, and waits as a script with `kubectl rollout status` and `kubectl wait` would; such a",
                "script would start a process for each step, too.",
            ],
            run: () => applyAll(new Api(stack.stack.cluster!.kubeconfig!), objects),
        };
    },
};
