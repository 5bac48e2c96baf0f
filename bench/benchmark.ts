// What a benchmark is.

/** What a benchmark is told. */
export interface BenchmarkOptions {
    /** How many rounds count. */
    rounds: number;
}

/** Measures, and returns its part of the report. */
export type Benchmark = (options: BenchmarkOptions) => Promise<string>;
