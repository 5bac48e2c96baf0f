// Runs Pulumi without showing what it prints, unless it fails.
import { spawn } from "node:child_process";

import { onPath } from "../../toolchain/run";

/** Where Pulumi is run. */
export interface PulumiOptions {
    cwd: string;
    /** The whole environment. */
    env: NodeJS.ProcessEnv;
}

/** Runs `pulumi`, and returns all that it printed. Rejects with that when its exit code is not 0. */
export function pulumi(args: readonly string[], { cwd, env }: PulumiOptions): Promise<string> {
    return new Promise((resolve, reject) => {
        const program = onPath("pulumi", env.PATH) ?? "pulumi";
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        let printed = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => {
                printed += text;
            });
        }
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0) {
                resolve(printed);
            } else {
                const line = ["pulumi", ...args].join(" ");
                reject(new Error(`"${line}" ended with code ${code}: expected 0.\n${printed}`));
            }
        });
    });
}
