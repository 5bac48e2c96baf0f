// Running Jest on some of the projects in tests/jest.config.js, and reading what came out.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { runChild } from "../children";
import { notRunVariable, recordedNotRun } from "./notRun";
import { JestReport, jestResult, PartResult } from "./summary";

/** What Jest runs. */
export interface JestRun {
    /** Folder of the checkout. */
    folder: string;
    projects: readonly string[];
    env: NodeJS.ProcessEnv;
    /** Further arguments. */
    args?: readonly string[];
}

/** Runs Jest; its own report goes to standard error. */
export async function runJest({ folder, projects, env, args = [] }: JestRun): Promise<PartResult> {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-jest-"));
    const reportFile = path.join(temporary, "report.json");
    const notRunFile = path.join(temporary, "not-run");
    try {
        const { code } = await runChild(
            process.execPath,
            [
                require.resolve("jest/bin/jest"),
                "--config",
                path.join(folder, "tests/jest.config.js"),
                "--json",
                `--outputFile=${reportFile}`,
                "--selectProjects",
                ...projects,
                ...args,
            ],
            { cwd: folder, env: { ...env, ...notRunVariable(notRunFile) }, output: "stderr" },
        );
        const result = jestResult(readReport(reportFile), code);
        return { ...result, notRun: [...(result.notRun ?? []), ...recordedNotRun(notRunFile)] };
    } finally {
        fs.rmSync(temporary, { recursive: true });
    }
}

function readReport(file: string): JestReport | undefined {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as JestReport;
    } catch {
        return undefined;
    }
}
