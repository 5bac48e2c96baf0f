// Installing npm packages, for `pulumi install` and `pulumi new`, and for folders that are used as plugins.
import * as path from "node:path";

import { Command } from "./children";
import { isInstalled, readManifest } from "./packages";

/**
 * The npm process that installs the packages of a folder, or undefined when there is nothing to install.
 *
 * @param forPlugin whether the folder is a plugin's. Commands such as `pulumi package get-schema <folder>`
 * ask for an installation each time; a folder that has its packages is left alone, as it may be a checkout
 */
export function installCommand(
    folder: string,
    forPlugin: boolean,
    env: NodeJS.ProcessEnv,
): Command | undefined {
    const manifest = readManifest(path.resolve(folder));
    const needed = Object.keys(manifest?.dependencies ?? {});
    if (!manifest || (forPlugin && needed.every((name) => isInstalled(folder, name)))) {
        return undefined;
    }
    return {
        file: "npm",
        args: ["install", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd: folder,
        env,
    };
}
