// The Pulumi CLI, its Node.js language host and the plugins of our resources: found, downloaded or made.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";

import { cacheFolder, packageFolder } from "../folders";
import { LauncherName, writeLaunchers } from "../launchers";
import { WaitingFor } from "../progress";
import { onPath, run, tryOutput } from "../run";
import { findVersion, VERSIONS } from "../versions";
import { ensureGoProgram } from "./go";
import { pluginFolder } from "./home";
import { stored } from "./store";

/** Pulumi's site, from which the CLI and its plugins are downloaded. */
export const PULUMI_SITE = "https://get.pulumi.com";

const PROBE_TIMEOUT_MS = 3_000;

/** A tool that can come from PATH, from Pulumi's site or from packages. */
export interface Tool {
    name: string;
    /** Version that is downloaded or made. */
    version: string;
    /** Oldest installed version that is taken. @default any */
    minimum?: string;
    /** Version of the installed one, or undefined. */
    installed(): Promise<string | undefined>;
    /** Downloads it and returns the folder to put on PATH; undefined when the CLI downloads it by itself. */
    download(): Promise<string | undefined>;
    /** Makes it from packages and returns the folder to put on PATH. */
    make(): Promise<string>;
}

/** A platform that stacks run on, which is also the name of its plugin. */
export type Platform = "docker" | "kubernetes";

/** A plugin that not every stack needs: that of its platform, and that of certificates. */
export type StackPlugin = Platform | "tls";

const STACK_PLUGINS: Readonly<Record<StackPlugin, () => Tool>> = {
    docker: () =>
        plugin("docker", VERSIONS.dockerPlugin, () =>
            ensureGoProgram({
                name: "pulumi-resource-docker",
                version: VERSIONS.dockerPlugin,
                moduleFolder: "docker-plugin",
                package: ".",
            }),
        ),
    kubernetes: () =>
        plugin("kubernetes", VERSIONS.kubernetesPlugin, async () => launcherFolder("pulumi-resource-kubernetes")),
    tls: () => plugin("tls", VERSIONS.tlsPlugin, async () => launcherFolder("pulumi-resource-tls")),
};

/** The tools that stacks with these plugins need. */
export function pulumiTools(plugins: readonly StackPlugin[]): Tool[] {
    return [
        {
            name: "pulumi",
            version: VERSIONS.pulumi,
            minimum: VERSIONS.pulumiMinimum,
            installed: installedCli,
            download: () => downloadCli(),
            make: makeCli,
        },
        {
            name: "pulumi-language-nodejs",
            version: VERSIONS.pulumi,
            minimum: VERSIONS.pulumiMinimum,
            installed: installedLanguageHost,
            // It is in the same archive as the CLI.
            download: () => downloadCli(),
            make: async () => launcherFolder("pulumi-language-nodejs"),
        },
        ...plugins.map((name) => STACK_PLUGINS[name]()),
        plugin("random", VERSIONS.randomPlugin, async () => launcherFolder("pulumi-resource-random")),
    ];
}

/** Whether Pulumi's site answers within three seconds. */
export async function siteAnswers(site = PULUMI_SITE): Promise<boolean> {
    try {
        const response = await fetch(archiveUrl(site), {
            method: "HEAD",
            signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
        });
        return response.ok;
    } catch {
        return false;
    }
}

/** Where the archive with the CLI lies. Platform and architecture as Node.js names them. */
export function archiveUrl(
    site: string,
    platform: string = process.platform,
    arch: string = process.arch,
): string {
    return `${site}/releases/sdk/pulumi-v${VERSIONS.pulumi}-${platform}-${arch}.tar.gz`;
}

/** Downloads the CLI with its language hosts and returns their folder. */
export async function downloadCli(site = PULUMI_SITE): Promise<string> {
    const url = archiveUrl(site);
    const folder = await stored(
        { name: "pulumi-official", version: VERSIONS.pulumi, ingredients: [url] },
        async (target: string, waitingFor: WaitingFor) => {
            waitingFor(url);
            const response = await fetch(url);
            if (!response.ok || !response.body) {
                throw new Error(`${url} answered ${response.status}, expected the archive of the Pulumi CLI`);
            }
            await run("tar", ["-xz", "--no-same-owner", "-C", target], {
                log: "pulumi-download",
                input: Readable.fromWeb(response.body as import("node:stream/web").ReadableStream),
            });
        },
    );
    return path.join(folder, "pulumi");
}

function makeCli(): Promise<string> {
    return ensureGoProgram({
        name: "pulumi",
        version: VERSIONS.pulumi,
        moduleFolder: "pulumi-cli",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${VERSIONS.pulumi}` },
    });
}

// Alone in its folder, so that it takes no other tool's place on PATH; for this checkout, whose files it
// runs.
function launcherFolder(name: LauncherName): string {
    const checkout = createHash("sha256").update(packageFolder()).digest("hex").slice(0, 12);
    const folder = path.join(cacheFolder(), "launchers", checkout, name);
    writeLaunchers(folder, [name]);
    return folder;
}

function plugin(name: string, version: string, make: () => Promise<string>): Tool {
    return {
        name: `pulumi-resource-${name}`,
        version,
        installed: async () =>
            onPath(`pulumi-resource-${name}`)
                ? version
                : installedPlugin(fs.readdirSync, pluginsFolder(process.env, os.homedir()), name, version),
        download: async () => undefined,
        make,
    };
}

/** The folder of downloaded plugins. */
export function pluginsFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
    return path.join(env.PULUMI_HOME || path.join(home, ".pulumi"), "plugins");
}

/** The version if the CLI has downloaded exactly that plugin before. */
export function installedPlugin(
    list: (folder: string) => string[],
    folder: string,
    name: string,
    version: string,
): string | undefined {
    try {
        return list(folder).includes(pluginFolder({ name: `pulumi-resource-${name}`, version })) ? version : undefined;
    } catch {
        return undefined;
    }
}

async function installedCli(): Promise<string | undefined> {
    return findVersion((await tryOutput("pulumi", ["version"])) ?? "");
}

// The host tells no version; it comes with the CLI, which looks for it on PATH, beside itself and in its home.
async function installedLanguageHost(): Promise<string | undefined> {
    const cli = onPath("pulumi");
    const folders = [process.env.PATH ?? "", ...(cli ? [path.dirname(fs.realpathSync(cli))] : [])];
    const host = onPath("pulumi-language-nodejs", folders.join(path.delimiter)) ?? languageHostAtHome();
    return host && installedCli();
}

function languageHostAtHome(): string | undefined {
    const folder = pluginsFolder(process.env, os.homedir());
    const name = pluginFolder({ name: "pulumi-language-nodejs", version: VERSIONS.pulumi });
    return onPath("pulumi-language-nodejs", path.join(folder, name));
}
