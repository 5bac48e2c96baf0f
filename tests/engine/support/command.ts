// Runs programs for the engine tests and gives what they printed.
import { spawn } from "child_process";
import * as path from "path";

/** The checkout that is tested. */
export const ROOT = path.join(__dirname, "../../..");

/** What a program did. */
export interface Ran {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs a program to its end; `expect` is the exit code it must end with. */
export function run(
    command: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; input?: string; expect?: number | "any"; cwd?: string } = {},
): Promise<Ran> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            cwd: options.cwd ?? ROOT,
            env: { ...process.env, ...options.env },
            // A program that ends early must not be written to.
            stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        });
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        child.stdout?.on("data", (data: Buffer) => out.push(data));
        child.stderr?.on("data", (data: Buffer) => err.push(data));
        child.on("error", reject);
        child.on("close", (code) => {
            const ran = {
                code: code ?? -1,
                stdout: Buffer.concat(out).toString(),
                stderr: Buffer.concat(err).toString(),
            };
            const wanted = options.expect ?? 0;
            if (wanted !== "any" && ran.code !== wanted) {
                // Of both, since the one that says why may be the shorter one.
                const tail = [ran.stdout, ran.stderr].map((text) => text.split("\n").slice(-60).join("\n")).join("\n");
                reject(
                    new Error(
                        `"${command} ${args.join(" ")}" ended with ${ran.code}, not ${wanted}:\n${tail}`,
                    ),
                );
            } else {
                resolve(ran);
            }
        });
        child.stdin?.end(options.input);
    });
}

/** Runs the Docker command line and gives its lines. */
export async function docker(...args: string[]): Promise<string[]> {
    const { stdout } = await run("docker", args);
    return stdout.split("\n").filter((line) => line !== "");
}
