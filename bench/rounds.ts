// Runs subjects in turns, one after the other in each round, so that a change of load meets all.
import * as os from "node:os";

import { say } from "../toolchain/progress";

/** Something that is run and measured. */
export interface Subject<Result> {
    name: string;
    /** Runs it once; rejects when it does not do what is measured. */
    run(): Promise<Result>;
}

/** What the rounds that count brought. */
export interface Rounds<Result> {
    /** The results of each subject, in the order of the subjects, round by round. */
    results: Result[][];
    /** The machine's load when each round began. */
    loads: number[];
}

/**
 * Runs all subjects in turns, once to warm up and then as many rounds as count.
 *
 * @param show a result in a few words, for the progress
 */
export async function inTurns<Result>(
    subjects: readonly Subject<Result>[],
    rounds: number,
    show: (result: Result) => string,
): Promise<Rounds<Result>> {
    const counted: Rounds<Result> = { results: subjects.map(() => []), loads: [] };
    for (let round = 0; round <= rounds; round++) {
        const load = os.loadavg()[0];
        const results: Result[] = [];
        const title = round === 0 ? "warm-up" : `round ${round} of ${rounds}`;
        for (const { name, run } of subjects) {
            const result = await run();
            say(`  ${title} (load ${os.loadavg()[0].toFixed(1)}): ${name}: ${show(result)}`);
            results.push(result);
        }
        if (round > 0) {
            counted.loads.push(load);
            results.forEach((result, subject) => counted.results[subject].push(result));
        }
    }
    return counted;
}
