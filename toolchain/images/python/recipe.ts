// Debian's Python 3.11 with pip, which trusts what this machine trusts.
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureFolder } from "../../folders";
import { certificatesHash, copyCertificates } from "../certificates";
import { Recipe } from "../recipe";

const PIP_SETTINGS = "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n";

/** Python to build applications on; pip works in it wherever it works on this machine. */
export const python: Recipe = {
    image: "python",
    repository: "library/python",
    tag: "3.11-slim-bookworm",
    version: "3.11",
    folder: path.join(__dirname, "context"),
    onDebian: true,
    ingredients: () => [certificatesHash(), PIP_SETTINGS],
    gather,
};

async function gather(buildFolder: string): Promise<void> {
    const root = ensureFolder(path.join(buildFolder, "root"));
    copyCertificates(root);
    // pip brings its own list of authorities, which lacks those that were added to this machine.
    fs.writeFileSync(path.join(ensureFolder(path.join(root, "etc")), "pip.conf"), PIP_SETTINGS);
}
