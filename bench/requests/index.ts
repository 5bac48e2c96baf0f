// Requests through the ingress with tracing and without: as many as go through, and at a fixed rate.
import * as os from "node:os";
import * as path from "node:path";

import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { settled } from "../elasticsearch";
import { inTurns } from "../rounds";
import { runScript, startScript } from "../script";
import { benchSettings, BenchStack } from "../stack";
import { spread } from "../statistics";
import { CANDIDATES, Ingress, startIngress } from "./ingresses";
import { Latencies } from "./openLoop";
import { Receiver, startReceiver } from "./receiver";
import { requestsReport, Sample } from "./report";
import { ensureWrk, runWrk } from "./wrk";

const LOAD = { connections: 32, seconds: 8, rate: 300, fixedSeconds: 12 };

/** The ingress has a processor of its own; what answers it, asks it and takes its spans shares another. */
const INGRESS_CPU = 0;
const OTHER_CPU = 1;

/** When no span came for so long, the last load has left nothing behind. */
const QUIET_MS = 2000;

export const requests: Benchmark = {
    title: "Requests through the ingress",
    summary: "requests per second and latencies through Traefik, with tracing and without",
    platforms: ["docker", "kubernetes"],
    measure,
};

async function measure({ platform, rounds, ports }: BenchmarkOptions): Promise<string> {
    if (os.cpus().length < 2) {
        throw new Error("The benchmark of requests wants two processors: the ingress has one for itself.");
    }
    await ensureWrk();
    const stack = await BenchStack.open(benchSettings(platform, ports));
    const started: { stop(): Promise<void> | void }[] = [];
    try {
        await step("an environment without apps", () => stack.up());
        const host = await stack.platform.hostAddress("ingress");
        const upstream = await startScript(OTHER_CPU, path.join(__dirname, "upstream.ts"), host);
        started.push(upstream);
        const receiver = await startReceiver(stack, OTHER_CPU);
        started.push(receiver);
        const setup = { stack, spans: receiver.grpc, upstream: `http://${host}:${upstream.line}`, cpu: INGRESS_CPU };
        const ingresses: Ingress[] = [];
        for (const candidate of CANDIDATES) {
            ingresses.push(await startIngress(setup, candidate));
            started.push(ingresses[ingresses.length - 1]);
        }
        const subjects = ingresses.map((ingress) => ({ name: ingress.name, run: () => load(ingress, receiver) }));
        const names = ingresses.map(({ name }) => name);
        return `${stack.parts}\n${requestsReport(platform, LOAD, names, await inTurns(subjects, rounds, show))}`;
    } finally {
        for (const each of started) {
            await each.stop();
        }
        await stack.removeAtEnd();
    }
}

async function load(ingress: Ingress, receiver: Receiver): Promise<Sample> {
    const { value: before } = await settled(receiver.taken, Infinity, QUIET_MS);
    const cpuBefore = await ingress.cpuSeconds();
    const saturated = await runWrk(ingress.url, { cpu: OTHER_CPU, ...LOAD });
    const cpu = (await ingress.cpuSeconds()) - cpuBefore;
    const { value: after } = await settled(receiver.taken, Infinity, QUIET_MS);
    if (ingress.traces && after === before) {
        throw new Error(`No span of the ingress "${ingress.name}" came to the collector.`);
    }
    const printed = await runScript(
        OTHER_CPU,
        path.join(__dirname, "openLoop.ts"),
        ...[ingress.url, String(LOAD.rate), String(LOAD.fixedSeconds)],
    );
    const { milliseconds, failed } = JSON.parse(printed) as Latencies;
    const sorted = milliseconds.sort((x, y) => x - y);
    return {
        saturated: {
            ...saturated,
            cpuPerRequest: cpu / (saturated.rate * LOAD.seconds),
            spansPerRequest: (after - before) / (saturated.rate * LOAD.seconds),
        },
        fixed: { p50: spread(sorted).median, p99: sorted[Math.ceil(sorted.length * 0.99) - 1], failed },
    };
}

function show({ saturated, fixed }: Sample): string {
    return [
        `${Math.round(saturated.rate)} requests/s (p99 ${saturated.p99.toFixed(1)} ms, ${saturated.failed} failed)`,
        `at ${LOAD.rate}/s p50 ${fixed.p50.toFixed(2)} ms, p99 ${fixed.p99.toFixed(2)} ms, ${fixed.failed} failed`,
    ].join(", ");
}
