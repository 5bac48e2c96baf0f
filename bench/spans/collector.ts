// A collector beside the stack's own: the same image, limits, user and storage, with a configuration to be tried.
import { parse } from "yaml";

import { CONFIG_FOLDER, FILES, PORTS } from "../../components/tracing/configuration";
import { toYaml } from "../../components/support/yaml";
import { copyFiles, modelArguments } from "../containers";
import { Description, Engine } from "../engine";
import { waitUntilAnswers } from "../wait";
import { Candidate } from "./configurations";

/** What the collectors that are tried have in common. */
export interface Setup {
    engine: Engine;
    /** The stack's own collector, whose place they take. */
    model: Description;
    /** The storage's container, and its network. */
    storage: string;
    network: string;
    /** The writer's password. */
    password: string;
}

/** A collector that takes spans. */
export interface RunningCollector {
    id: string;
    address: string;
    /** The address for OTLP over HTTP. */
    otlp: string;
    /** Stops it as an operator would: what it holds it still writes. */
    stop(): Promise<void>;
}

/** Starts a collector and waits until it takes spans. */
export async function startCollector(
    { engine, model, network, password }: Omit<Setup, "storage">,
    candidate: Pick<Candidate, "environment">,
    configuration: object,
): Promise<RunningCollector> {
    const id = await engine.docker([
        "create",
        ...["--network", network],
        ...modelArguments(model, [CONFIG_FOLDER], candidate.environment),
        model.Image,
        ...(model.Config.Cmd ?? []),
    ]);
    try {
        await copyFiles(engine, id, CONFIG_FOLDER, {
            [FILES.configuration]: rendered(configuration),
            [FILES.password]: password,
        });
        await engine.docker(["start", id]);
        const address = await engine.addressOf(id, network);
        await waitUntilAnswers(engine, id, `http://${address}:${PORTS.health}/status`);
        return {
            id,
            address,
            otlp: `http://${address}:${PORTS.otlpHttp}`,
            stop: async () => {
                await engine.docker(["stop", "--time", "15", id]);
                await engine.remove(id);
            },
        };
    } catch (error) {
        await engine.remove(id);
        throw error;
    }
}

/** The configuration of a running collector, as parsed. */
export async function configurationOf<T>(engine: Engine, collector: string): Promise<T> {
    const file = await engine.docker(["exec", collector, "cat", `${CONFIG_FOLDER}/${FILES.configuration}`]);
    return parse(file.replaceAll("$$", "$")) as T;
}

/** Jaeger reads `$` as the start of a variable, and `$$` as the character. */
function rendered(configuration: object): string {
    return toYaml(configuration).replaceAll("$", "$$$$");
}
