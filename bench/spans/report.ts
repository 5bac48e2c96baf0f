// The parts of the report about stored spans (pure).
import { Rounds } from "../rounds";
import { medianText, ratios, roundsText, table } from "../statistics";
import { Load } from "./sender";

/** One collector's try. */
export interface Sample {
    /** Spans stored per second, from the first request to the last span in the storage. */
    rate: number;
    /** CPU of the collector and of Elasticsearch for each span, in microseconds. */
    cpu: { collector: number; storage: number };
    /** Spans that were sent and are not found. */
    lost: number;
    /** Requests that were refused for a while. */
    refused: number;
}

function rates(samples: readonly Sample[]): number[] {
    return samples.map(({ rate }) => rate);
}

function cpus(samples: readonly Sample[]): number[] {
    return samples.map(({ cpu }) => cpu.collector + cpu.storage);
}

/** The rate and the CPU, each with its ratio to another's. */
function figures(samples: readonly Sample[], others?: readonly Sample[]): string[] {
    return [rates, cpus].flatMap((of) => [
        medianText(of(samples), 0),
        others ? medianText(ratios(of(samples), of(others))) : "",
    ]);
}

function sum(samples: readonly Sample[], of: "lost" | "refused"): string {
    return samples.reduce((total, sample) => total + sample[of], 0).toLocaleString("en-US");
}

function loadText({ spans, connections, batch }: Load): string {
    return (
        `${spans.toLocaleString("en-US")} spans of 7 to 18 attributes with their resource's, ${batch} in a request, ` +
        `${connections} requests at once,`
    );
}

/** Ours against the stock configuration. */
export function comparisonReport(load: Load, sink: number, { results, loads }: Rounds<Sample>): string {
    const [stock, ours] = results;
    return [
        `${loadText(load)} by OTLP over HTTP,`,
        "to a collector whose indices are new. The time ends when Elasticsearch has written the last span; then its",
        "`_count` says what was lost. Collector, Elasticsearch and sender share the machine. The sender alone makes",
        `${Math.round(sink).toLocaleString("en-US")} spans/s against a server that drops them: it is not the bottleneck.`,
        "CPU is that of the collector and of Elasticsearch together; what else the machine does hardly changes it.",
        roundsText(loads),
        "",
        table(
            ["collector", "spans/s", "this / stock", "CPU µs/span", "this / stock", "lost", "refused for a while"],
            [
                ["Jaeger's stock configuration", ...figures(stock), sum(stock, "lost"), sum(stock, "refused")],
                ["ours", ...figures(ours, stock), sum(ours, "lost"), sum(ours, "refused")],
            ],
        ),
    ].join("\n");
}

/** Ours with one thing changed, against ours: the first subject. */
export function tuningReport(
    load: Load,
    candidates: readonly { name: string }[],
    { results, loads }: Rounds<Sample>,
): string {
    return [
        `${loadText(load)} as above.`,
        roundsText(loads),
        "",
        table(
            ["ours with", "spans/s", "this / ours", "CPU µs/span", "this / ours", "lost"],
            results.map((samples, candidate) => [
                candidate === 0 ? "nothing changed" : candidates[candidate].name,
                ...figures(samples, candidate === 0 ? undefined : results[0]),
                sum(samples, "lost"),
            ]),
        ),
    ].join("\n");
}
