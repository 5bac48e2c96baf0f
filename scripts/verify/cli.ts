// The program of `npm run verify`: exits with 0 when whole, 1 when broken, 2 for wrong use or no environment.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

import { Arguments, UsageError, Usage, helpText, parseArguments } from "../arguments";
import { runtimeOf } from "../runtime";
import { StorageCaller, storageComplaints } from "./logs";
import { networkPolicyNote } from "./networkPolicy";
import { htmlReport } from "./page/page";
import { jsonReport, textReport } from "./report";
import { TargetError, narrowed, targetOf } from "./target";
import { troublesOf } from "./troubles";
import { withinReach } from "./tunnel";
import { verify } from "./verify";

const USAGE: Usage = {
    name: "verify",
    summary:
        "Sends requests through a stack and shows their traces; says what is broken when they are not whole.",
    options: {
        stack: { value: "name", default: "dev", description: "the stack to verify" },
        app: { value: "name", description: "only this app" },
        path: { value: "path", description: "the page to request; best one that uses the database" },
        method: { value: "method", default: "GET", description: "the request's method" },
        body: { value: "json", description: "the request's body" },
        database: {
            value: "yes|no",
            description: "whether the page uses the database, so that its span must be there",
        },
        settle: {
            value: "seconds",
            default: "0",
            description: "how long a route that the ingress does not know yet is waited for",
        },
        deadline: { value: "seconds", default: "30", description: "how long a trace is waited for" },
        html: { value: "file", description: "also writes a page with the traces to this file" },
        json: { description: "prints a result for programs; all else goes to standard error" },
    },
};

const POLL_MS = 500;
const OK = 0;
const BROKEN = 1;
const WRONG_USE = 2;

/** Gets a stack's outputs. */
export type ReadOutputs = (stack: string) => Promise<unknown>;

/** Verifies what the arguments say, and prints the report. Returns the exit code. */
export async function run(argv: readonly string[], outputs: ReadOutputs = pulumiOutputs): Promise<number> {
    try {
        const args = parseArguments(USAGE, argv);
        if (args.has("help")) {
            process.stdout.write(`${helpText(USAGE)}\n`);
            return OK;
        }
        return await verifyAndPrint(args, outputs);
    } catch (error) {
        if (error instanceof UsageError || error instanceof TargetError) {
            process.stderr.write(`${error.message}\n`);
            return WRONG_USE;
        }
        throw error;
    }
}

async function verifyAndPrint(args: Arguments, outputs: ReadOutputs): Promise<number> {
    const page = pageFile(args.value("html"));
    const deadlineMs = seconds("deadline", args.value("deadline") ?? "", 1) * 1000;
    const settleMs = seconds("settle", args.value("settle") ?? "", 0) * 1000;
    const choice = {
        app: args.value("app"),
        path: args.value("path"),
        database: yesOrNo(args.value("database")),
    };
    const target = narrowed(targetOf(await outputs(args.value("stack") ?? "")), choice);
    const say = (line: string) => process.stderr.write(`  … ${line}\n`);
    const { members, cluster } = target;
    const runtime = members && runtimeOf(members, cluster, process.env);
    const options = {
        method: (args.value("method") ?? "GET").toUpperCase(),
        body: args.value("body"),
        deadlineMs,
        settleMs,
        pollMs: POLL_MS,
        say,
        complaints: (of: StorageCaller, since: number) => storageComplaints(runtime, of, since),
        troubles: () => troublesOf(runtime),
        policy: async () => (cluster && runtime ? networkPolicyNote(runtime) : undefined),
    };
    const report = await withinReach(target, process.env, say, (reached) => verify(reached, options));
    const { isTTY, columns } = process.stdout;
    const canvas = { columns: columns ?? 100, colour: isTTY === true && !process.env.NO_COLOR };
    const text = args.has("json")
        ? JSON.stringify(jsonReport(report), undefined, 2)
        : textReport(report, canvas);
    process.stdout.write(`${text}\n`);
    if (page !== undefined) {
        fs.writeFileSync(page, htmlReport(report));
        process.stderr.write(`The page is ${page}\n`);
    }
    return report.whole ? OK : BROKEN;
}

/** The page's file, from the folder that npm was called in; refused before anything is sent. */
function pageFile(name: string | undefined): string | undefined {
    if (name === undefined) {
        return undefined;
    }
    const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), name);
    const isFolder = (each: string) => fs.statSync(each, { throwIfNoEntry: false })?.isDirectory() === true;
    if (name === "" || isFolder(file) || !isFolder(path.dirname(file))) {
        throw new UsageError(`--html: got "${name}", expected a file in a folder that is there, such as traces.html.`);
    }
    return file;
}

function seconds(option: string, text: string, least: number): number {
    const value = Number(text);
    if (text === "" || !Number.isFinite(value) || value < least || value > 3600) {
        throw new UsageError(`--${option}: got "${text}", expected a number of seconds from ${least} to 3600.`);
    }
    return value;
}

function yesOrNo(text: string | undefined): boolean | undefined {
    if (text !== undefined && text !== "yes" && text !== "no") {
        throw new UsageError(`--database: got "${text}", expected "yes" or "no".`);
    }
    return text === undefined ? undefined : text === "yes";
}

async function pulumiOutputs(stack: string): Promise<unknown> {
    try {
        const { stdout } = await promisify(execFile)("pulumi", [
            "stack",
            "output",
            "--json",
            "--stack",
            stack,
        ]);
        return JSON.parse(stdout);
    } catch (error) {
        const { stderr, message } = error as Error & { stderr?: string };
        throw new TargetError(
            `The outputs of stack "${stack}" can't be read: ${(stderr || message).trim()}\n` +
                'Make the stack with "npm run up", or name another one with --stack.',
        );
    }
}

if (require.main === module) {
    void run(process.argv.slice(2)).then((code) => {
        process.exitCode = code;
    });
}
