// The root file system below a static executable: a shell and wget, certificates, a user database, /tmp.
import * as fs from "node:fs";
import * as path from "node:path";

import { unpackPackage } from "../debian";
import { ensureFolder } from "../folders";
import { copyCertificates } from "./certificates";

/** Name of Debian's package, an ingredient of what is made with it. */
export const BUSYBOX_PACKAGE = "busybox-static";

/** Makes such a root in a folder; the commands' links are made inside the image. */
export async function makeBusyboxRoot(root: string): Promise<void> {
    const download = ensureFolder(`${root}-download`);
    // Not installed on this machine, where it would take the place of another busybox.
    await unpackPackage(BUSYBOX_PACKAGE, download);
    ensureFolder(path.join(root, "bin"));
    fs.copyFileSync(path.join(download, "bin", "busybox"), path.join(root, "bin", "busybox"));
    fs.chmodSync(path.join(root, "bin", "busybox"), 0o755);
    fs.rmSync(download, { recursive: true });
    fs.writeFileSync(
        path.join(ensureFolder(path.join(root, "etc")), "passwd"),
        "root:x:0:0:root:/root:/bin/sh\n",
    );
    fs.writeFileSync(path.join(root, "etc", "group"), "root:x:0:\n");
    copyCertificates(root);
    fs.chmodSync(ensureFolder(path.join(root, "tmp")), 0o1777);
}
