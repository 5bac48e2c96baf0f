// The pause container: Debian's catatonit, which has a mode for it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { unpackPackage } from "../../debian";
import { ensureFolder } from "../../folders";
import { Recipe } from "../recipe";

const PACKAGE = "catatonit";
const VERSION = "3.10";

/** What holds the namespaces of a pod in the local cluster. */
export const pause: Recipe = {
    image: "pause",
    repository: "pause",
    tag: VERSION,
    version: VERSION,
    folder: path.join(__dirname, "context"),
    onDebian: false,
    ingredients: () => [PACKAGE],
    gather,
};

async function gather(buildFolder: string): Promise<void> {
    const root = ensureFolder(path.join(buildFolder, "root"));
    const unpacked = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-pause-"));
    await unpackPackage(PACKAGE, unpacked);
    fs.copyFileSync(path.join(unpacked, "usr", "bin", PACKAGE), path.join(root, "pause"));
    fs.rmSync(unpacked, { recursive: true });
}
