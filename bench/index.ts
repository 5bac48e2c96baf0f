// The benchmarks by their names; `npm run bench` runs them all, or the one that is named.
import * as fs from "node:fs";
import * as path from "node:path";

import { helpText, parseArguments, Usage, UsageError } from "../scripts/arguments";
import { Benchmark, BenchmarkOptions } from "./benchmark";
import { describeMachine } from "./machine";
import { preview } from "./preview";

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { preview };

const USAGE: Usage = {
    name: "bench",
    summary: "Measures side by side, in rounds, and prints the medians with their spread.",
    options: {
        rounds: { value: "number", default: "5", description: "how many rounds count, after one to warm up" },
        write: { description: "writes bench/report.md" },
    },
    words: Object.keys(BENCHMARKS),
};

const REPORT = path.join(__dirname, "report.md");

/** Runs `npm run bench`; the result is the exit code. No figure makes it fail. */
export async function run(argv: readonly string[]): Promise<number> {
    const args = parseArguments(USAGE, argv);
    if (args.has("help")) {
        process.stdout.write(`${helpText(USAGE)}\n`);
        return 0;
    }
    const options: BenchmarkOptions = { rounds: roundsOf(args.value("rounds")!) };
    const chosen = args.word === undefined ? Object.values(BENCHMARKS) : [BENCHMARKS[args.word]];
    const parts = [describeMachine()];
    for (const benchmark of chosen) {
        parts.push(await benchmark(options));
    }
    const report = parts.join("\n");
    process.stdout.write(report);
    if (args.has("write")) {
        fs.writeFileSync(REPORT, `# Benchmarks\n\nMade by \`npm run bench -- --write\`.\n\n${report}`);
    }
    return 0;
}

function roundsOf(text: string): number {
    const rounds = Number(text);
    if (!Number.isInteger(rounds) || rounds < 1) {
        throw new UsageError(`--rounds ${text}: expected a whole number, 1 or more.`);
    }
    return rounds;
}
