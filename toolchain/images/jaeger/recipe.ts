// Jaeger, built from its Go module, with a shell and wget below it.
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureJaegerBinary } from "../../executables";
import { ensureFolder, packageFolder } from "../../folders";
import { WaitingFor } from "../../progress";
import { VERSIONS } from "../../versions";
import { BUSYBOX_PACKAGE, makeBusyboxRoot } from "../busyboxRoot";
import { Recipe } from "../recipe";

/** Jaeger with collector and query in one executable; a placeholder is in the place of its web page. */
export const jaeger: Recipe = {
    image: "jaeger",
    repository: "jaegertracing/jaeger",
    tag: VERSIONS.jaeger,
    version: VERSIONS.jaeger,
    folder: path.join(__dirname, "context"),
    onDebian: false,
    ingredients: () => [BUSYBOX_PACKAGE, moduleFile()],
    gather,
};

function moduleFile(): string {
    return fs.readFileSync(path.join(packageFolder(), "toolchain", "jaeger", "go.mod"), "utf8");
}

async function gather(buildFolder: string, waitingFor: WaitingFor): Promise<void> {
    const root = ensureFolder(path.join(buildFolder, "root"));
    await makeBusyboxRoot(root);
    waitingFor("the executable of Jaeger, which is built from its Go module");
    const executable = path.join(ensureFolder(path.join(root, "cmd", "jaeger")), "jaeger-linux");
    fs.copyFileSync(await ensureJaegerBinary(), executable);
    fs.chmodSync(executable, 0o755);
}
