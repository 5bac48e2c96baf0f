// The local image registry, through which images made here reach an engine as any other image does.
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";

import { installPackages } from "./debian";
import { cacheFolder, ensureFolder, logFile, stateFolder } from "./folders";
import { withLock } from "./lock";
import { startedProcess, startProcess, stopProcess, waitUntilReady } from "./processes";
import { step } from "./progress";
import { lastLinesOf } from "./run";

/** A local registry that answers. */
export interface Registry {
    /** Host and port, as it stands in front of an image's name: `127.0.0.1:5055`. */
    address: string;
    /** Whether the toolchain started it, and so may stop it. */
    startedByUs: boolean;
}

const DEFAULT_PORT = 5055;
const START_TIMEOUT_MS = 30_000;
const INSTEAD =
    "start a registry of your own on 127.0.0.1 and name its port in TRACED_ENVIRONMENT_REGISTRY_PORT, " +
    "or use the images of the vendors' registries.";

/** Where the local registry listens. Throws when TRACED_ENVIRONMENT_REGISTRY_PORT is not a port. */
export function registryAddress(env: Readonly<Record<string, string | undefined>> = process.env): string {
    const given = env.TRACED_ENVIRONMENT_REGISTRY_PORT;
    const port = given ? Number(given) : DEFAULT_PORT;
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(
            `TRACED_ENVIRONMENT_REGISTRY_PORT is "${given}": expected a port number from 1 to 65535, ` +
                `or the variable unset for ${DEFAULT_PORT}.`,
        );
    }
    return `127.0.0.1:${port}`;
}

/**
 * A registry on 127.0.0.1 that answers: one that is there already, else Debian's, installed and started here.
 * What is pushed to it lies in the cache folder and outlives it.
 */
export async function ensureRegistry(): Promise<Registry> {
    const address = registryAddress();
    if (!(await answers(address))) {
        await withLock(processName(address), async () => {
            if (!(await answers(address))) {
                await startRegistry(address);
            }
        });
    }
    return { address, startedByUs: isOurs(address) };
}

/** Stops the registry if `ensureRegistry` started it; false when it did not. */
export async function stopRegistry(): Promise<boolean> {
    const name = processName(registryAddress());
    return withLock(name, () => stopProcess(name));
}

/** Where the registry is looked for, whether it answers and whose it is. */
export async function registryStatus(): Promise<Registry & { answers: boolean }> {
    const address = registryAddress();
    return { address, startedByUs: isOurs(address), answers: await answers(address) };
}

// One for each port, so that a test's registry does not take the place of another one.
function processName(address: string): string {
    return `registry-${address.split(":")[1]}`;
}

function isOurs(address: string): boolean {
    return startedProcess(processName(address)) !== undefined;
}

function answers(address: string): Promise<boolean> {
    return new Promise((resolve) => {
        const request = http.get(`http://${address}/v2/`, { timeout: 5_000 }, (response) => {
            response.resume();
            resolve(response.headers["docker-distribution-api-version"] === "registry/2.0");
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve(false));
    });
}

async function startRegistry(address: string): Promise<void> {
    await installPackages(["docker-registry"], "The local image registry", INSTEAD);
    await step("local image registry", async (waitingFor) => {
        const name = processName(address);
        // One of ours that runs, but does not answer.
        await stopProcess(name);
        const settings = path.join(ensureFolder(stateFolder()), `${name}.json`);
        // The settings are YAML, of which JSON is a part.
        fs.writeFileSync(settings, JSON.stringify(registrySettings(address), undefined, 2));
        const identity = await startProcess(name, "docker-registry", ["serve", settings]);
        waitingFor(`${address} (log: ${logFile(name)})`);
        try {
            await waitUntilReady("docker-registry", identity, () => answers(address), START_TIMEOUT_MS);
        } catch (error) {
            await stopProcess(name);
            const message = (error as Error).message;
            throw new Error(
                `${message}. Is ${address} taken by something else? ` +
                    "TRACED_ENVIRONMENT_REGISTRY_PORT names another port. " +
                    `Log: ${logFile(name)}\n${lastLinesOf(logFile(name))}`,
            );
        }
    });
}

function registrySettings(address: string): object {
    return {
        version: 0.1,
        log: { level: "warn", accesslog: { disabled: true } },
        storage: {
            filesystem: { rootdirectory: ensureFolder(path.join(cacheFolder(), "registry")) },
            delete: { enabled: true },
        },
        http: { addr: address },
    };
}
