// CoreDNS, built here with the plugins that a cluster's DNS uses.
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureCoreDnsBinary } from "../../executables";
import { ensureFolder } from "../../folders";
import { WaitingFor } from "../../progress";
import { VERSIONS } from "../../versions";
import { copyCertificates } from "../certificates";
import { Recipe } from "../recipe";

/** The local cluster's DNS. */
export const coredns: Recipe = {
    image: "coredns",
    repository: "coredns/coredns",
    tag: VERSIONS.coredns,
    version: VERSIONS.coredns,
    folder: path.join(__dirname, "context"),
    onDebian: false,
    ingredients: () => [],
    gather,
};

async function gather(buildFolder: string, waitingFor: WaitingFor): Promise<void> {
    const root = ensureFolder(path.join(buildFolder, "root"));
    copyCertificates(root);
    waitingFor("the executable of CoreDNS");
    const executable = path.join(root, "coredns");
    fs.copyFileSync(await ensureCoreDnsBinary(), executable);
    fs.chmodSync(executable, 0o755);
}
