// From a machine that has nothing to the first trace, by step: read from the output of such a run.
import * as fs from "node:fs";

import { UsageError } from "../../scripts/arguments";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { table } from "../statistics";
import { ColdRun, parseColdRun } from "./log";

/** Shorter steps are left out. */
const LEAST_SECONDS = 5;

export const cold: Benchmark = {
    title: "From a cold machine to the first trace",
    summary: "the steps of `npm run up` on a machine that had nothing, read from its output (--log)",
    platforms: ["docker"],
    async measure({ log }: BenchmarkOptions): Promise<string> {
        if (log === undefined) {
            throw new UsageError(
                "The benchmark `cold` reads a run on a machine that has nothing but Node.js and git: give its output " +
                    "by --log <file>, made by `npm run up` with the time of day before each line.",
            );
        }
        return coldReport(parseColdRun(fs.readFileSync(log, "utf8")));
    },
};

/** The steps in the order of their beginnings; several run side by side. */
export function coldReport({ steps, untilTrace, all }: ColdRun): string {
    const longest = steps.filter(({ took }) => took >= LEAST_SECONDS).sort((x, y) => x.from - y.from);
    return [
        "",
        "One run of `npm run up` on a machine with Node.js and git and nothing else, read from its output. It can't be",
        "repeated in rounds. Steps overlap: what is independent is made side by side, and a step waits for those that",
        `it needs. Steps under ${LEAST_SECONDS} s are left out.`,
        "",
        table(
            ["step", "begins after s", "takes s"],
            [
                ...longest.map(({ title, from, took }) => [title, String(from), String(took)]),
                ["until the first whole trace", "", String(untilTrace)],
                ["until the command's end", "", String(all)],
            ],
        ),
    ].join("\n");
}
