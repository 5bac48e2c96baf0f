// A collector that takes spans as the stack's own does, counts them, and drops them.
import { PORTS } from "../../components/tracing/configuration";
import { collectorConfiguration, startCollector } from "../spans/collector";
import { BenchStack } from "../stack";

/** Where the ingresses send their spans. */
export interface Receiver {
    /** Host and port of OTLP over gRPC. */
    grpc: string;
    /** How many spans it has taken. */
    taken(): Promise<number>;
    stop(): Promise<void>;
}

/** A collector's configuration, as parsed, as far as it is changed. */
interface Configuration {
    service: { extensions: string[]; pipelines: { traces: object } };
    extensions: Record<string, unknown>;
    [section: string]: unknown;
}

/** The same configuration with nothing behind the collector: no storage, and nothing that wants one. */
export function dropping(ours: Configuration): Configuration {
    const { jaeger_storage: _, remote_sampling: __, ...extensions } = ours.extensions;
    return {
        ...ours,
        service: {
            ...ours.service,
            extensions: Object.keys(extensions),
            pipelines: { traces: { ...ours.service.pipelines.traces, exporters: ["debug"] } },
        },
        extensions,
        exporters: { debug: { verbosity: "basic" } },
    };
}

/** Starts it on one processor, for the ingresses. */
export async function startReceiver(stack: BenchStack, cpu: number): Promise<Receiver> {
    const configuration = dropping(await collectorConfiguration<Configuration>(stack));
    const collector = await startCollector(stack, configuration, { peer: "ingress", password: "", cpu });
    return {
        grpc: `${collector.address}:${PORTS.otlpGrpc}`,
        taken: async () => takenSpans(await (await fetch(`http://${collector.address}:${PORTS.metrics}/metrics`)).text()),
        stop: collector.stop,
    };
}

/** The spans that a collector has taken, by its metrics: over all ways in. */
export function takenSpans(metrics: string): number {
    const lines = metrics.matchAll(/^otelcol_receiver_accepted_spans(?:_total)?\{[^}]*\} (\S+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
