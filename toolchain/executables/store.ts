// The store of executables in the cache folder: each is made once per version and recipe.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { cacheFolder, ensureFolder } from "../folders";
import { withLock } from "../lock";
import { step, WaitingFor } from "../progress";

/** What identifies a made thing. */
export interface Recipe {
    name: string;
    version: string;
    /** Everything that decides what comes out: another recipe is made beside the first. */
    ingredients: readonly (string | Buffer)[];
}

/**
 * The folder in the store with what `make` made for this recipe; made now if it is not there. `make` gets an
 * empty folder, which takes its place in the store only when it has succeeded.
 */
export async function stored(
    recipe: Recipe,
    make: (folder: string, waitingFor: WaitingFor) => Promise<void>,
): Promise<string> {
    const folder = path.join(ensureFolder(path.join(cacheFolder(), "executables")), storeKey(recipe));
    if (fs.existsSync(folder)) {
        return folder;
    }
    return withLock(storeKey(recipe), async () => {
        if (fs.existsSync(folder)) {
            return folder;
        }
        const unfinished = `${folder}.unfinished`;
        fs.rmSync(unfinished, { recursive: true, force: true });
        fs.mkdirSync(unfinished);
        await step(`${recipe.name} ${recipe.version}`, (waitingFor) => make(unfinished, waitingFor));
        fs.renameSync(unfinished, folder);
        return folder;
    });
}

/** Name, version, and a hash of the ingredients and of the machine's kind. */
export function storeKey(recipe: Recipe): string {
    const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
    for (const ingredient of recipe.ingredients) {
        hash.update("\0").update(ingredient);
    }
    return `${recipe.name}-${recipe.version}-${hash.digest("hex").slice(0, 12)}`;
}

/** The contents of a folder's files below it, with their names, as ingredients; in a fixed order. */
export function filesOf(folder: string): string[] {
    return fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
        .map((file) => `${path.relative(folder, file)}\n${fs.readFileSync(file, "utf8")}`);
}
