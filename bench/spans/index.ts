// Spans stored per second with none lost: our collector's configuration against Jaeger's stock one, on one storage.
import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { Elasticsearch, settled } from "../elasticsearch";
import { inTurns, Rounds } from "../rounds";
import { benchSettings, BenchStack } from "../stack";
import { configurationOf, RunningCollector, startCollector, Setup } from "./collector";
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
    measure: (options) =>
        withStorage(options, async (storage) => {
            const candidates = [OURS, ...CHANGES];
            const rounds = await measureInTurns(storage, candidates, options.rounds, SPANS_IN_A_CHANGE);
            return tuningReport({ ...LOAD, spans: SPANS_IN_A_CHANGE }, candidates, rounds);
        }),
};

/** The storage of the benchmarks' stack, and what its collector is made of. */
interface Storage {
    setup: Setup;
    elasticsearch: Elasticsearch;
    ours: Configuration;
    prefix: string;
}

async function withStorage(options: BenchmarkOptions, work: (storage: Storage) => Promise<string>): Promise<string> {
    const stack = await BenchStack.open(benchSettings(options.ports));
    try {
        await step("an environment without apps", () => stack.up());
        return `${stack.parts}\n${await work(await storageOf(stack))}`;
    } finally {
        await stack.removeAtEnd();
    }
}

async function storageOf(stack: BenchStack): Promise<Storage> {
    const { engine } = stack;
    const [model] = await engine.inspect(await stack.container("collector"));
    const [server] = await engine.inspect(await stack.container("storage"));
    // The one network that both are on.
    const network = Object.keys(server.NetworkSettings.Networks).find(
        (each) => each in model.NetworkSettings.Networks,
    )!;
    const ours = await configurationOf<Configuration>(engine, model.Id);
    const elasticsearch = await Elasticsearch.of(stack, network);
    return {
        setup: { engine, model, storage: server.Id, network, password: elasticsearch.writerPassword },
        elasticsearch,
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
    { setup, elasticsearch, ours }: Storage,
    candidate: Candidate,
    spans: number,
    prefix: string,
): Promise<Sample> {
    const indices = `${prefix}-jaeger-span-*`;
    const collector = await startCollector(setup, candidate, withPrefix(candidate.configure(ours), prefix));
    try {
        if (candidate.template) {
            await elasticsearch.changeTemplate(`${prefix}-jaeger-span`, candidate.template);
        }
        const before = await cpuOf(setup, collector);
        const start = performance.now();
        const sent = await sendSpans(collector.otlp, { ...LOAD, spans });
        const { at: end } = await settled(() => elasticsearch.written(indices), sent.spans);
        const after = await cpuOf(setup, collector);
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

async function cpuOf({ engine, storage }: Setup, { id }: RunningCollector) {
    return { collector: await engine.cpuSeconds(id), storage: await engine.cpuSeconds(storage) };
}
