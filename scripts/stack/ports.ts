// The ports that a local stack publishes: found free before anything is made, or said whose they are.
import * as fs from "node:fs";
import * as net from "node:net";

import { DEFAULTS } from "../../infra/settings";
import { Stack } from ".";
import { Container, containersOf, listContainers } from "./containers";
import { asRecord, existingParts, setting, StackFile } from "./settings";

const LOOPBACK = "127.0.0.1";

/** A port that a stack publishes. */
export interface WantedPort {
    /** The setting that it comes from. */
    path: string;
    address: string;
    port: number;
}

/** The ports that the settings ask for. */
export function wantedPorts(settings: StackFile, project: string): WantedPort[] {
    const ingress = asRecord(setting(settings, project, "ingress"));
    const address = ingress.address ?? LOOPBACK;
    const tls = ingress.tls === undefined ? undefined : asRecord(ingress.tls);
    const wanted = [
        { path: "ingress.port", address, port: ingress.port ?? DEFAULTS.port },
        ...(tls ? [{ path: "ingress.tls.port", address, port: tls.port ?? DEFAULTS.tlsPort }] : []),
        ...(existingParts(settings, project).tracing
            ? []
            : [{ path: "ingress.jaegerUiPort", address: LOOPBACK, port: ingress.jaegerUiPort ?? DEFAULTS.jaegerUiPort }]),
    ];
    // What is no address or no port is refused by the program's own validation.
    return wanted.flatMap(({ path, address, port }) => {
        const isPort = Number.isInteger(Number(port)) && Number(port) > 0 && Number(port) < 65536;
        return typeof address === "string" && net.isIP(address) > 0 && isPort ? [{ path, address, port: Number(port) }] : [];
    });
}

/** Throws when a port that the stack wants is somebody else's. */
export async function checkPorts(stack: Stack): Promise<void> {
    const containers = await listContainers(stack.env);
    const own = new Set(
        containersOf(stack, containers)
            .filter(({ component }) => component === "ingress")
            .map(({ name }) => name),
    );
    const problems: string[] = [];
    for (const wanted of wantedPorts(stack.settings, stack.project.name)) {
        const holder = containers.find(({ ports }) => publishes(ports, wanted));
        if (holder ? !own.has(holder.name) : isOnThisMachine(stack.env) && (await isTaken(wanted))) {
            problems.push(takenText(wanted, describeHolder(holder, wanted.port), stack));
        }
    }
    if (problems.length > 0) {
        throw new Error([...problems, "Nothing was changed."].join("\n"));
    }
}

/** The error of a port that is taken. */
export function takenText(
    { path, address, port }: WantedPort,
    holder: string | undefined,
    { name, project }: Pick<Stack, "name" | "project">,
): string {
    return (
        `${path}: ${port} on ${address} is taken${holder === undefined ? "" : ` by ${holder}`}. Set another one in ` +
        `Pulumi.${name}.yaml, or for this machine only: ` +
        `npm run pulumi -- --stack ${name} config set --path ${project.name}:${path} <port>`
    );
}

/** Whether a container that publishes these ports has the wanted one. */
export function publishes(ports: string, { address, port }: Pick<WantedPort, "address" | "port">): boolean {
    return ports.split(", ").some((published) => {
        const match = /^(.*):(\d+)(?:-(\d+))?->.*\/tcp$/.exec(published);
        if (!match) {
            return false;
        }
        const [, host, first, last = first] = match;
        return port >= Number(first) && port <= Number(last) && overlap(host.replace(/^\[|\]$/g, ""), address);
    });
}

function overlap(first: string, second: string): boolean {
    const all = ["0.0.0.0", "::"];
    return first === second || all.includes(first) || all.includes(second);
}

/** Whether the engine publishes on this machine, as far as its address tells. */
function isOnThisMachine({ DOCKER_HOST: host = "unix://" }: NodeJS.ProcessEnv): boolean {
    return host.startsWith("unix://");
}

function isTaken({ address, port }: WantedPort): Promise<boolean> {
    return new Promise((resolve) => {
        const server = net.createServer();
        // Only this says that it is taken: without the right to a low port the engine still has it.
        server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
        server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(false)));
    });
}

function describeHolder(container: Container | undefined, port: number): string | undefined {
    return container ? `the container ${container.name}` : listeningProcess(port);
}

/** The process that listens on a port, for people; undefined where the kernel does not tell. */
function listeningProcess(port: number): string | undefined {
    try {
        const tables = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => fs.existsSync(file));
        const sockets = tables.flatMap((file) => listeningSockets(fs.readFileSync(file, "utf8"), port));
        const pid = fs.readdirSync("/proc").find((entry) => /^\d+$/.test(entry) && holdsOneOf(entry, sockets));
        return pid && `the process ${fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (${pid})`;
    } catch {
        return undefined;
    }
}

/** The sockets that listen on a port, as `/proc/<pid>/fd` names them, from the kernel's table. */
export function listeningSockets(table: string, port: number): string[] {
    const LISTEN = "0A";
    return table
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === LISTEN && parseInt(local.split(":")[1], 16) === port)
        .map((columns) => `socket:[${columns[9]}]`);
}

// Others' processes can't be looked into without the right to it.
function holdsOneOf(pid: string, sockets: readonly string[]): boolean {
    try {
        return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(readLink(`/proc/${pid}/fd/${fd}`)));
    } catch {
        return false;
    }
}

function readLink(file: string): string {
    try {
        return fs.readlinkSync(file);
    } catch {
        return "";
    }
}
