// The part of the report about requests (pure).
import { Rounds } from "../rounds";
import { medianText, ratios, roundsText, table } from "../statistics";
import { Throughput } from "./wrk";

/** What came of one ingress's turn. */
export interface Sample {
    /** As many requests as go through. */
    saturated: Throughput & {
        /** The ingress's own CPU, in seconds. */
        cpuPerRequest: number;
        /** Spans that were stored. */
        spansPerRequest: number;
    };
    /** Requests at a fixed rate; latencies in milliseconds. */
    fixed: { p50: number; p99: number; failed: number };
}

/** What the load was. */
export interface Load {
    connections: number;
    seconds: number;
    rate: number;
}

/** All ingresses; the first is the one without tracing, which the others are compared with. */
export function requestsReport(
    { connections, seconds, rate }: Load,
    names: readonly string[],
    { results, loads }: Rounds<Sample>,
): string {
    const rows = (of: readonly ((sample: Sample) => number)[], digits: number) =>
        results.map((samples, index) => [
            names[index],
            ...of.flatMap((figure) => {
                const values = samples.map(figure);
                const ratio = index === 0 ? "" : medianText(ratios(values, results[0].map(figure)));
                return [medianText(values, digits), ratio];
            }),
        ]);
    const plain = (of: (sample: Sample) => number, digits: number) =>
        results.map((samples, index) => [names[index], medianText(samples.map(of), digits)]);
    const failed = results.flat().reduce((sum, { saturated, fixed }) => sum + saturated.failed + fixed.failed, 0);
    return [
        "Ingresses beside the stack's own, made like it, which differ in nothing but tracing; a server that only",
        "answers. The ingress has one processor for itself; that server, the client, the collector and Elasticsearch",
        "share another, so that what the spans cost there is not taken for the ingress's. Addressed directly, not by",
        "the published port. Ratios are to tracing off.",
        roundsText(loads),
        "",
        `As many requests as go through ${connections} connections, ${seconds} s each, by wrk. Latencies are then those of a queue.`,
        "",
        table(
            ["tracing", "requests/s", "ratio", "p99 ms", "ratio"],
            rows([({ saturated }) => saturated.rate, ({ saturated }) => saturated.p99], 1),
        ),
        table(
            ["tracing", "µs of the ingress's CPU per request", "spans stored per request"],
            plain(({ saturated }) => saturated.cpuPerRequest * 1e6, 0).map((row, index) => [
                ...row,
                plain(({ saturated }) => saturated.spansPerRequest, 2)[index][1],
            ]),
        ),
        `${rate} requests/s, ${seconds} s each, sent on time whether the earlier ones are answered or not; the client shares`,
        "the ingress's processor.",
        "",
        table(
            ["tracing", "p50 ms", "ratio", "p99 ms", "ratio"],
            rows([({ fixed }) => fixed.p50, ({ fixed }) => fixed.p99], 2),
        ),
        `Requests that failed: ${failed}.`,
    ].join("\n");
}
