// The passphrase that encrypts the state of this machine's local stacks: made once, readable by its owner only.
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureFolder } from "../../toolchain/folders";

/** The file with the passphrase; made when there is none. Throws when others can read it. */
export function ensurePassphraseFile(stateFolder: string): string {
    const file = path.join(ensureFolder(stateFolder), "passphrase");
    try {
        // Only the first of two commands that start at once makes it.
        fs.writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    }
    const mode = fs.statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) {
        throw new Error(
            `${file} may be read by others (mode ${mode.toString(8)}), but it opens the secrets of this machine's ` +
                `stacks: expected mode 600. Mend it with: chmod 600 ${file}`,
        );
    }
    return file;
}
