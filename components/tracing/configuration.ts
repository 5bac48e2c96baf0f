// Jaeger's configuration (pure): one renderer for both roles, by Jaeger's version.
import { Problem } from "../support/errors";
import { atLeast, parseVersion } from "../support/versions";
import { toYaml } from "../support/yaml";

/** Where the collector and the query role listen. */
export const PORTS = {
    otlpGrpc: 4317,
    otlpHttp: 4318,
    sampling: 5778,
    samplingGrpc: 5779,
    query: 16686,
    queryGrpc: 16685,
    health: 13133,
    metrics: 8888,
} as const;

/** Where the configuration and the password lie in the container. */
export const CONFIG_FOLDER = "/etc/jaeger";
const PASSWORD_FILE = "secrets/password";

/** The folder in which the collector looks for changed sampling strategies, and their file in it. */
export const SAMPLING_FOLDER = "/sampling";
export const STRATEGIES_FILE = "strategies.json";

/** The storage contract with its values, and the login of the one role. */
export interface JaegerStorage {
    engine: string;
    version: string;
    urls: string[];
    /** Certificate authorities as PEM. */
    ca?: string;
    indexPrefix: string;
    shards: number;
    replicas: number;
    retentionDays: number;
    user: string;
}

/**
 * How a Jaeger release spells what we say; the configuration schema is not stable.
 * - `legacy`: up to 2.19. Index rotation by `date_layout` and `rollover_frequency`.
 * - `rotation`: 2.20. `rotation` keys; writes asynchronously and without retries.
 * - `sync`: from 2.21. As 2.20, and can write synchronously.
 */
export type JaegerFamily = "legacy" | "rotation" | "sync";

/** The oldest Jaeger whose configuration is known here. */
export const OLDEST_JAEGER = "2.2.0";

/** The family of a Jaeger version. */
export function familyOf(jaeger: string): JaegerFamily {
    if (atLeast(jaeger, "2.21.0")) {
        return "sync";
    }
    return atLeast(jaeger, "2.20.0") ? "rotation" : "legacy";
}

/** The majors of a storage engine that a Jaeger version knows. */
function knownMajors(engine: string, jaeger: string): number[] {
    const withNewest = atLeast(jaeger, "2.9.0");
    if (engine === "elasticsearch") {
        return withNewest ? [7, 8, 9] : [7, 8];
    }
    return engine === "opensearch" ? (withNewest ? [1, 2, 3] : [1, 2]) : [];
}

/** What is wrong with a combination of Jaeger and storage, before anything starts. */
export function combinationProblems(jaeger: string, engine: string, engineVersion: string): Problem[] {
    if (!atLeast(jaeger, OLDEST_JAEGER) || atLeast(jaeger, "3.0.0")) {
        return [
            {
                path: "version",
                reason: `got Jaeger "${jaeger}", expected a version from ${OLDEST_JAEGER} to 2.x`,
            },
        ];
    }
    const majors = knownMajors(engine, jaeger);
    if (majors.length === 0) {
        return [
            { path: "storage.engine", reason: `got "${engine}", expected "elasticsearch" or "opensearch"` },
        ];
    }
    const major = parseVersion(engineVersion)?.[0];
    if (major === undefined || !majors.includes(major)) {
        return [
            {
                path: "storage.version",
                reason:
                    `Jaeger ${jaeger} does not know ${engine} "${engineVersion}", expected one of the majors ` +
                    `${majors.join(", ")}${atLeast(jaeger, "2.9.0") ? "" : "; Jaeger from 2.9.0 knows more"}`,
            },
        ];
    }
    return [];
}

/** What an operator must know of losing spans with a Jaeger version; undefined when it does not lose silently. */
export function durabilityWarning(jaeger: string): string | undefined {
    switch (familyOf(jaeger)) {
        case "sync":
            return undefined;
        case "rotation":
            return (
                `Jaeger ${jaeger} writes to storage asynchronously and without retries: spans that storage does not take ` +
                "at once are lost, and Jaeger counts them as written. From 2.21.0 on it waits and retries: give such a version."
            );
        case "legacy":
            return (
                `Jaeger ${jaeger} writes to storage asynchronously: spans that storage refuses, or that are on their way ` +
                "when the collector stops, are lost, and Jaeger counts them as written. Tried with 2.2.0 at 20 requests a " +
                "second: storage that was stopped for 30 s cost no trace. From 2.21.0 on it waits and retries: give such a version."
            );
    }
}

/** The number by which Jaeger's `version` key names a server. */
function versionCode(storage: JaegerStorage, family: JaegerFamily): number {
    const major = parseVersion(storage.version)?.[0] ?? 0;
    if (storage.engine === "elasticsearch") {
        return major;
    }
    // Before 2.20 OpenSearch counts as the Elasticsearch 7 that it came from.
    return family === "legacy" ? 7 : 100 + major;
}

/** The settings of one kind of index. */
function indexOptions(storage: JaegerStorage, family: JaegerFamily): object {
    const daily = { date_layout: "2006-01-02", rollover_frequency: "day" };
    return {
        shards: storage.shards,
        replicas: storage.replicas,
        ...(family === "legacy" ? daily : { rotation: { periodic: daily } }),
    };
}

/** The largest bulk request in bytes; a batch from the queue must not be larger. */
const BULK_BYTES = 5_000_000;

/** The storage backend of either role; only the collector makes the templates and writes. */
function backend(storage: JaegerStorage, family: JaegerFamily, writes: boolean): object {
    const options = indexOptions(storage, family);
    return {
        [storage.engine]: {
            server_urls: storage.urls,
            // Said, not asked: the query role can then start while storage is away.
            version: versionCode(storage, family),
            // The certificates themselves, so that they need no file; without any the system's are used.
            ...(storage.ca === undefined ? {} : { tls: { ca_pem: storage.ca } }),
            auth: { basic: { username: storage.user, password_file: `${CONFIG_FOLDER}/${PASSWORD_FILE}` } },
            create_mappings: writes,
            max_span_age: `${storage.retentionDays * 24}h`,
            indices: {
                index_prefix: storage.indexPrefix,
                spans: options,
                services: options,
                dependencies: options,
                sampling: options,
            },
            ...(writes
                ? {
                      bulk_processing: {
                          max_bytes: BULK_BYTES,
                          flush_interval: "200ms",
                          // A second worker stores a third more spans for the same CPU (bench/report.md). Written
                          // synchronously, the queue's consumers decide.
                          workers: family === "sync" ? 1 : 2,
                      },
                      ...(family === "sync" ? { write_mode: "sync", poison_pill_handling: "drop" } : {}),
                  }
                : {}),
        },
    };
}

/** Jaeger's telemetry of itself. Not by the key `address`: collectors from 0.128 on refuse it. */
function telemetry(service: string): object {
    return {
        resource: { "service.name": service },
        metrics: {
            level: "normal",
            readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: PORTS.metrics } } } }],
        },
        logs: { level: "info" },
    };
}

const HEALTH = { use_v2: true, http: { endpoint: `0.0.0.0:${PORTS.health}` } };

/** The configuration file. Jaeger reads `$` as the start of a variable, and `$$` as the character. */
function rendered(configuration: object): string {
    return toYaml(configuration).replaceAll("$", "$$$$");
}

/**
 * The collector's configuration: OTLP in, storage out.
 *
 * @param scaled whether several instances may be behind one name: then senders come back with new connections
 */
export function collectorConfiguration(jaeger: string, storage: JaegerStorage, scaled = false): string {
    const family = familyOf(jaeger);
    const sync = family === "sync";
    return rendered({
        service: {
            extensions: ["healthcheckv2", "jaeger_storage", "remote_sampling"],
            pipelines: {
                traces: {
                    receivers: ["otlp"],
                    // Written synchronously, the exporter's own queue makes the batches.
                    processors: sync ? ["memory_limiter"] : ["memory_limiter", "batch"],
                    exporters: ["jaeger_storage_exporter"],
                },
            },
            telemetry: telemetry("jaeger-collector"),
        },
        extensions: {
            healthcheckv2: HEALTH,
            jaeger_storage: { backends: { primary: backend(storage, family, true) } },
            remote_sampling: {
                file: { path: `${SAMPLING_FOLDER}/${STRATEGIES_FILE}`, reload_interval: "10s" },
                http: { endpoint: `0.0.0.0:${PORTS.sampling}` },
                grpc: { endpoint: `0.0.0.0:${PORTS.samplingGrpc}` },
            },
        },
        receivers: {
            otlp: {
                protocols: {
                    // Clients come back regularly, so that they spread over new instances.
                    grpc: {
                        endpoint: `0.0.0.0:${PORTS.otlpGrpc}`,
                        keepalive: { server_parameters: { max_connection_age: "60s" } },
                    },
                    // Over HTTP a connection has no age: one that idles between two batches, which are a second
                    // apart, is closed.
                    http: {
                        endpoint: `0.0.0.0:${PORTS.otlpHttp}`,
                        ...(scaled ? { idle_timeout: "500ms" } : {}),
                    },
                },
            },
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            ...(sync ? {} : { batch: {} }),
        },
        exporters: {
            jaeger_storage_exporter: {
                trace_storage: "primary",
                ...(sync
                    ? {
                          // Waits for storage as long as it takes; the queue is bounded and then pushes back.
                          retry_on_failure: {
                              enabled: true,
                              initial_interval: "5s",
                              max_interval: "30s",
                              max_elapsed_time: "0s",
                          },
                          queue: {
                              sizer: "bytes",
                              queue_size: 100 * 1024 * 1024,
                              num_consumers: 4,
                              block_on_overflow: true,
                              wait_for_result: false,
                              batch: {
                                  sizer: "bytes",
                                  flush_timeout: "200ms",
                                  min_size: 0,
                                  max_size: 4 * 1024 * 1024,
                              },
                          },
                      }
                    : {}),
            },
        },
    });
}

/** A pipeline that does nothing: Jaeger wants one, also in a role that only reads. */
function idlePipeline(jaeger: string): { receivers: object; exporters: object } {
    if (atLeast(jaeger, "2.4.0")) {
        return { receivers: { nop: null }, exporters: { nop: null } };
    }
    return {
        receivers: { otlp: { protocols: { grpc: { endpoint: "127.0.0.1:4317" } } } },
        exporters: { debug: null },
    };
}

/** The query role's configuration: reads from storage, serves the API and the UI. */
export function queryConfiguration(jaeger: string, storage: JaegerStorage): string {
    const family = familyOf(jaeger);
    const idle = idlePipeline(jaeger);
    return rendered({
        service: {
            extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
            pipelines: {
                traces: { receivers: Object.keys(idle.receivers), exporters: Object.keys(idle.exporters) },
            },
            telemetry: telemetry("jaeger-query"),
        },
        extensions: {
            healthcheckv2: HEALTH,
            jaeger_storage: { backends: { primary: backend(storage, family, false) } },
            jaeger_query: {
                storage: { traces: "primary" },
                http: { endpoint: `0.0.0.0:${PORTS.query}` },
                grpc: { endpoint: `0.0.0.0:${PORTS.queryGrpc}` },
                // The query role would send its own traces to a collector on its own host.
                enable_tracing: false,
            },
        },
        ...idle,
    });
}

/** The files of either role, by their path below {@link CONFIG_FOLDER}. */
export const FILES = { configuration: "config.yaml", password: PASSWORD_FILE } as const;
