// A home for the CLI with the plugins that were made here: about a plugin on PATH it warns at every command.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { cacheFolder, ensureFolder } from "../folders";

/** A plugin that was made here. */
export interface MadePlugin {
    /** Name of the executable, e.g. `pulumi-resource-docker`. */
    name: string;
    version: string;
    /** The folder that it lies in. */
    folder: string;
}

/** The folder in a home's `plugins` in which the CLI looks for a plugin. */
export function pluginFolder(plugin: Pick<MadePlugin, "name" | "version">): string {
    return `${plugin.name.replace(/^pulumi-/, "")}-v${plugin.version}`;
}

/** A home, for PULUMI_HOME, in which the CLI finds these plugins and no others. */
export function homeWith(plugins: readonly MadePlugin[], homes = path.join(cacheFolder(), "pulumi-homes")): string {
    const key = createHash("sha256").update(JSON.stringify(plugins)).digest("hex").slice(0, 12);
    const home = path.join(homes, key);
    for (const plugin of plugins) {
        // The folder must be a real one, else the CLI overlooks it.
        const folder = ensureFolder(path.join(home, "plugins", pluginFolder(plugin)));
        link(path.join(plugin.folder, plugin.name), path.join(folder, plugin.name));
    }
    return home;
}

function link(target: string, file: string): void {
    const unfinished = `${file}.${process.pid}`;
    fs.rmSync(unfinished, { force: true });
    fs.symlinkSync(target, unfinished);
    // Another command may do the same at the same time.
    fs.renameSync(unfinished, file);
}
