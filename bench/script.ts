// Programs of the benchmarks that run as processes of their own, on a processor of their own.
import { ChildProcess, spawn } from "node:child_process";

import { runProgram } from "./program";

const LOADER = ["--require", require.resolve("../scripts/typescript.js")];

function pinned(cpu: number, file: string, args: readonly string[]): string[] {
    return ["--cpu-list", String(cpu), process.execPath, ...LOADER, file, ...args];
}

/** Runs a TypeScript file to its end, and returns what it printed. */
export function runScript(cpu: number, file: string, ...args: string[]): Promise<string> {
    return runProgram("taskset", pinned(cpu, file, args), { env: process.env });
}

/** Starts a TypeScript file that serves; resolves with the first line that it prints. */
export function startScript(
    cpu: number,
    file: string,
    ...args: string[]
): Promise<{ line: string; stop(): void }> {
    return new Promise((resolve, reject) => {
        const child: ChildProcess = spawn("taskset", pinned(cpu, file, args), { stdio: ["ignore", "pipe", "inherit"] });
        let printed = "";
        child.stdout!.setEncoding("utf8").on("data", (text: string) => {
            printed += text;
            const end = printed.indexOf("\n");
            if (end >= 0) {
                resolve({ line: printed.slice(0, end), stop: () => child.kill() });
            }
        });
        child.on("error", reject);
        child.on("close", (code) => reject(new Error(`${file} ended with code ${code}: expected it to serve.`)));
    });
}
