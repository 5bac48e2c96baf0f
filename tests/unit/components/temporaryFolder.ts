// A folder of each test's own, gone after it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Gives each test of the file a folder; returns a function that tells its path. */
export function useTemporaryFolder(): () => string {
    let folder = "";
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    return () => folder;
}
