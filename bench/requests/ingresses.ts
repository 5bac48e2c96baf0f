// Ingresses beside the stack's own, which differ in nothing but tracing.
import { parse } from "yaml";

import { ENTRY_POINTS, routeConfiguration, routeFile, ROUTES_FOLDER, STATIC_FOLDER } from "../../components/ingress/configuration";
import { toYaml } from "../../components/support/yaml";
import { Measured } from "../platform";
import { BenchStack } from "../stack";
import { waitUntilAnswers } from "../wait";

const STATIC_FILE = "traefik.yml";

/** Traefik's static configuration, as parsed. */
export interface StaticConfiguration {
    tracing?: { sampleRate: number; otlp: { grpc?: { endpoint: string } } };
    [section: string]: unknown;
}

/** An ingress that is compared. */
export interface Candidate {
    name: string;
    /** Made from the running ingress's configuration. */
    configure(ours: StaticConfiguration): StaticConfiguration;
}

export const CANDIDATES: readonly Candidate[] = [
    { name: "off", configure: ({ tracing: _, ...rest }) => rest },
    { name: "on", configure: (ours) => ours },
    {
        name: "on, 1 of 10 sampled",
        configure: (ours) => ({ ...ours, tracing: ours.tracing && { ...ours.tracing, sampleRate: 0.1 } }),
    },
];

/** What the ingresses have in common. */
export interface Setup {
    stack: BenchStack;
    /** Host and port where they send their spans, by OTLP over gRPC. */
    spans: string;
    /** Where all requests go. */
    upstream: string;
    /** The processor that they run on. */
    cpu: number;
}

/** An ingress that serves. */
export interface Ingress extends Pick<Measured, "cpuSeconds"> {
    name: string;
    url: string;
    /** Whether requests make spans. */
    traces: boolean;
    stop(): Promise<void>;
}

function sendingTo(spans: string, { tracing, ...rest }: StaticConfiguration): StaticConfiguration {
    if (tracing?.otlp.grpc === undefined) {
        throw new Error("The stack's ingress sends no spans by gRPC: expected it to.");
    }
    const grpc = { ...tracing.otlp.grpc, endpoint: spans };
    return { ...rest, tracing: { ...tracing, otlp: { grpc } } };
}

/** Starts one and waits until it serves. */
export async function startIngress(setup: Setup, { name, configure }: Candidate): Promise<Ingress> {
    const { stack, spans, upstream, cpu } = setup;
    const file = await stack.file("ingress", `${STATIC_FOLDER}/${STATIC_FILE}`);
    const configuration = configure(sendingTo(spans, parse(file) as StaticConfiguration));
    const route = routeConfiguration({
        name: "bench",
        entryPoint: ENTRY_POINTS.web.name,
        urls: [upstream],
        traced: true,
    });
    const ingress = await stack.platform.start("ingress", {
        peer: "collector",
        folders: {
            [STATIC_FOLDER]: { [STATIC_FILE]: toYaml(configuration) },
            [ROUTES_FOLDER]: { [routeFile("bench")]: route },
        },
        cpu,
    });
    try {
        const url = `http://${ingress.address}:${ENTRY_POINTS.web.port}/`;
        await waitUntilAnswers(ingress, url);
        const { cpuSeconds, stop } = ingress;
        return { name, url, traces: configuration.tracing !== undefined, cpuSeconds, stop };
    } catch (error) {
        await ingress.stop();
        throw error;
    }
}
