// A second checkout of what is tested, in a temporary folder.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { ROOT, run } from "./command";

/** Copies the files that git knows or would take; the installed packages are shared. Who calls it removes the folder. */
export async function cloneCheckout(): Promise<string> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "clone-"));
    const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    for (const file of stdout.split("\0").filter((name) => name !== "" && fs.existsSync(path.join(ROOT, name)))) {
        fs.cpSync(path.join(ROOT, file), path.join(folder, file));
    }
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    return folder;
}

/** An app of the example shop's image that asks no database: each page it has answers, if only with an error. */
export function appWithoutDatabase(shop: Record<string, unknown>): Record<string, unknown> {
    const { tasks: _tasks, database: _database, ...rest } = shop;
    const environment = { ...(shop.environment as object), DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" };
    return { ...rest, environment, replicas: 1 };
}
