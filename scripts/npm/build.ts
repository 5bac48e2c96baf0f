// The npm package: the components compiled, with the files beside them that they read.
import * as fs from "node:fs";
import * as path from "node:path";

import { runChild } from "../children";

/** What lies beside the sources and belongs to them, not to the package. */
const OF_THE_SOURCES = /(\.ts|[/\\]tsconfig(\.build)?\.json|[/\\]package\.json|[/\\]PulumiPlugin\.yaml)$/;

/** Where the compiled package lies in a checkout. */
export const OUTPUT = "dist";

/** Compiles `components/` of a checkout into `dist/`, which holds nothing else afterwards. */
export async function buildPackage(folder: string): Promise<void> {
    const source = path.join(folder, "components");
    const output = path.join(folder, OUTPUT);
    fs.rmSync(output, { recursive: true, force: true });
    const compiler = require.resolve("typescript/bin/tsc");
    const args = [compiler, "--project", path.join(source, "tsconfig.build.json")];
    const { code } = await runChild(process.execPath, args, { cwd: folder, env: process.env, output: "stderr" });
    if (code !== 0) {
        throw new Error("The components could not be compiled: see TypeScript's messages above.");
    }
    fs.cpSync(source, output, { recursive: true, filter: (file) => !OF_THE_SOURCES.test(file) });
}
