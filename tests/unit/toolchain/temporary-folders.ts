// A cache and a state folder of a test's own, so that it neither sees nor changes the user's.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const VARIABLES = ["XDG_CACHE_HOME", "XDG_STATE_HOME"] as const;

/** Gives each test of the file its own folders; returns a function that tells their parent. */
export function useTemporaryFolders(): () => string {
    const before = VARIABLES.map((name) => process.env[name]);
    let folder = "";
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-"));
        process.env.XDG_CACHE_HOME = path.join(folder, "cache");
        process.env.XDG_STATE_HOME = path.join(folder, "state");
    });
    afterEach(() => {
        VARIABLES.forEach((name, i) => {
            if (before[i] === undefined) {
                delete process.env[name];
            } else {
                process.env[name] = before[i];
            }
        });
        fs.rmSync(folder, { recursive: true });
    });
    return () => folder;
}
