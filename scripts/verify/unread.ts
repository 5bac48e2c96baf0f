// A request whose trace can't be read back: its spans are sent to a service that is not asked for traces.
import { describeAnswer } from "./answers";
import { diagnoseRequest } from "./diagnosis";
import { Diagnosis } from "./observations";
import { ProbeContext, expectation, probeHeaders, randomId, request } from "./probe";

/** Sends a request as the first probe does, and says what its answer tells; nothing is said of its trace. */
export async function diagnoseUnread(context: Omit<ProbeContext, "jaeger">): Promise<Diagnosis> {
    const [traceId, parent] = [randomId(16), randomId(8)];
    const { answer } = await request(context, probeHeaders(traceId, parent, "traced-environment-verify"));
    const broken = diagnoseRequest({
        // Where no span tells who answered, only the exact answers of an ingress of ours do.
        expected: { ...expectation(context, parent), startsAtApp: false },
        request: answer,
        spans: [],
    });
    return (
        broken ?? {
            verdict: "undecided",
            summary: `The spans are sent to ${context.target.tracesAt ?? "a service"}, where they are not read back from.`,
            evidence: [`${context.app.service} answered ${describeAnswer(answer)}.`],
            mend: `Look there for the trace ${traceId}.`,
        }
    );
}
