// A certificate authority for servers of tests, and certificates that it signed; made by openssl in a folder.
import * as fs from "fs";
import * as path from "path";

import { installPackages } from "../../toolchain/debian";
import { onPath } from "../../toolchain/run";
import { run } from "../engine/support/command";

/** The files that {@link makeServerCertificate} makes. */
export const CERTIFICATE_FILES = { authority: "ca.pem", certificate: "node.pem", key: "node.key" } as const;

/** Makes an authority and a certificate of it for servers of these names, valid for two days. */
export async function makeServerCertificate(folder: string, names: readonly string[]): Promise<void> {
    if (!onPath("openssl")) {
        await installPackages(["openssl"], "Certificates of the tests' servers", "install openssl.");
    }
    const { authority, certificate, key } = CERTIFICATE_FILES;
    const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    await openssl("req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=Test", "-keyout", "ca.key", "-out", authority);
    await openssl("req", ...newKey, "-subj", "/CN=servers", "-keyout", key, "-out", "node.csr");
    fs.writeFileSync(path.join(folder, "names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`);
    const signed = ["-CA", authority, "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    await openssl("x509", "-req", "-in", "node.csr", ...signed, "-out", certificate);
    // Read by whoever the server runs as.
    fs.chmodSync(path.join(folder, key), 0o644);
}
