// The part of the report about requests (pure).
import { Platform } from "../../toolchain/executables";
import { Rounds } from "../rounds";
import { medianText, ratios, roundsText, table } from "../statistics";
import { Throughput } from "./wrk";

/** What came of one ingress's turn. */
export interface Sample {
    /** As many requests as go through. */
    saturated: Throughput & {
        /** The ingress's own CPU, in seconds. */
        cpuPerRequest: number;
        /** Spans that came to the collector. */
        spansPerRequest: number;
    };
    /** Requests at a fixed rate; latencies in milliseconds. */
    fixed: { p50: number; p99: number; failed: number };
}

/** What the load was. */
export interface Load {
    /** Connections and seconds of the load of as many requests as go through. */
    connections: number;
    seconds: number;
    /** Requests per second, and seconds, of the load at a fixed rate. */
    rate: number;
    fixedSeconds: number;
}

const ADDRESSED: Readonly<Record<Platform, string>> = {
    docker: "Addressed directly, not by the published port.",
    kubernetes: "Pods, addressed directly, not by a Service.",
};

/** All ingresses; the first is the one without tracing, which the others are compared with. */
export function requestsReport(
    platform: Platform,
    { connections, seconds, rate, fixedSeconds }: Load,
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
        "answers; a collector like the stack's own that takes the spans and drops them. What storing costs is measured",
        "above: on two processors it would be what limits the requests. The ingress has one processor for itself, all",
        `else shares the other. ${ADDRESSED[platform]} Ratios are to tracing off.`,
        roundsText(loads),
        "",
        `As many requests as go through ${connections} connections, ${seconds} s each, by wrk. Latencies are then those of a queue.`,
        "",
        table(
            ["tracing", "requests/s", "ratio", "p99 ms", "ratio"],
            rows([({ saturated }) => saturated.rate, ({ saturated }) => saturated.p99], 1),
        ),
        table(
            ["tracing", "µs of the ingress's CPU per request", "spans taken per request"],
            plain(({ saturated }) => saturated.cpuPerRequest * 1e6, 0).map((row, index) => [
                ...row,
                plain(({ saturated }) => saturated.spansPerRequest, 2)[index][1],
            ]),
        ),
        `${rate} requests/s, ${fixedSeconds} s each after one to warm up, sent on time whether the earlier ones are answered or not.`,
        "",
        table(
            ["tracing", "p50 ms", "ratio", "p99 ms", "ratio"],
            rows([({ fixed }) => fixed.p50, ({ fixed }) => fixed.p99], 2),
        ),
        `Requests that failed: ${failed}.`,
    ].join("\n");
}
