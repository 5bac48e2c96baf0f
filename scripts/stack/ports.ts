// The ports that a local stack publishes: found free before anything is made, or said whose they are.
import * as net from "node:net";

import { DEFAULTS } from "../../infra/settings";
import { isTaken, listeningProcess } from "../../toolchain/listeners";
import { openCluster } from "../cluster/client";
import { addressedServices, hasLabels } from "../cluster/services";
import { selectorOf } from "../runtime/kubernetes";
import { Stack } from ".";
import { containersOf, listContainers } from "./containers";
import { membershipOf } from "./membership";
import { asRecord, existingParts, platformOf, setting, StackFile } from "./settings";

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
    const inCluster = platformOf(settings, project) === "kubernetes";
    const address = inCluster ? LOOPBACK : (ingress.address ?? LOOPBACK);
    const tls = ingress.tls === undefined ? undefined : asRecord(ingress.tls);
    const requests = [
        { path: "ingress.port", address, port: ingress.port ?? DEFAULTS.port },
        ...(tls ? [{ path: "ingress.tls.port", address, port: tls.port ?? DEFAULTS.tlsPort }] : []),
    ];
    const ui = { path: "ingress.jaegerUiPort", address: LOOPBACK, port: ingress.jaegerUiPort ?? DEFAULTS.jaegerUiPort };
    const { serviceType = "LoadBalancer" } = asRecord(setting(settings, project, "kubernetes"));
    // A controller that exists already has ports of its own.
    const hasAddress = serviceType === "LoadBalancer" && ingress.external === undefined;
    const wanted = inCluster
        ? requests.filter(() => hasAddress)
        : [...requests, ...(existingParts(settings, project).tracing ? [] : [ui])];
    // What is no address or no port is refused by the program's own validation.
    return wanted.flatMap(({ path, address, port }) => {
        const isPort = Number.isInteger(Number(port)) && Number(port) > 0 && Number(port) < 65536;
        return typeof address === "string" && net.isIP(address) > 0 && isPort ? [{ path, address, port: Number(port) }] : [];
    });
}

/** Throws when a port that the stack wants is somebody else's. */
export async function checkPorts(stack: Stack): Promise<void> {
    const isTakenBy = await HOLDERS[stack.platform](stack);
    const problems: string[] = [];
    for (const wanted of wantedPorts(stack.settings, stack.project.name)) {
        const taken = await isTakenBy(wanted);
        if (taken) {
            problems.push(takenText(wanted, taken.holder, stack));
        }
    }
    if (problems.length > 0) {
        throw new Error([...problems, "Nothing was changed."].join("\n"));
    }
}

/** Who has a port, as far as it is known; undefined when it is free or the stack's own. */
type Taken = (wanted: WantedPort) => Promise<{ holder: string | undefined } | undefined>;

const HOLDERS: Readonly<Record<Stack["platform"], (stack: Stack) => Promise<Taken>>> = {
    async docker(stack) {
        const containers = await listContainers(stack.env);
        const own = new Set(
            containersOf(stack, containers)
                .filter(({ component }) => component === "ingress")
                .map(({ name }) => name),
        );
        return async (wanted) => {
            const container = containers.find(({ ports }) => publishes(ports, wanted));
            if (container) {
                return own.has(container.name) ? undefined : { holder: `the container ${container.name}` };
            }
            return isOnThisMachine(stack.env) ? takenByProcess(wanted) : undefined;
        };
    },
    async kubernetes(stack) {
        const services = addressedServices(await openCluster(stack.cluster!).then(({ core }) => core.listServiceForAllNamespaces()));
        const own = selectorOf(membershipOf(stack));
        return async (wanted) => {
            const service = services.find(({ ports }) => ports.includes(wanted.port));
            if (service) {
                return hasLabels(service.labels, own) ? undefined : { holder: `the Service ${service.name}` };
            }
            return takenByProcess(wanted);
        };
    },
};

async function takenByProcess(wanted: WantedPort): Promise<{ holder: string | undefined } | undefined> {
    return (await isTaken(wanted.address, wanted.port)) ? { holder: listeningProcess(wanted.port) } : undefined;
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
