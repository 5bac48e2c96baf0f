// Sampling strategies: what Jaeger reads, and that one that runs tells it to apps, also after a change.
import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";

import { parse } from "yaml";

import { collectorConfiguration, JaegerStorage } from "../../../../components/tracing/configuration";
import { toYaml } from "../../../../components/support/yaml";
import { SamplingArgs, samplingProblems, samplingStrategies } from "../../../../components/tracing/sampling";
import { ensureJaegerBinary, VERSIONS } from "../../../../toolchain";
import { useTemporaryFolder } from "../temporaryFolder";

const STORAGE: JaegerStorage = {
    engine: "elasticsearch",
    version: "8.19.0",
    urls: ["http://storage:9200"],
    indexPrefix: "shop",
    shards: 1,
    replicas: 0,
    retentionDays: 1,
    user: "jaeger",
};

describe("the strategies", () => {
    test.each<[string, SamplingArgs | undefined, object]>([
        [
            "keep all when nothing is said",
            undefined,
            { default_strategy: { type: "probabilistic", param: 1 }, service_strategies: [] },
        ],
        [
            "keep a share by service, sorted",
            { defaultRate: 0.5, services: { till: 0, shop: 0.1 } },
            {
                default_strategy: { type: "probabilistic", param: 0.5 },
                service_strategies: [
                    { service: "shop", type: "probabilistic", param: 0.1 },
                    { service: "till", type: "probabilistic", param: 0 },
                ],
            },
        ],
    ])("%s", (_, sampling, expected) => {
        expect(JSON.parse(samplingStrategies(sampling))).toEqual(expected);
    });

    test("are refused by path", () => {
        expect(samplingProblems({ defaultRate: 50, services: { shop: -1, till: 0.5 } })).toEqual([
            { path: "sampling.defaultRate", reason: "got 50, expected a share from 0 (none) to 1 (all)" },
            { path: "sampling.services.shop", reason: "got -1, expected a share from 0 (none) to 1 (all)" },
        ]);
    });
});

describe(`the real Jaeger ${VERSIONS.jaeger}`, () => {
    const folder = useTemporaryFolder();
    let binary = "";
    let jaeger: ChildProcess | undefined;

    beforeAll(async () => {
        binary = await ensureJaegerBinary();
    }, 20 * 60_000);

    afterEach(async () => {
        const running = jaeger;
        jaeger = undefined;
        if (running && running.exitCode === null) {
            const gone = new Promise((resolve) => running.once("exit", resolve));
            running.kill("SIGKILL");
            await gone;
        }
    });

    test("tells each service its share, and a changed one while it runs", async () => {
        const strategies = path.join(folder(), "strategies.json");
        const [sampling, samplingGrpc, otlp] = await freePorts(3);
        const { extensions } = parse(collectorConfiguration(VERSIONS.jaeger, STORAGE)) as {
            extensions: { remote_sampling: { file: object } };
        };
        // All but what serves the strategies is left out, and the storage is memory: Jaeger would wait for another.
        const configuration = {
            service: {
                extensions: ["jaeger_storage", "remote_sampling"],
                pipelines: { traces: { receivers: ["otlp"], exporters: ["debug"] } },
                telemetry: { metrics: { level: "none" } },
            },
            extensions: {
                jaeger_storage: { backends: { primary: { memory: { max_traces: 10 } } } },
                remote_sampling: {
                    file: { ...extensions.remote_sampling.file, path: strategies, reload_interval: "50ms" },
                    http: { endpoint: `127.0.0.1:${sampling}` },
                    grpc: { endpoint: `127.0.0.1:${samplingGrpc}` },
                },
            },
            receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${otlp}` } } } },
            exporters: { debug: null },
        };
        fs.writeFileSync(path.join(folder(), "config.yaml"), toYaml(configuration));
        const declare = (sampled: SamplingArgs) => {
            fs.writeFileSync(`${strategies}.part`, samplingStrategies(sampled));
            fs.renameSync(`${strategies}.part`, strategies);
        };
        declare({ defaultRate: 0.5, services: { shop: 0.25 } });

        let log = "";
        const started = spawn(binary, [`--config=${path.join(folder(), "config.yaml")}`], { env: {} });
        jaeger = started;
        for (const stream of [started.stdout, started.stderr]) {
            stream.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
        }
        const rate = async (service: string) => {
            if (started.exitCode !== null) {
                throw new Error(`Jaeger ended with exit code ${started.exitCode}: ${log}`);
            }
            try {
                const response = await fetch(`http://127.0.0.1:${sampling}/sampling?service=${service}`);
                const { probabilisticSampling } = (await response.json()) as {
                    probabilisticSampling?: { samplingRate: number };
                };
                return probabilisticSampling?.samplingRate;
            } catch {
                return undefined;
            }
        };
        await eventually(async () => (await rate("shop")) === 0.25);
        expect(await rate("till")).toBe(0.5);
        declare({ defaultRate: 0.75, services: { till: 0.125 } });
        await eventually(async () => (await rate("till")) === 0.125);
        expect(await rate("shop")).toBe(0.75);
    }, 60_000);
});

async function freePorts(count: number): Promise<number[]> {
    const servers = await Promise.all(
        Array.from({ length: count }, () => {
            const server = net.createServer();
            return new Promise<net.Server>((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
        }),
    );
    const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    return ports;
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end;) {
        if (await holds()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("did not come true within 30 s");
}
