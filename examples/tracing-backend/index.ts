// The tracing backend alone: apps and ingresses of other stacks are wired with its outputs.
import * as pulumi from "@pulumi/pulumi";

import {
    ElasticsearchStorage,
    EnvironmentImagesArgs,
    JaegerCollector,
    JaegerQuery,
    StorageRetention,
} from "../../components";

const config = new pulumi.Config();

// Where images come from; without this setting from their vendors.
const { registry, elasticsearch, jaeger } = config.getObject<EnvironmentImagesArgs>("images") ?? {};

const storage = new ElasticsearchStorage("storage", { registry, ...elasticsearch, retentionDays: 3 });
const { connection } = storage;
new StorageRetention("retention", { registry, ...elasticsearch, storage: connection, credential: storage.maintainer });
const collector = new JaegerCollector("collector", {
    registry,
    ...jaeger,
    storage: connection,
    credential: storage.writer,
});
const jaegerQuery = new JaegerQuery("query", {
    registry,
    ...jaeger,
    storage: connection,
    credential: storage.reader,
});

/** Where spans are sent: the `otlp` of a TracedApp or a TraefikIngress. */
export const otlp = collector.endpoint;
/** Where traces are read: the `query` of a TraefikIngress's `jaegerUi`. */
export const query = jaegerQuery.endpoint;
