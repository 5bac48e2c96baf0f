// Traefik's released executable, with a shell and wget below it.
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureTraefikBinary } from "../../executables";
import { ensureFolder } from "../../folders";
import { WaitingFor } from "../../progress";
import { VERSIONS } from "../../versions";
import { BUSYBOX_PACKAGE, makeBusyboxRoot } from "../busyboxRoot";
import { Recipe } from "../recipe";

/** Traefik as it is released. */
export const traefik: Recipe = {
    image: "traefik",
    repository: "library/traefik",
    tag: `v${VERSIONS.traefik}`,
    version: VERSIONS.traefik,
    folder: path.join(__dirname, "context"),
    onDebian: false,
    ingredients: () => [BUSYBOX_PACKAGE],
    gather,
};

async function gather(buildFolder: string, waitingFor: WaitingFor): Promise<void> {
    const root = ensureFolder(path.join(buildFolder, "root"));
    await makeBusyboxRoot(root);
    waitingFor("the executable of Traefik");
    const executable = path.join(ensureFolder(path.join(root, "usr", "local", "bin")), "traefik");
    fs.copyFileSync(await ensureTraefikBinary(), executable);
    fs.chmodSync(executable, 0o755);
    fs.renameSync(path.join(buildFolder, "entrypoint.sh"), path.join(root, "entrypoint.sh"));
}
