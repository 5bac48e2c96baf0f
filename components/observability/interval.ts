// How often the canary runs (pure).
import { parseSeconds } from "../support/units";

/** How often it runs when nothing is said. */
export const CANARY_INTERVAL = "5m";

/** A run tries for two minutes before it fails; and what runs less than daily tells nobody in time. */
const [SHORTEST, LONGEST] = [3 * 60, 24 * 3600];

/** What is wrong with a canary's interval, if anything. */
export function canaryIntervalProblem(interval: string): string | undefined {
    const seconds = parseSeconds(interval) ?? 0;
    return seconds >= SHORTEST && seconds <= LONGEST ? undefined : "expected a duration from 3m to 24h such as 5m";
}
