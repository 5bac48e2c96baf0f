// The benchmarks by their names; `npm run bench` runs them all, or those that are named.
import * as fs from "node:fs";
import * as path from "node:path";

import { helpText, parseArguments, Usage, UsageError } from "../scripts/arguments";
import { Benchmark, BenchmarkOptions } from "./benchmark";
import { describeMachine } from "./machine";
import { cold } from "./cold";
import { memory } from "./memory";
import { preview } from "./preview";
import { parseReport, Part, renderReport } from "./report";
import { requests } from "./requests";
import { spans, tuning } from "./spans";
import { up } from "./up";

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { up, preview, spans, tuning, requests, memory, cold };

const DEFAULT_PORT = 18150;

const USAGE: Usage = {
    name: "bench",
    summary: [
        "Measures side by side, in rounds, and prints the medians with their spread. Benchmarks:",
        ...Object.entries(BENCHMARKS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`),
    ].join("\n"),
    options: {
        only: { value: "names", description: "runs these, separated by commas, instead of all" },
        rounds: { value: "number", default: "5", description: "how many rounds count, after one to warm up" },
        port: {
            value: "number",
            default: String(DEFAULT_PORT),
            description: "the first of two ports of 127.0.0.1 for the stack `bench`, which some make",
        },
        log: { value: "file", description: "what `cold` reads; without it `cold` is left out unless it is named" },
        write: { description: "writes the measured parts of bench/report.md" },
    },
};

const REPORT = path.join(__dirname, "report.md");

/** Runs `npm run bench`; the result is the exit code. No figure makes it fail. */
export async function run(argv: readonly string[]): Promise<number> {
    const args = parseArguments(USAGE, argv);
    if (args.has("help")) {
        process.stdout.write(`${helpText(USAGE)}\n`);
        return 0;
    }
    const web = wholeNumber("port", args.value("port")!);
    const options: BenchmarkOptions = {
        rounds: wholeNumber("rounds", args.value("rounds")!),
        ports: { web, jaegerUi: web + 1 },
        log: args.value("log"),
    };
    for (const benchmark of chosen(args.value("only"), options)) {
        const part: Part = {
            title: benchmark.title,
            text: `${describeMachine()}\n${await benchmark.measure(options)}`,
        };
        process.stdout.write(`## ${part.title}\n\n${part.text}\n`);
        if (args.has("write")) {
            const titles = Object.values(BENCHMARKS).map(({ title }) => title);
            fs.writeFileSync(REPORT, renderReport(titles, parseReport(fs.readFileSync(REPORT, "utf8")), [part]));
        }
    }
    return 0;
}

function chosen(names: string | undefined, { log }: BenchmarkOptions): Benchmark[] {
    if (names === undefined) {
        return Object.values(BENCHMARKS).filter((benchmark) => benchmark !== cold || log !== undefined);
    }
    return names.split(",").map((name) => {
        if (!Object.hasOwn(BENCHMARKS, name)) {
            const known = Object.keys(BENCHMARKS).join(", ");
            throw new UsageError(`--only ${name}: there is no such benchmark, expected some of ${known}.`);
        }
        return BENCHMARKS[name];
    });
}

function wholeNumber(option: string, text: string): number {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) {
        throw new UsageError(`--${option} ${text}: expected a whole number, 1 or more.`);
    }
    return value;
}
