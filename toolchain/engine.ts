// The Docker engine: one that answers is taken; else Debian's is installed and started by hand.
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";

import { installPackages } from "./debian";
import { ensureFolder, logFile, stateFolder } from "./folders";
import { withLock } from "./lock";
import { startedProcess, startProcess, stopProcess, waitUntilReady } from "./processes";
import { step } from "./progress";
import { lastLinesOf, tryOutput } from "./run";

/** A Docker engine that answers. */
export interface Engine {
    /** Its address as in `DOCKER_HOST`, for example `unix:///var/run/docker.sock`. */
    host: string;
    /** Whether the toolchain started it, and so may stop it. */
    startedByUs: boolean;
}

/** What `engineStatus` tells. */
export interface EngineStatus extends Engine {
    answers: boolean;
}

const NAME = "engine";
const DEFAULT_HOST = "unix:///var/run/docker.sock";
const START_TIMEOUT_MS = 60_000;
// The engine stops its containers first, each within its own grace.
const STOP_TIMEOUT_MS = 120_000;

// 1024 networks of 62 addresses. The engine's own default is at most 31 networks, of 65534 or 4094 addresses,
// which one environment per developer and branch uses up.
const ADDRESS_POOL = "base=10.217.0.0/16,size=26";

const INSTEAD = "start a Docker engine yourself, or point DOCKER_HOST to one.";

/**
 * A Docker engine that answers: `DOCKER_HOST` when it is set, else the socket of a local one, else Debian's
 * engine, installed and started here (as root). A `DOCKER_HOST` that does not answer is an error.
 */
export async function ensureEngine(): Promise<Engine> {
    const there = await answeringEngine();
    if (there) {
        return there;
    }
    return withLock(NAME, async () => (await answeringEngine()) ?? (await startEngine()));
}

/** Stops the engine, and with it its containers, if `ensureEngine` started it; false when it did not. */
export async function stopEngine(): Promise<boolean> {
    return withLock(NAME, () => stopProcess(NAME, STOP_TIMEOUT_MS));
}

/** Where an engine is looked for, whether one answers and whose it is. */
export async function engineStatus(): Promise<EngineStatus> {
    const there = await answeringEngine().catch(() => undefined);
    return there
        ? { ...there, answers: true }
        : { host: engineHosts(process.env, os.homedir())[0], startedByUs: false, answers: false };
}

/** The addresses at which an engine is looked for, in this order. */
export function engineHosts(env: Readonly<Record<string, string | undefined>>, home: string): string[] {
    return env.DOCKER_HOST ? [env.DOCKER_HOST] : [DEFAULT_HOST, `unix://${home}/.docker/run/docker.sock`];
}

async function answeringEngine(): Promise<Engine | undefined> {
    for (const host of engineHosts(process.env, os.homedir())) {
        if (await answers(host)) {
            return { host, startedByUs: host === DEFAULT_HOST && startedProcess(NAME) !== undefined };
        }
    }
    if (process.env.DOCKER_HOST) {
        throw new Error(
            `DOCKER_HOST is ${process.env.DOCKER_HOST}, but no Docker engine answers there. ` +
                "Expected one that does: start it, correct the address, or unset DOCKER_HOST to use the " +
                "local engine.",
        );
    }
    return undefined;
}

async function answers(host: string): Promise<boolean> {
    if (host.startsWith("unix://")) {
        return answersOnSocket(host.slice("unix://".length));
    }
    // TLS and ssh are the client's business.
    const version = ["--host", host, "version", "--format", "{{.Server.Version}}"];
    return (await tryOutput("docker", version)) !== undefined;
}

function answersOnSocket(socketPath: string): Promise<boolean> {
    return new Promise((resolve) => {
        const request = http.get({ socketPath, path: "/_ping", timeout: 5_000 }, (response) => {
            response.resume();
            resolve(response.statusCode === 200);
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve(false));
    });
}

async function startEngine(): Promise<Engine> {
    await installPackages(["docker.io", "iptables"], "A local Docker engine", INSTEAD);
    // On a machine with an init system the package has started the engine.
    const started = await answeringEngine();
    if (started) {
        return started;
    }
    if (process.getuid?.() !== 0) {
        throw new Error(`No Docker engine answers, and only root can start one. Instead: ${INSTEAD}`);
    }
    return step("Docker engine", async (waitingFor) => {
        const pidFile = path.join(ensureFolder(stateFolder()), "dockerd.pid");
        // No engine answers here: a file left by a killed one would only keep the new one from starting.
        fs.rmSync(pidFile, { force: true });
        const identity = await startProcess(NAME, "dockerd", [
            `--host=${DEFAULT_HOST}`,
            `--pidfile=${pidFile}`,
            `--default-address-pool=${ADDRESS_POOL}`,
        ]);
        waitingFor(`dockerd (log: ${logFile(NAME)})`);
        try {
            await waitUntilReady("dockerd", identity, () => answers(DEFAULT_HOST), START_TIMEOUT_MS);
        } catch (error) {
            await stopProcess(NAME);
            const message = (error as Error).message;
            throw new Error(
                `${message}. Instead: ${INSTEAD} Log: ${logFile(NAME)}\n${lastLinesOf(logFile(NAME))}`,
            );
        }
        return { host: DEFAULT_HOST, startedByUs: true };
    });
}
