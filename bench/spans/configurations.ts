// The collector's configurations that are compared (pure): Jaeger's stock one, ours, and ours with one thing changed.
import { IndexTemplate } from "../elasticsearch";

/** A configuration file of a collector, as parsed. */
export interface Configuration {
    service: { pipelines: { traces: { processors?: string[] } } };
    extensions: { healthcheckv2?: object; jaeger_storage: { backends: { primary: { elasticsearch: Backend } } } };
    processors: Record<string, Record<string, unknown>>;
    [section: string]: unknown;
}

/** The storage backend of a configuration. */
interface Backend {
    server_urls: string[];
    auth: object;
    indices: { index_prefix: string; spans: IndexOptions; services: IndexOptions };
    bulk_processing?: Record<string, unknown>;
    [key: string]: unknown;
}

type IndexOptions = Record<string, unknown>;

/** A configuration with its name, and what else is changed for it. */
export interface Candidate {
    name: string;
    /** Made from the running collector's configuration. */
    configure(ours: Configuration): Configuration;
    /** Changes the template that the collector has made, before there is an index. */
    template?(template: IndexTemplate): void;
    /** Variables of the process that are other than ours; undefined takes one away. */
    environment?: Record<string, string | undefined>;
}

function backend(configuration: Configuration): Backend {
    return configuration.extensions.jaeger_storage.backends.primary.elasticsearch;
}

/** The configuration with another index prefix. */
export function withPrefix(configuration: Configuration, prefix: string): Configuration {
    const copy = structuredClone(configuration);
    backend(copy).indices.index_prefix = prefix;
    return copy;
}

/**
 * What Jaeger does when one says where its storage is and no more: its own defaults for bulk requests, shards and
 * replicas, and the batch processor of its example configuration. It is told the user and where to listen.
 */
export function stock(ours: Configuration): Configuration {
    const { server_urls, auth, indices } = backend(ours);
    return {
        service: {
            ...(ours.service as object),
            extensions: ["healthcheckv2", "jaeger_storage"],
            pipelines: {
                traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["jaeger_storage_exporter"] },
            },
        } as Configuration["service"],
        extensions: {
            healthcheckv2: ours.extensions.healthcheckv2,
            jaeger_storage: {
                backends: {
                    primary: {
                        elasticsearch: {
                            server_urls,
                            auth,
                            indices: { index_prefix: indices.index_prefix } as Backend["indices"],
                        },
                    },
                },
            },
        },
        receivers: {
            otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } },
        },
        processors: { batch: {} },
        exporters: { jaeger_storage_exporter: { trace_storage: "primary" } },
    };
}

function changed(change: (configuration: Configuration) => void) {
    return (ours: Configuration) => {
        const copy = structuredClone(ours);
        change(copy);
        return copy;
    };
}

function bulk(values: Record<string, unknown>) {
    return changed((configuration) => {
        const own = backend(configuration);
        own.bulk_processing = { ...own.bulk_processing, ...values };
    });
}

function batch(values: Record<string, unknown>) {
    return changed((configuration) => {
        configuration.processors.batch = values;
    });
}

function shards(count: number) {
    return changed((configuration) => {
        backend(configuration).indices.spans.shards = count;
    });
}

function fields(include: readonly string[] | "all") {
    return changed((configuration) => {
        backend(configuration).tags_as_fields =
            include === "all" ? { all: true } : { include: include.join(",") };
    });
}

const unchanged = (ours: Configuration) => ours;

/** What the comparison is about. */
export const STOCK: Candidate = {
    name: "stock",
    configure: stock,
    environment: { GOMEMLIMIT: undefined },
};
export const OURS: Candidate = { name: "ours", configure: unchanged };

/** Ours with one thing changed each. */
export const CHANGES: readonly Candidate[] = [
    { name: "batch of 1,024", configure: batch({ send_batch_size: 1024, timeout: "200ms" }) },
    { name: "batch of 32,768", configure: batch({ send_batch_size: 32768, timeout: "1s" }) },
    { name: "bulk of 5,000 spans", configure: bulk({ max_actions: 5000 }) },
    { name: "1 bulk worker", configure: bulk({ workers: 1 }) },
    { name: "4 bulk workers", configure: bulk({ workers: 4 }) },
    { name: "2 shards", configure: shards(2) },
    { name: "5 shards", configure: shards(5) },
    { name: "refresh each 30 s", configure: unchanged, template: settings({ refresh_interval: "30s" }) },
    { name: "tags as fields", configure: fields("all") },
    { name: "no GOMEMLIMIT", configure: unchanged, environment: { GOMEMLIMIT: undefined } },
    { name: "GOGC=400", configure: unchanged, environment: { GOGC: "400" } },
];

function settings(values: Record<string, unknown>) {
    return ({ template }: IndexTemplate) => {
        template.settings.index = { ...template.settings.index, ...values };
    };
}
