// What programs in other languages than Node.js's need: their language hosts, and SDKs made from a package's schema.
import * as fs from "node:fs";
import * as path from "node:path";

import { onPath, run } from "../run";
import { VERSIONS } from "../versions";
import { dropBuildCaches, ensureGoProgram, GoProgram } from "./go";

/** The hosts of the languages that programs use the components from by their plugin. */
const HOSTS: Readonly<Record<"python" | "go" | "yaml", GoProgram>> = {
    python: {
        name: "pulumi-language-python",
        version: VERSIONS.pulumiOldHosts,
        moduleFolder: "python-and-go-hosts",
        package: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
        beside: ["../pulumi-language-python-exec"],
    },
    go: {
        name: "pulumi-language-go",
        version: VERSIONS.pulumiOldHosts,
        moduleFolder: "python-and-go-hosts",
        package: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
    },
    yaml: {
        name: "pulumi-language-yaml",
        version: VERSIONS.pulumiYamlHost,
        moduleFolder: "yaml-host",
        package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    },
};

const GENERATOR: GoProgram = {
    name: "sdk-generator",
    version: VERSIONS.pulumi,
    moduleFolder: "sdk-generator",
    package: ".",
};

/**
 * Makes ready what programs in all languages need, and gives the folders to put on PATH so that the CLI finds their
 * hosts: none for a host that it finds already. The vendor's archive has all of them; those made from packages generate
 * no code.
 *
 * @param searched the PATH on which the CLI and its hosts are looked for
 */
export async function ensureLanguages(searched: string): Promise<string[]> {
    const missing = Object.values(HOSTS).filter(({ name }) => !hasLanguageHost(name, searched));
    const [, ...hosts] = await Promise.all([GENERATOR, ...missing].map(ensureGoProgram));
    await dropBuildCaches();
    return hosts;
}

/** Whether the CLI finds a language's host, on PATH or beside itself. */
function hasLanguageHost(name: string, searched: string): boolean {
    const cli = onPath("pulumi", searched);
    const beside = cli !== undefined && fs.existsSync(path.join(path.dirname(fs.realpathSync(cli)), name));
    return beside || onPath(name, searched) !== undefined;
}

/** Writes the SDK of a package in one language into a folder, from the package's schema. */
export async function generateSdk(language: "python" | "go", schemaFile: string, folder: string): Promise<void> {
    const generator = await ensureGoProgram(GENERATOR);
    await run(path.join(generator, "sdk-generator"), [language, schemaFile, folder], { log: `sdk-${language}` });
}
