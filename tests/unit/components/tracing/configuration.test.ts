// Jaeger's configuration by its version: reviewed as golden files, and read by one real Jaeger.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import {
    collectorConfiguration,
    combinationProblems,
    durabilityWarning,
    familyOf,
    JaegerFamily,
    JaegerStorage,
    queryConfiguration,
} from "../../../../components/tracing/configuration";
import { ensureJaegerBinary, VERSIONS } from "../../../../toolchain";
import { AUTHORITY } from "../../../helpers/certificates";
import { expectGolden } from "../../../helpers/golden";
import { useTemporaryFolder } from "../temporaryFolder";

const STORAGE: JaegerStorage = {
    engine: "elasticsearch",
    version: "8.19.0",
    urls: ["http://storage:9200"],
    indexPrefix: "shop",
    shards: 2,
    replicas: 1,
    retentionDays: 7,
    user: "jaeger",
};

const ROLES = { collector: collectorConfiguration, query: queryConfiguration };
const roles = Object.entries(ROLES);

/** What the tests look at of a parsed configuration. */
interface Parsed {
    service: { extensions: string[]; pipelines: { traces: Record<string, string[]> } };
    extensions: {
        jaeger_storage: { backends: { primary: Record<string, Backend> } };
        remote_sampling?: object;
    };
    receivers: Record<string, unknown>;
    exporters: Record<string, Record<string, unknown> | null>;
}
type Backend = Record<string, unknown> & {
    version: number;
    indices: Record<string, Record<string, unknown>>;
};

function parsed(role: keyof typeof ROLES, jaeger: string, storage: Partial<JaegerStorage> = {}): Parsed {
    return parse(ROLES[role](jaeger, { ...STORAGE, ...storage })) as Parsed;
}

function backendOf(role: keyof typeof ROLES, jaeger: string, storage: Partial<JaegerStorage> = {}): Backend {
    return Object.values(parsed(role, jaeger, storage).extensions.jaeger_storage.backends.primary)[0];
}

describe("the golden configurations", () => {
    describe.each(["2.2.0", "2.19.0", "2.20.0", "2.21.0"])("of Jaeger %s", (jaeger) => {
        test.each(roles)("%s", (role, render) => {
            expectGolden(
                path.join(__dirname, `../golden/jaeger-${role}-${jaeger}.yaml`),
                render(jaeger, STORAGE),
            );
        });
    });
});

describe("the storage's certificate authorities", () => {
    const cases = roles.flatMap(([role]) =>
        ["2.2.0", "2.20.0", "2.21.0"].map((jaeger) => [role as keyof typeof ROLES, jaeger] as const),
    );
    test.each(cases)("are given to the %s of Jaeger %s, and nothing when there are none", (role, jaeger) => {
        expect(backendOf(role, jaeger, { ca: AUTHORITY }).tls).toEqual({ ca_pem: AUTHORITY });
        expect(backendOf(role, jaeger)).not.toHaveProperty("tls");
    });
});

describe(`the real Jaeger ${VERSIONS.jaeger} takes`, () => {
    const folder = useTemporaryFolder();
    let jaeger = "";
    // Builds it where it is not there yet: a version that is not there is no reason to pass.
    beforeAll(async () => {
        jaeger = await ensureJaegerBinary();
    }, 20 * 60_000);

    function validate(configuration: string) {
        const file = path.join(folder(), "config.yaml");
        fs.writeFileSync(file, configuration);
        const { status, stdout, stderr } = spawnSync(jaeger, ["validate", `--config=${file}`], {
            encoding: "utf8",
            timeout: 30_000,
        });
        return { status, output: stdout + stderr };
    }

    const storages: [string, Partial<JaegerStorage>][] = [
        ["Elasticsearch 8", {}],
        ["Elasticsearch 7", { version: "7.17.22" }],
        ["OpenSearch", { engine: "opensearch", version: "2.19.0" }],
        ["several addresses", { urls: ["https://a.example.org:9200", "https://b.example.org:9200"] }],
        ["a private authority", { urls: ["https://es.example.org:9200"], ca: AUTHORITY }],
        ["a dollar sign, which starts a variable", { user: "a$b${c}d${env:E}" }],
    ];

    describe.each(roles)("the configuration of the %s", (_, render) => {
        test.each(storages)("for %s", (_name, storage) => {
            expect(validate(render(VERSIONS.jaeger, { ...STORAGE, ...storage }))).toMatchObject({
                status: 0,
            });
        });
    });

    test("but not everything", () => {
        const broken = collectorConfiguration(VERSIONS.jaeger, STORAGE).replace(
            "index_prefix",
            "index_prefixes",
        );
        expect(validate(broken)).toMatchObject({
            status: 1,
            output: expect.stringContaining("index_prefixes"),
        });
    });
});

describe("the family of a version", () => {
    test.each<[string, JaegerFamily]>([
        ["2.2.0", "legacy"],
        ["2.19.0", "legacy"],
        ["2.19.99", "legacy"],
        ["2.20.0", "rotation"],
        ["2.20.1", "rotation"],
        ["2.21.0", "sync"],
        ["v2.21.0", "sync"],
        ["2.22.3", "sync"],
    ])("%s: %s", (version, family) => {
        expect(familyOf(version)).toBe(family);
    });
});

describe("a combination of versions is", () => {
    test.each<[string, string, string]>([
        ["2.2.0", "elasticsearch", "7.17.22"],
        ["2.2.0", "elasticsearch", "8.8.2"],
        ["2.2.0", "opensearch", "1.3.0"],
        ["2.2.0", "opensearch", "2.19.0"],
        ["2.9.0", "elasticsearch", "9.0.0"],
        ["2.9.0", "opensearch", "3.0.0"],
        ["2.19.0", "elasticsearch", "8.19.0"],
        ["2.20.0", "elasticsearch", "9.4.0"],
        ["2.21.0", "elasticsearch", "7.17.22"],
        ["2.21.0", "elasticsearch", "8"],
        ["2.21.0", "opensearch", "3.1.0"],
        ["2.99.0", "elasticsearch", "9.4.0"],
    ])("taken: Jaeger %s with %s %s", (jaeger, engine, version) => {
        expect(combinationProblems(jaeger, engine, version)).toEqual([]);
    });

    test.each<[string, string, string, string, RegExp]>([
        [
            "2.1.0",
            "elasticsearch",
            "8.19.0",
            "version",
            /got Jaeger "2.1.0", expected a version from 2.2.0 to 2.x/,
        ],
        ["1.76.0", "elasticsearch", "8.19.0", "version", /expected a version from 2.2.0/],
        ["3.0.0", "elasticsearch", "8.19.0", "version", /to 2.x/],
        ["latest", "elasticsearch", "8.19.0", "version", /got Jaeger "latest"/],
        ["", "elasticsearch", "8.19.0", "version", /got Jaeger ""/],
        [
            "2.21.0",
            "cassandra",
            "5.0.0",
            "storage.engine",
            /got "cassandra", expected "elasticsearch" or "opensearch"/,
        ],
        ["2.21.0", "Elasticsearch", "8.19.0", "storage.engine", /got "Elasticsearch"/],
        [
            "2.21.0",
            "elasticsearch",
            "6.8.0",
            "storage.version",
            /does not know elasticsearch "6.8.0".* 7, 8, 9$/,
        ],
        ["2.21.0", "elasticsearch", "10.0.0", "storage.version", /majors 7, 8, 9$/],
        ["2.21.0", "elasticsearch", "latest", "storage.version", /does not know elasticsearch "latest"/],
        ["2.21.0", "opensearch", "8.19.0", "storage.version", /majors 1, 2, 3$/],
        ["2.2.0", "elasticsearch", "9.4.0", "storage.version", /majors 7, 8; Jaeger from 2.9.0 knows more/],
        ["2.8.0", "opensearch", "3.0.0", "storage.version", /majors 1, 2; Jaeger from 2.9.0 knows more/],
    ])("refused: Jaeger %s with %s %s", (jaeger, engine, version, where, reason) => {
        expect(combinationProblems(jaeger, engine, version)).toEqual([
            { path: where, reason: expect.stringMatching(reason) },
        ]);
    });
});

describe("what may be lost", () => {
    test.each<[string, RegExp]>([
        ["2.2.0", /^Jaeger 2.2.0 writes to storage asynchronously:.*From 2.21.0 on it waits and retries/],
        ["2.19.0", /^Jaeger 2.19.0 writes to storage asynchronously:/],
        ["2.20.0", /^Jaeger 2.20.0 writes to storage asynchronously and without retries:/],
    ])("is said for %s", (version, warning) => {
        expect(durabilityWarning(version)).toMatch(warning);
    });

    test("is nothing from 2.21 on", () => {
        expect(durabilityWarning("2.21.0")).toBeUndefined();
    });
});

describe("one storage specification for both roles", () => {
    test.each(["2.2.0", "2.20.0", "2.21.0"])("differs in Jaeger %s only by what writing needs", (jaeger) => {
        const {
            create_mappings: makes,
            bulk_processing,
            write_mode,
            poison_pill_handling,
            ...writing
        } = backendOf("collector", jaeger);
        const { create_mappings: reads, ...reading } = backendOf("query", jaeger);
        expect([makes, reads]).toEqual([true, false]);
        expect(reading).toEqual(writing);
        expect(bulk_processing).toBeDefined();
        expect([write_mode, poison_pill_handling]).toEqual(
            jaeger === "2.21.0" ? ["sync", "drop"] : [undefined, undefined],
        );
    });

    test("carries shards, replicas, prefix and retention of the contract for every kind of index", () => {
        const { indices, max_span_age } = backendOf("collector", "2.21.0");
        const { index_prefix, ...kinds } = indices;
        expect([index_prefix, max_span_age]).toEqual(["shop", "168h"]);
        expect(Object.keys(kinds).sort()).toEqual(["dependencies", "sampling", "services", "spans"]);
        for (const kind of Object.values(kinds)) {
            expect(kind).toMatchObject({ shards: 2, replicas: 1 });
        }
    });

    test.each<[string, string, string, number]>([
        ["2.2.0", "elasticsearch", "7.17.22", 7],
        ["2.19.0", "elasticsearch", "8.19.0", 8],
        ["2.21.0", "elasticsearch", "9.4.0", 9],
        ["2.2.0", "opensearch", "2.19.0", 7],
        ["2.20.0", "opensearch", "1.3.0", 101],
        ["2.21.0", "opensearch", "3.1.0", 103],
    ])("Jaeger %s calls %s %s by the number %i", (jaeger, engine, version, number) => {
        expect(backendOf("collector", jaeger, { engine, version }).version).toBe(number);
        expect(backendOf("query", jaeger, { engine, version }).version).toBe(number);
    });

    test("stands under the engine's own key", () => {
        const { backends } = parsed("query", "2.21.0", { engine: "opensearch", version: "2.19.0" }).extensions
            .jaeger_storage;
        expect(Object.keys(backends.primary)).toEqual(["opensearch"]);
    });
});

describe("the collector", () => {
    test.each(["2.2.0", "2.19.0", "2.20.0", "2.21.0"])("serves sampling strategies that it reads again, in %s", (jaeger) => {
        const { extensions, service } = parsed("collector", jaeger);
        expect(service.extensions).toContain("remote_sampling");
        expect(extensions.remote_sampling).toEqual({
            file: { path: "/sampling/strategies.json", reload_interval: "10s" },
            http: { endpoint: "0.0.0.0:5778" },
            grpc: { endpoint: "0.0.0.0:5779" },
        });
    });

    test("writes synchronously from a bounded queue that waits, from 2.21 on", () => {
        const { exporters, service } = parsed("collector", "2.21.0");
        const { retry_on_failure, queue } = exporters.jaeger_storage_exporter as Record<
            string,
            Record<string, unknown>
        >;
        expect(retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: "0s" });
        expect(queue).toMatchObject({ sizer: "bytes", block_on_overflow: true });
        expect(queue.queue_size).toBeGreaterThan(0);
        expect(service.pipelines.traces.processors).not.toContain("batch");
    });

    test("never makes a batch that is larger than one bulk request", () => {
        const { queue } = parsed("collector", "2.21.0").exporters.jaeger_storage_exporter as {
            queue: { batch: { max_size: number } };
        };
        const { max_bytes } = backendOf("collector", "2.21.0").bulk_processing as { max_bytes: number };
        expect(queue.batch.max_size).toBeLessThanOrEqual(max_bytes);
    });

    test.each(["2.2.0", "2.20.0"])("has in %s no key that this version does not know", (jaeger) => {
        expect(parsed("collector", jaeger).exporters.jaeger_storage_exporter).toEqual({
            trace_storage: "primary",
        });
    });
});

describe("both roles", () => {
    const all = ["2.2.0", "2.19.0", "2.20.0", "2.21.0"].flatMap((jaeger) =>
        (Object.keys(ROLES) as (keyof typeof ROLES)[]).map((role) => ({ role, jaeger })),
    );

    test.each(all)("use in $jaeger what they declare: $role", ({ role, jaeger }) => {
        const { service, extensions, receivers, exporters } = parsed(role, jaeger);
        expect([...service.extensions].sort()).toEqual(Object.keys(extensions).sort());
        expect(service.pipelines.traces.receivers).toEqual(Object.keys(receivers));
        expect(service.pipelines.traces.exporters).toEqual(Object.keys(exporters));
    });

    test.each(all)("read the password from a file in $jaeger: $role", ({ role, jaeger }) => {
        expect(backendOf(role, jaeger).auth).toEqual({
            basic: { username: "jaeger", password_file: "/etc/jaeger/secrets/password" },
        });
    });

    test.each(all)(
        "give their metrics by readers, which every version knows, in $jaeger: $role",
        ({ role, jaeger }) => {
            expect(ROLES[role](jaeger, STORAGE)).not.toMatch(/^ *address:/m);
        },
    );

    test.each(all)("escape the dollar sign in $jaeger: $role", ({ role, jaeger }) => {
        const text = ROLES[role](jaeger, { ...STORAGE, user: "a${env:HOME}" });
        expect(text).toContain('username: "a$${env:HOME}"');
    });
});
