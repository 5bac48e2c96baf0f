// A collector beside the stack's own: the same image, limits, user and storage, with a configuration to be tried.
import { parse } from "yaml";

import { CONFIG_FOLDER, FILES, PORTS } from "../../components/tracing/configuration";
import { toYaml } from "../../components/support/yaml";
import { Beside, Differences } from "../platform";
import { BenchStack } from "../stack";
import { waitUntilAnswers } from "../wait";

/** A collector that takes spans. */
export interface RunningCollector extends Beside {
    /** The address for OTLP over HTTP. */
    otlp: string;
}

/** What a collector is told besides its configuration. */
export interface CollectorOptions extends Omit<Differences, "folders"> {
    /** The password with which it writes. */
    password: string;
}

/** Starts a collector and waits until it takes spans. */
export async function startCollector(
    { platform }: BenchStack,
    configuration: object,
    { password, ...differences }: CollectorOptions,
): Promise<RunningCollector> {
    const files = { [FILES.configuration]: rendered(configuration), [FILES.password]: password };
    const collector = await platform.start("collector", { ...differences, folders: { [CONFIG_FOLDER]: files } });
    try {
        await waitUntilAnswers(collector, `http://${collector.address}:${PORTS.health}/status`);
        return { ...collector, otlp: `http://${collector.address}:${PORTS.otlpHttp}` };
    } catch (error) {
        await collector.stop();
        throw error;
    }
}

/** The configuration of the stack's own collector, as parsed. */
export async function collectorConfiguration<T>(stack: BenchStack): Promise<T> {
    const file = await stack.file("collector", `${CONFIG_FOLDER}/${FILES.configuration}`);
    return parse(file.replaceAll("$$", "$")) as T;
}

/** Jaeger reads `$` as the start of a variable, and `$$` as the character. */
function rendered(configuration: object): string {
    return toYaml(configuration).replaceAll("$", "$$$$");
}
