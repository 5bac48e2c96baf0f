// What a benchmark is.
import { Ports } from "./stack";

/** What a benchmark is told. */
export interface BenchmarkOptions {
    /** How many rounds count. */
    rounds: number;
    /** The ports that its stack may publish on 127.0.0.1. */
    ports: Ports;
    /** A file with the output of `npm run up` on a cold machine, each line after its time of day. */
    log?: string;
}

/** One benchmark: one part of the report. */
export interface Benchmark {
    /** The heading of its part. */
    title: string;
    /** What it measures, for `--help`. */
    summary: string;
    /** Measures, and returns its part of the report without the heading. */
    measure(options: BenchmarkOptions): Promise<string>;
}
