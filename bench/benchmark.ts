// What a benchmark is.
import { Platform } from "../toolchain/executables";
import { Ports } from "./stack";

/** What a benchmark is told. */
export interface BenchmarkOptions {
    /** Where its stack runs. */
    platform: Platform;
    /** How many rounds count. */
    rounds: number;
    /** The ports that its stack may publish on 127.0.0.1. */
    ports: Ports;
    /** A file with the output of `npm run up` on a cold machine, each line after its time of day. */
    log?: string;
}

/** One benchmark: a part of the report for each platform that it is measured on. */
export interface Benchmark {
    /** The heading of its part. */
    title: string;
    /** What it measures, for `--help`. */
    summary: string;
    /** Where it can be measured. */
    platforms: readonly Platform[];
    /** Measures, and returns its part of the report without the heading. */
    measure(options: BenchmarkOptions): Promise<string>;
}

const ON: Readonly<Record<Platform, string>> = { docker: "", kubernetes: " on Kubernetes" };

/** The heading of a benchmark's part for a platform. */
export function titleOn({ title }: Pick<Benchmark, "title">, platform: Platform): string {
    return title + ON[platform];
}

/** The headings of all parts of some benchmarks, in the report's order. */
export function titlesOf(benchmarks: readonly Pick<Benchmark, "title" | "platforms">[]): string[] {
    return benchmarks.flatMap((benchmark) => benchmark.platforms.map((platform) => titleOn(benchmark, platform)));
}
