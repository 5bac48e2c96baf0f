// promtool, by which rules of Prometheus are checked and tried: on PATH, or from Debian.
import * as fs from "node:fs";
import * as path from "node:path";

import { canInstallPackages, unpackPackage } from "../debian";
import { onPath } from "../run";
import { VERSIONS } from "../versions";
import { stored } from "./store";

/** Whether there is one, or can be. */
export function canMakePromtool(): boolean {
    return onPath("promtool") !== undefined || canInstallPackages();
}

/** Path of promtool's executable. */
export async function ensurePromtool(): Promise<string> {
    const found = onPath("promtool");
    if (found !== undefined) {
        return found;
    }
    const folder = await stored(
        { name: "promtool", version: VERSIONS.prometheus, ingredients: ["prometheus"] },
        async (target, waitingFor) => {
            waitingFor("apt-get download");
            await unpackPackage("prometheus", target);
            // The server itself, of the same size, and its pages are not needed.
            fs.rmSync(path.join(target, "usr", "bin", "prometheus"));
            fs.rmSync(path.join(target, "usr", "share"), { recursive: true });
        },
    );
    return path.join(folder, "usr", "bin", "promtool");
}
