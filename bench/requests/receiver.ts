// A collector that takes spans as the stack's own does, counts them, and drops them.
import { PORTS } from "../../components/tracing/configuration";
import { Description, Engine } from "../engine";
import { configurationOf, startCollector } from "../spans/collector";

/** Where the ingresses send their spans. */
export interface Receiver {
    /** Host and port of OTLP over gRPC. */
    grpc: string;
    /** How many spans it has taken. */
    taken(): Promise<number>;
    remove(): Promise<void>;
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

/** Starts it on one processor. */
export async function startReceiver(engine: Engine, model: Description, network: string, cpu: number): Promise<Receiver> {
    const configuration = dropping(await configurationOf<Configuration>(engine, model.Id));
    const collector = await startCollector({ engine, model, network, password: "" }, {}, configuration);
    await engine.docker(["update", "--cpuset-cpus", String(cpu), collector.id]);
    return {
        grpc: `${collector.address}:${PORTS.otlpGrpc}`,
        taken: async () => takenSpans(await (await fetch(`http://${collector.address}:${PORTS.metrics}/metrics`)).text()),
        remove: collector.stop,
    };
}

/** The spans that a collector has taken, by its metrics: over all ways in. */
export function takenSpans(metrics: string): number {
    const lines = metrics.matchAll(/^otelcol_receiver_accepted_spans(?:_total)?\{[^}]*\} (\S+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
