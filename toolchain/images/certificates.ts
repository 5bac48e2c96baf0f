// The certificate authorities that this machine trusts, for images that reach package registries as it does.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureFolder } from "../folders";

const BUNDLE = "etc/ssl/certs/ca-certificates.crt";

/** Copies the bundle into a root file system, at the same path; a machine without one has nothing to copy. */
export function copyCertificates(root: string): void {
    if (!fs.existsSync(`/${BUNDLE}`)) {
        return;
    }
    const copy = path.join(root, BUNDLE);
    ensureFolder(path.dirname(copy));
    fs.copyFileSync(`/${BUNDLE}`, copy);
    fs.chmodSync(copy, 0o644);
}

/** Hash of the bundle, for images that are of no use with an outdated one. */
export function certificatesHash(): string {
    return fs.existsSync(`/${BUNDLE}`)
        ? createHash("sha256")
              .update(fs.readFileSync(`/${BUNDLE}`))
              .digest("hex")
        : "none";
}
