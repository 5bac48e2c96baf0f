// Running other programs: arguments as a list (no shell), output to a log file, failures with its last lines.
import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { logFile } from "./folders";

/** How a program is run. */
export interface RunOptions {
    /** Name of the log file in the state folder that gets the output, without `.log`. */
    log: string;
    /** Working folder. @default the caller's */
    cwd?: string;
    /** Added to the caller's environment; `undefined` takes a variable away. */
    env?: Record<string, string | undefined>;
    /** Written to the program's standard input. @default nothing */
    input?: string | Buffer | NodeJS.ReadableStream;
    /** Stops the program after this long. @default never */
    timeoutMs?: number;
}

const LAST_LINES = 30;
const KEPT_OUTPUT = 64 * 1024;

/**
 * Runs a program to its end and returns what it wrote to standard output; all its output goes to the log too.
 * Rejects when it can't be started or ends with another code than 0, with the last lines of its output.
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
    const log = logFile(options.log);
    const out = fs.openSync(log, "a");
    fs.writeSync(out, `\n$ ${[command, ...args].join(" ")}\n`);
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            cwd: options.cwd,
            env: environment(options.env),
            stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        });
        const timer = stopAfter(child, options.timeoutMs);
        const stdout: string[] = [];
        let tail = "";
        const keep = (text: string) => {
            fs.writeSync(out, text);
            tail = (tail + text).slice(-KEPT_OUTPUT);
        };
        child.stdout!.setEncoding("utf8").on("data", (text: string) => {
            stdout.push(text);
            keep(text);
        });
        child.stderr!.setEncoding("utf8").on("data", keep);
        feed(child.stdin, options.input);
        // "close" follows here too.
        child.on("error", (error) => {
            const message = `${path.basename(command)} could not be started: ${error.message}`;
            reject(new Error(message, { cause: error }));
        });
        child.on("close", (code, signal) => {
            clearTimeout(timer);
            fs.closeSync(out);
            if (code === 0) {
                resolve(stdout.join(""));
                return;
            }
            const how = signal ? `was stopped by ${signal}` : `ended with code ${code}`;
            const line = [command, ...args].join(" ");
            reject(new Error(`"${line}" ${how}. Log: ${log}\n${lastLines(tail)}`));
        });
    });
}

/** Runs a program and returns its standard output; undefined when it fails or is not there. Logs nothing. */
export function tryOutput(
    command: string,
    args: readonly string[],
    timeoutMs = 20_000,
): Promise<string | undefined> {
    return new Promise((resolve) => {
        const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
        const timer = stopAfter(child, timeoutMs);
        let stdout = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            stdout += text;
        });
        child.on("error", () => {
            clearTimeout(timer);
            resolve(undefined);
        });
        child.on("close", (code) => {
            clearTimeout(timer);
            resolve(code === 0 ? stdout : undefined);
        });
    });
}

/** The last lines of a log file, for an error message; empty when there is none. */
export function lastLinesOf(file: string): string {
    return fs.existsSync(file) ? lastLines(fs.readFileSync(file, "utf8").slice(-KEPT_OUTPUT)) : "";
}

/** Where a program lies on PATH, or undefined. */
export function onPath(program: string, searchPath = process.env.PATH ?? ""): string | undefined {
    return searchPath
        .split(path.delimiter)
        .filter((folder) => folder !== "")
        .map((folder) => path.join(folder, program))
        .find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

// The timeout of `spawn` goes on, and keeps this process alive, when the program could not be started.
function stopAfter(child: ChildProcess, timeoutMs: number | undefined): NodeJS.Timeout | undefined {
    return timeoutMs === undefined ? undefined : setTimeout(() => child.kill(), timeoutMs);
}

function lastLines(text: string): string {
    return text.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
}

function environment(added: RunOptions["env"]): NodeJS.ProcessEnv {
    return Object.fromEntries(
        Object.entries({ ...process.env, ...added }).filter(([, value]) => value !== undefined),
    );
}

function feed(stdin: NodeJS.WritableStream | null, input: RunOptions["input"]): void {
    if (!stdin || input === undefined) {
        return;
    }
    // A program may end before it has read everything; its exit code tells whether that is a failure.
    stdin.on("error", () => undefined);
    if (typeof input === "string" || Buffer.isBuffer(input)) {
        stdin.end(input);
    } else {
        input.pipe(stdin);
    }
}
