// Runs a program without showing what it prints, unless it fails.
import { spawn } from "node:child_process";

import { onPath } from "../toolchain/run";

/** Where a program is run. */
export interface ProgramOptions {
    /** @default the caller's */
    cwd?: string;
    /** The whole environment. */
    env: NodeJS.ProcessEnv;
    /** What it reads from its standard input. @default nothing */
    input?: string | Buffer;
}

/** Runs a program, and returns its standard output. Rejects with all that it printed when its exit code is not 0. */
export function runProgram(
    name: string,
    args: readonly string[],
    { cwd, env, input }: ProgramOptions,
): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(onPath(name, env.PATH) ?? name, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
        let stdout = "";
        let printed = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            stdout += text;
            printed += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            printed += text;
        });
        // A program may end before it has read everything; its exit code tells whether that is a failure.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0) {
                resolve(stdout);
            } else {
                const line = [name, ...args].join(" ");
                reject(new Error(`"${line}" ended with code ${code}: expected 0.\n${printed}`));
            }
        });
    });
}
