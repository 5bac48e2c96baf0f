// Two ingresses beside the stack's own, which differ in nothing but tracing.
import { parse } from "yaml";

import { ENTRY_POINTS, routeConfiguration, routeFile, ROUTES_FOLDER, STATIC_FOLDER } from "../../components/ingress/configuration";
import { toYaml } from "../../components/support/yaml";
import { copyFiles, modelArguments } from "../containers";
import { Description, Engine } from "../engine";
import { waitUntilAnswers } from "../wait";

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
    engine: Engine;
    /** The stack's own ingress. */
    model: Description;
    /** The network with a way out, by which the host is reached, and that of the collectors. */
    edge: string;
    collectors: string;
    /** Host and port where they send their spans, by OTLP over gRPC. */
    spans: string;
    /** Where all requests go. */
    upstream: string;
    /** The processor that they run on. */
    cpu: number;
}

/** An ingress that serves. */
export interface Ingress {
    name: string;
    url: string;
    /** Whether requests make spans. */
    traces: boolean;
    /** CPU that it has used, in seconds. */
    cpuSeconds(): Promise<number>;
    remove(): Promise<void>;
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
    const { engine, model, edge, collectors, spans, upstream, cpu } = setup;
    const file = await engine.docker(["exec", model.Id, "cat", `${STATIC_FOLDER}/traefik.yml`]);
    const route = routeConfiguration({
        name: "bench",
        entryPoint: ENTRY_POINTS.web.name,
        urls: [upstream],
        traced: true,
    });
    const id = await engine.docker([
        "create",
        ...["--network", edge, "--cpuset-cpus", String(cpu)],
        ...modelArguments(model, [STATIC_FOLDER, ROUTES_FOLDER]),
        model.Image,
        ...(model.Config.Cmd ?? []),
    ]);
    try {
        await engine.docker(["network", "connect", collectors, id]);
        const configuration = configure(sendingTo(spans, parse(file) as StaticConfiguration));
        await copyFiles(engine, id, STATIC_FOLDER, { "traefik.yml": toYaml(configuration) });
        await copyFiles(engine, id, ROUTES_FOLDER, { [routeFile("bench")]: route });
        await engine.docker(["start", id]);
        const url = `http://${await engine.addressOf(id, edge)}:${ENTRY_POINTS.web.port}/`;
        await waitUntilAnswers(engine, id, url);
        return {
            name,
            url,
            traces: configuration.tracing !== undefined,
            cpuSeconds: () => engine.cpuSeconds(id),
            remove: () => engine.remove(id),
        };
    } catch (error) {
        await engine.remove(id);
        throw error;
    }
}
