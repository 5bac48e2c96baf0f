// The executables that Pulumi programs of this package need on this machine.
import { say } from "../progress";
import { dropBuildCaches } from "./go";
import { homeWith } from "./home";
import { pulumiTools, siteAnswers, StackPlugin, Tool } from "./pulumi";
import { allowedSources, chooseSource, isNewEnough, Source, Taken } from "./sources";

export type { Platform, StackPlugin } from "./pulumi";
export type { Source, Taken } from "./sources";
export { ensureCniPlugins, ensureCoreDnsBinary, ensureEtcdBinary, ensureKubernetesBinary } from "./cluster";
export { ensureGatewayApiDefinitions, ensureKubeconformBinary, ensureKubeScoreBinary } from "./manifests";
export { canMakePromtool, ensurePromtool } from "./promtool";
export { ensureGo } from "./go";
export { ensureLanguages, generateSdk } from "./languages";
export { ensureJaegerBinary, ensureTraefikBinary } from "./servers";

/** What is needed to run Pulumi. */
export interface Tools {
    /** Folders to put first on PATH, in this order. */
    path: string[];
    /** Environment variables to set. */
    env: Record<string, string>;
    /** What was taken, and from where. */
    taken: Taken[];
}

/** The CLI downloads a missing plugin; where that can't succeed, it must not try for minutes. */
const NO_ACQUISITION = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };

const TOLD: Record<Source, string> = {
    path: "found on this machine",
    download: "downloaded from Pulumi",
    packages: "made from packages",
};

/**
 * The Pulumi CLI, its Node.js language host and the plugins: what is installed is taken, else Pulumi's
 * downloads when its site answers, else they are made from packages. Says on stderr which it took.
 *
 * @param plugins those that are needed besides that of random values
 */
export async function ensureTools(plugins: readonly StackPlugin[] = ["docker"]): Promise<Tools> {
    const allowed = allowedSources();
    const tools = pulumiTools(plugins);
    const found = await Promise.all(tools.map((tool) => tool.installed()));
    const site = await siteAnswersIfNeeded(tools, found, allowed);
    const sources = tools.map((tool, i) =>
        chooseSource(tool.name, { installed: found[i], minimum: tool.minimum, siteAnswers: site }, allowed),
    );
    const folders = await Promise.all(tools.map((tool, i) => take(tool, sources[i])));
    await dropBuildCaches();
    const taken = tools.map((tool, i) => ({
        name: tool.name,
        version: (sources[i] === "path" && found[i]) || tool.version,
        source: sources[i],
    }));
    for (const { name, version, source } of taken) {
        say(`${name} ${version}: ${TOLD[source]}`);
    }
    const inHome = taken.map(({ name, source }) => source === "packages" && name !== "pulumi");
    // A home of our own hides the plugins of the user's home.
    const ownHome =
        process.env.PULUMI_HOME === undefined &&
        taken.every(({ name, source }) => source === "packages" || !name.startsWith("pulumi-resource-"));
    const made = taken.flatMap(({ name, version }, i) => (inHome[i] ? [{ name, version, folder: folders[i]! }] : []));
    return {
        path: [
            ...new Set(folders.filter((folder, i) => folder !== undefined && !(ownHome && inHome[i])) as string[]),
        ],
        env: {
            ...(sources.includes("packages") && !site ? NO_ACQUISITION : {}),
            ...(ownHome ? { PULUMI_HOME: homeWith(made) } : {}),
        },
        taken,
    };
}

async function siteAnswersIfNeeded(
    tools: readonly Tool[],
    found: readonly (string | undefined)[],
    allowed: readonly Source[],
): Promise<boolean> {
    const allInstalled = tools.every((tool, i) => isNewEnough(found[i], tool.minimum));
    return allowed.includes("download") && !(allInstalled && allowed.includes("path")) && siteAnswers();
}

function take(tool: Tool, source: Source): Promise<string | undefined> {
    switch (source) {
        case "path":
            return Promise.resolve(undefined);
        case "download":
            return tool.download();
        case "packages":
            return tool.make();
    }
}
