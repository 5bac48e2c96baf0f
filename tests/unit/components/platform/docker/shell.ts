// Running the scripts of our containers by the real shell of this machine.
import { spawnSync } from "node:child_process";

/** What a program that ran to its end left behind. */
export interface Ended {
    status: number | null;
    stdout: string;
    stderr: string;
}

/** Runs a command to its end, with nothing in its environment but what is given. */
export function run(command: readonly string[], env: Record<string, string> = {}): Ended {
    const { status, stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
        encoding: "utf8",
        timeout: 20_000,
        env: { PATH: process.env.PATH, ...env },
    });
    if (error) {
        throw error;
    }
    return { status, stdout, stderr };
}
