// How a test says that something can't be run on this machine: it is printed and counted, never left out silently.
import * as fs from "node:fs";

const VARIABLE = "TRACED_ENVIRONMENT_NOT_RUN_FILE";

/** Tells the test run that something was not run here, and why: `recordNotRun("jaeger validate of 2.21: no binary")`. */
export function recordNotRun(what: string): void {
    const file = process.env[VARIABLE];
    if (file) {
        fs.appendFileSync(file, `${what.replaceAll("\n", " ")}\n`);
    } else {
        process.stderr.write(`Not run here: ${what}\n`);
    }
}

/** The variable that tests find the file in. */
export function notRunVariable(file: string): Record<string, string> {
    return { [VARIABLE]: file };
}

/** What tests have recorded in a file, each once. */
export function recordedNotRun(file: string): string[] {
    return fs.existsSync(file) ? [...new Set(fs.readFileSync(file, "utf8").split("\n").filter((line) => line !== ""))] : [];
}
