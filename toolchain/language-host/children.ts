// The processes that the language host has started, so that none of them outlives it.
import { ChildProcess, spawn, SpawnOptions } from "node:child_process";

/** A process to start; Node.js itself when there is no `file`. */
export interface Command {
    file?: string;
    args: string[];
    cwd: string;
    env: NodeJS.ProcessEnv;
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface Ending {
    code: number | null;
    signal: NodeJS.Signals | null;
}

/** How long a process may take to end by itself after it was asked to. */
const PATIENCE_MS = 3_000;

/** The running children of the language host. */
export class Children {
    private readonly running = new Map<ChildProcess, Promise<Ending>>();

    constructor(private readonly patienceMs = PATIENCE_MS) {}

    /** Starts a process and keeps account of it until it has ended and its output is read. */
    start(command: Command, stdio: SpawnOptions["stdio"]): { child: ChildProcess; ended: Promise<Ending> } {
        const file = command.file ?? process.execPath;
        const child = spawn(file, command.args, { cwd: command.cwd, env: command.env, stdio });
        const ended = new Promise<Ending>((resolve, reject) => {
            child.on("error", (error) => reject(new Error(startFailure(file, command.cwd, error))));
            child.on("close", (code, signal) => resolve({ code, signal }));
        }).finally(() => this.running.delete(child));
        this.running.set(child, ended);
        return { child, ended };
    }

    /** Asks a process to end, and ends it by force when it does not. */
    async stop(child: ChildProcess): Promise<void> {
        const ended = this.running.get(child);
        if (!ended) {
            return;
        }
        child.kill("SIGTERM");
        const force = setTimeout(() => child.kill("SIGKILL"), this.patienceMs);
        await ended.catch(() => undefined);
        clearTimeout(force);
    }

    /** Stops every process that still runs. */
    async stopAll(): Promise<void> {
        await Promise.all([...this.running.keys()].map((child) => this.stop(child)));
    }
}

/** Says how a process ended, for an error message. */
export function describeEnding({ code, signal }: Ending): string {
    return signal ? `ended by ${signal}` : `exited with code ${code}`;
}

function startFailure(file: string, cwd: string, error: Error): string {
    // A missing working directory is reported as if the program were missing.
    return `${file} could not be started in ${cwd}: ${error.message}. Do both exist?`;
}
