// Requests as anyone sends them, without trace headers, and the trace of one of them found and read back.
import { Answer, QueryState } from "./answers";
import { Observations } from "./observations";
import { agentOf, byTrace } from "./otlp";
import { ProbeContext, expectation, observe, randomId, request } from "./probe";
import { firstService } from "./shape";
import { NOTHING, awaitTrace } from "./wait";

/** Between the clocks of this machine and those that make spans. */
const CLOCK_DIFFERENCE_MS = 5000;
const SEARCH_LIMIT = 200;
/** Requests between two looks. */
const BATCH = 20;

/**
 * Probe 2: requests without any trace header, found by their User-Agent, until one is traced or all are sent.
 * All have the same User-Agent: one that is traced is proof.
 */
export async function probeOrdinary(context: ProbeContext, requests: number): Promise<Observations> {
    const expected = expectation(context, undefined);
    const agent = `traced-environment-verify/${randomId(8)}`;
    const since = Date.now();
    let sent = 0;
    let traceId: string | undefined;
    let answer: Answer = { kind: "failed", code: "ERROR", message: "nothing was sent" };
    let filtered = false;
    const common = () => ({ expected, requests: sent, forced: false, provenWhole: true });
    const look = async (): Promise<QueryState> => {
        if (traceId !== undefined) {
            return context.jaeger.trace(traceId);
        }
        // Not every Jaeger filters by attributes, and one that can't may find nothing: each way in turn.
        filtered = !filtered;
        const state = await context.jaeger.search({
            service: firstService(expected),
            from: since - CLOCK_DIFFERENCE_MS,
            to: Date.now() + CLOCK_DIFFERENCE_MS,
            limit: SEARCH_LIMIT,
            attributes: filtered ? { "user_agent.original": agent } : undefined,
        });
        if (state.kind !== "read") {
            return state;
        }
        const ours = [...byTrace(state.spans)].find(([, spans]) =>
            spans.some((span) => agentOf(span) === agent),
        );
        traceId = ours?.[0];
        return ours ? { ...state, spans: ours[1] } : { kind: "absent" };
    };
    while (sent < requests && traceId === undefined) {
        const batch = Math.min(requests - sent, BATCH);
        for (let count = 0; count < batch; count++) {
            ({ answer } = await request(context, { "User-Agent": agent }));
            sent++;
            if (answer.kind === "failed") {
                return observe(context, { ...common(), request: answer, ...NOTHING }, since, { agent, traceId });
            }
        }
        if (sent < requests) {
            await look();
        }
    }
    const found = await awaitTrace(context.options, expected, answer, "ordinary request", look);
    return observe(context, { ...common(), request: answer, ...found }, since, { agent, traceId });
}
