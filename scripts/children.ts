// Programs that a command starts: their output is the command's, Ctrl-C reaches them once, exit codes come back.
import { spawn, StdioOptions } from "node:child_process";
import * as os from "node:os";

/** How a program is run. */
export interface ChildOptions {
    cwd?: string;
    /** The whole environment. */
    env: NodeJS.ProcessEnv;
    /** Where its standard output goes: as ours, to our standard error, or back to the caller. @default inherit */
    output?: "inherit" | "stderr" | "capture";
    /** Whether what it writes to standard error comes back too; it goes to ours all the same. @default false */
    keepErrors?: boolean;
    /** Whether it may ask the user. @default false */
    interactive?: boolean;
}

/** How a program ended. */
export interface ChildResult {
    /** Its exit code, or 128 and the number of the signal that ended it, as in a shell. */
    code: number;
    /** What it wrote to standard output, when that was captured. */
    stdout: string;
    /** What it wrote to standard error, when that was kept. */
    stderr: string;
}

/**
 * Runs a program to its end, whatever its exit code is. Rejects when it can't be started.
 *
 * A terminal sends Ctrl-C to every process of its foreground group, so it must not be passed on there. Without
 * a terminal the program gets a process group of its own and each signal from here, hence exactly once too.
 */
export function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<ChildResult> {
    const ownGroup = !process.stdin.isTTY;
    const output = { inherit: 1, stderr: 2, capture: "pipe" as const }[options.output ?? "inherit"];
    const stdio: StdioOptions = [options.interactive ? "inherit" : "ignore", output, options.keepErrors ? "pipe" : 2];
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio, detached: ownGroup });
        const stopPassing = passSignals((signal) => {
            if (ownGroup || signal !== "SIGINT") {
                child.kill(signal);
            }
        });
        let stdout = "";
        let stderr = "";
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
            stdout += text;
        });
        child.stderr?.setEncoding("utf8").on("data", (text: string) => {
            stderr += text;
            process.stderr.write(text);
        });
        child.on("error", (error) => {
            stopPassing();
            reject(new Error(`${command} could not be started: ${error.message}`));
        });
        child.on("close", (code, signal) => {
            stopPassing();
            resolve({ code: code ?? 128 + (signal ? os.constants.signals[signal] : 0), stdout, stderr });
        });
    });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function passSignals(pass: (signal: NodeJS.Signals) => void): () => void {
    const handlers = SIGNALS.map((signal) => [signal, () => pass(signal)] as const);
    handlers.forEach(([signal, handler]) => process.on(signal, handler));
    return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}
