// The benchmarks by their names; `npm run bench` runs them all, or those that are named.
import * as fs from "node:fs";
import * as path from "node:path";

import { helpText, parseArguments, Usage, UsageError } from "../scripts/arguments";
import { Platform } from "../toolchain/executables";
import { Benchmark, BenchmarkOptions, titleOn, titlesOf } from "./benchmark";
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
        ...Object.entries(BENCHMARKS).map(
            ([name, { summary, platforms }]) =>
                `  ${name.padEnd(10)} ${summary}${platforms.includes("kubernetes") ? "" : "; on Docker alone"}`,
        ),
    ].join("\n"),
    options: {
        only: { value: "names", description: "runs these, separated by commas, instead of all" },
        platform: {
            value: "docker|kubernetes",
            default: "docker",
            description: "where: on this machine's engine or in its local cluster",
        },
        rounds: { value: "number", default: "5", description: "how many rounds count, after one to warm up" },
        port: {
            value: "number",
            default: String(DEFAULT_PORT),
            description: "the first of two ports of 127.0.0.1 for the stack of its own that most make",
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
    const platform = platformOption(args.value("platform")!);
    const options: BenchmarkOptions = {
        platform,
        rounds: wholeNumber("rounds", args.value("rounds")!),
        ports: { web, jaegerUi: web + 1 },
        log: args.value("log"),
    };
    for (const benchmark of chosen(args.value("only"), options)) {
        const part: Part = {
            title: titleOn(benchmark, platform),
            text: `${describeMachine(platform)}\n${await benchmark.measure(options)}`,
        };
        process.stdout.write(`## ${part.title}\n\n${part.text}\n`);
        if (args.has("write")) {
            const titles = titlesOf(Object.values(BENCHMARKS));
            fs.writeFileSync(REPORT, renderReport(titles, parseReport(fs.readFileSync(REPORT, "utf8")), [part]));
        }
    }
    return 0;
}

function chosen(names: string | undefined, { platform, log }: BenchmarkOptions): Benchmark[] {
    if (names === undefined) {
        return Object.values(BENCHMARKS).filter(
            (benchmark) => benchmark.platforms.includes(platform) && (benchmark !== cold || log !== undefined),
        );
    }
    return names.split(",").map((name) => {
        if (!Object.hasOwn(BENCHMARKS, name)) {
            const known = Object.keys(BENCHMARKS).join(", ");
            throw new UsageError(`--only ${name}: there is no such benchmark, expected some of ${known}.`);
        }
        if (!BENCHMARKS[name].platforms.includes(platform)) {
            throw new UsageError(`--only ${name}: is not measured on ${platform}; leave --platform away.`);
        }
        return BENCHMARKS[name];
    });
}

function platformOption(text: string): Platform {
    if (text !== "docker" && text !== "kubernetes") {
        throw new UsageError(`--platform ${text}: there is no such platform, expected docker or kubernetes.`);
    }
    return text;
}

function wholeNumber(option: string, text: string): number {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) {
        throw new UsageError(`--${option} ${text}: expected a whole number, 1 or more.`);
    }
    return value;
}
