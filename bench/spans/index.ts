// Spans stored per second with none lost: our collector's configuration against Jaeger's stock one, on one storage.
import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { Elasticsearch, settled } from "../elasticsearch";
import { Measured } from "../platform";
import { inTurns, Rounds } from "../rounds";
import { benchSettings, BenchStack } from "../stack";
import { collectorConfiguration, startCollector } from "./collector";
import { Candidate, Configuration, CHANGES, OURS, STOCK, withPrefix } from "./configurations";
import { comparisonReport, Sample, tuningReport } from "./report";
import { sendSpans } from "./sender";
import { sinkRate } from "./sink";

/** As many requests at once as several apps and an ingress make, of as many spans as an SDK sends at once. */
const LOAD = { spans: 60_000, connections: 4, batch: 512 };
const SPANS_IN_A_CHANGE = 20_000;
/** Longer than the longest refresh interval that is tried. */
const LONGEST_REFRESH_MS = 40_000;

/** Our configuration against the stock one. */
export const spans: Benchmark = {
    title: "Spans stored per second",
    summary: "spans stored per second with none lost, against Jaeger's stock configuration",
    platforms: ["docker", "kubernetes"],
    measure: (options) =>
        withStorage(options, async (storage) => {
            const sink = await sinkRate(LOAD);
            const rounds = await measureInTurns(storage, [STOCK, OURS], options.rounds, LOAD.spans);
            return comparisonReport(LOAD, sink, rounds);
        }),
};

/** Our configuration with one thing changed at a time. */
export const tuning: Benchmark = {
    title: "What the collector's settings do to it",
    summary: "the same for our configuration with one thing changed at a time",
    platforms: ["docker"],
    measure: (options) =>
        withStorage(options, async (storage) => {
            const candidates = [OURS, ...CHANGES];
            const rounds = await measureInTurns(storage, candidates, options.rounds, SPANS_IN_A_CHANGE);
            return tuningReport({ ...LOAD, spans: SPANS_IN_A_CHANGE }, candidates, rounds);
        }),
};

/** The storage of the benchmarks' stack, and what its collector is made of. */
interface Storage {
    stack: BenchStack;
    elasticsearch: Elasticsearch;
    server: Measured;
    ours: Configuration;
    prefix: string;
}

async function withStorage(
    { platform, ports }: BenchmarkOptions,
    work: (storage: Storage) => Promise<string>,
): Promise<string> {
    const stack = await BenchStack.open(benchSettings(platform, ports));
    try {
        await step("an environment without apps", () => stack.up());
        return `${stack.parts}\n${await work(await storageOf(stack))}`;
    } finally {
        await stack.removeAtEnd();
    }
}

async function storageOf(stack: BenchStack): Promise<Storage> {
    const ours = await collectorConfiguration<Configuration>(stack);
    return {
        stack,
        elasticsearch: await Elasticsearch.of(stack),
        server: await stack.platform.instance("storage"),
        ours,
        // The users may do nothing outside of the environment's prefix.
        prefix: `${ours.extensions.jaeger_storage.backends.primary.elasticsearch.indices.index_prefix}-jaeger-try`,
    };
}

function measureInTurns(
    storage: Storage,
    candidates: readonly Candidate[],
    rounds: number,
    spans: number,
): Promise<Rounds<Sample>> {
    let tries = 0;
    const subjects = candidates.map((candidate) => ({
        name: candidate.name,
        run: () => measure(storage, candidate, spans, `${storage.prefix}${++tries}`),
    }));
    const show = ({ rate, cpu, lost, refused }: Sample) =>
        `${Math.round(rate)} spans/s, ${Math.round(cpu.collector)} and ${Math.round(cpu.storage)} µs of CPU per span, ` +
        `${lost} lost, ${refused} requests refused for a while`;
    return inTurns(subjects, rounds, show);
}

/** Sends the spans to a collector of its own, with indices of its own, until all are stored. */
async function measure(
    { stack, elasticsearch, server, ours }: Storage,
    candidate: Candidate,
    spans: number,
    prefix: string,
): Promise<Sample> {
    const indices = `${prefix}-jaeger-span-*`;
    const collector = await startCollector(stack, withPrefix(candidate.configure(ours), prefix), {
        peer: "storage",
        environment: candidate.environment,
        password: elasticsearch.writerPassword,
    });
    const cpuOf = async () => ({ collector: await collector.cpuSeconds(), storage: await server.cpuSeconds() });
    try {
        if (candidate.template) {
            await elasticsearch.changeTemplate(`${prefix}-jaeger-span`, candidate.template);
        }
        const before = await cpuOf();
        const start = performance.now();
        const sent = await sendSpans(collector.otlp, { ...LOAD, spans });
        const { at: end } = await settled(() => elasticsearch.written(indices), sent.spans);
        const after = await cpuOf();
        const perSpan = (of: keyof typeof after) => ((after[of] - before[of]) / sent.spans) * 1e6;
        // A search finds what was written after the next refresh.
        const { value: found } = await settled(() => elasticsearch.count(indices), sent.spans, LONGEST_REFRESH_MS);
        return {
            rate: (sent.spans / (end - start)) * 1000,
            cpu: { collector: perSpan("collector"), storage: perSpan("storage") },
            lost: sent.spans - found,
            refused: sent.refused,
        };
    } finally {
        await collector.stop();
        await elasticsearch.deleteAll(`${prefix}-jaeger-*`);
        await elasticsearch.deleteTemplates(prefix);
    }
}
