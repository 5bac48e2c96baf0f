// Waits until a trace is there: looks again and again, and says what is missing.
import { setTimeout as sleep } from "node:timers/promises";

import { Answer, QueryState, ingressAnswer } from "./answers";
import { Span } from "./otlp";
import { Expectation, describeFlaw, flawsOf, shapeOf } from "./shape";
import { counted } from "./text";

/** How to wait. */
export interface Waiting {
    /** How long a trace is waited for. */
    deadlineMs: number;
    /** Between two looks. */
    pollMs: number;
    /** Says what is being waited for. */
    say: (line: string) => void;
}

/** What a search for a trace gave so far. */
export interface Found {
    query: QueryState;
    spans: Span[];
}

/** Nothing was looked for. */
export const NOTHING: Found = { query: { kind: "absent" }, spans: [] };

/** Looks until the trace is whole and has stopped growing, or all is there that can come, or the deadline. */
export async function awaitTrace(
    { deadlineMs, pollMs, say }: Waiting,
    expected: Expectation,
    answer: Answer,
    what: string,
    look: () => Promise<QueryState>,
): Promise<Found> {
    const end = Date.now() + deadlineMs;
    let found = NOTHING;
    let said = "";
    for (;;) {
        const query = await look();
        const spans = query.kind === "read" ? query.spans : [];
        const complete = isComplete(spans, expected, answer);
        if (complete && spans.length === found.spans.length) {
            return { query, spans };
        }
        // A read that fails once does not take back what was read before.
        found = { query, spans: spans.length > 0 ? spans : found.spans };
        if (Date.now() + pollMs > end) {
            return found;
        }
        const waiting = `${what}: waits for ${missing(found, expected)}`;
        if (!complete && waiting !== said) {
            said = waiting;
            say(waiting);
        }
        await sleep(pollMs);
    }
}

function isComplete(spans: readonly Span[], expected: Expectation, answer: Answer): boolean {
    // When the ingress answered by itself, no more than its own spans will come.
    return ingressAnswer(answer) === undefined
        ? spans.length > 0 && flawsOf(spans, expected).length === 0
        : expected.startsAtApp || shapeOf(spans, expected).ingressServer !== undefined;
}

function missing({ query, spans }: Found, expected: Expectation): string {
    if (query.kind !== "read" && query.kind !== "absent") {
        return `the query API (${query.evidence})`;
    }
    if (spans.length === 0) {
        return "the first span";
    }
    const flaws = flawsOf(spans, expected);
    // Missing parents follow from missing hops.
    const telling = flaws.filter((flaw) => flaw !== "orphans" || flaws.length === 1);
    return `${telling.map((flaw) => describeFlaw(flaw, expected)).join(", ")} (${counted(spans.length, "span")} so far)`;
}
