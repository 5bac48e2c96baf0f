// What programs in other languages than Node.js's need: their language hosts, and SDKs made from a package's schema.
import * as fs from "node:fs";
import * as path from "node:path";

import { onPath, run } from "../run";
import { VERSIONS } from "../versions";
import { dropBuildCaches, ensureGoProgram, GoProgram } from "./go";

/** A language of programs that the components are used from by their plugin. */
export type Language = "python" | "go" | "yaml";

const HOSTS: Readonly<Record<Language, GoProgram>> = {
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

/**
 * The folders to put on PATH so that the CLI finds the hosts of these languages: none for a host that it finds
 * already. The vendor's archive has all of them; those made from packages generate no code.
 */
export async function ensureLanguageHosts(languages: readonly Language[], searched: string): Promise<string[]> {
    const missing = languages.filter((language) => !hasLanguageHost(language, searched));
    const folders = await Promise.all(missing.map((language) => ensureGoProgram(HOSTS[language])));
    await dropBuildCaches();
    return folders;
}

/** Whether the CLI finds a language's host, on PATH or beside itself. */
function hasLanguageHost(language: Language, searched: string): boolean {
    const { name } = HOSTS[language];
    const cli = onPath("pulumi", searched);
    const beside = cli !== undefined && fs.existsSync(path.join(path.dirname(fs.realpathSync(cli)), name));
    return beside || onPath(name, searched) !== undefined;
}

/** Writes the SDK of a package in one language into a folder, from the package's schema. */
export async function generateSdk(language: "python" | "go", schemaFile: string, folder: string): Promise<void> {
    const generator = await ensureGoProgram({
        name: "sdk-generator",
        version: VERSIONS.pulumi,
        moduleFolder: "sdk-generator",
        package: ".",
    });
    await dropBuildCaches();
    await run(path.join(generator, "sdk-generator"), [language, schemaFile, folder], { log: `sdk-${language}` });
}
