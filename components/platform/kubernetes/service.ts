// The Service of a workload: the name by which its callers find it, and what it publishes.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { Scope, Workload } from "../workload";
import { instancesName, metadata, nameOf, peersName, selectorOf } from "./metadata";

/** What the provider would wait for is waited for by the workload itself. */
export const NOT_AWAITED = { "pulumi.com/skipAwait": "true" };

/** The type of a Service that is made when nothing is said. */
const DEFAULT_TYPE = "LoadBalancer";

/** The ports that a cluster publishes: not those for people on the machine itself. */
export function publishedPorts({ publishes = [] }: Workload) {
    return publishes.filter(({ local }) => !local);
}

function servicePorts(workload: Workload): kubernetes.types.input.core.v1.ServicePort[] {
    const names = Object.entries(workload.ports ?? {});
    const published = publishedPorts(workload).map(({ internal, external }) => ({
        name: names.find(([, port]) => port === internal)?.[0] ?? `port-${internal}`,
        port: external,
        targetPort: internal,
        protocol: "TCP",
    }));
    // Who publishes ports is called by those alone.
    return published.length > 0
        ? published
        : names.map(([name, port]) => servicePortOf(name, port));
}

function servicePortOf(name: string, port: number): kubernetes.types.input.core.v1.ServicePort {
    return { name, port, targetPort: port, protocol: "TCP" };
}

/** The port of the Service behind which a port of the workload is. */
export function servicePort(workload: Workload, port: number): number {
    return publishedPorts(workload).find(({ internal }) => internal === port)?.external ?? port;
}

/** The Service; undefined when nobody calls the workload. */
export function makeService(
    workload: Workload,
    scope: Scope,
    options: { headless: boolean; dependsOn: pulumi.Resource[] },
): kubernetes.core.v1.Service | undefined {
    const ports = servicePorts(workload);
    if (ports.length === 0) {
        return undefined;
    }
    const published = publishedPorts(workload).length > 0;
    const type = published ? (scope.kubernetes?.serviceType ?? DEFAULT_TYPE) : "ClusterIP";
    const awaited = type === "LoadBalancer";
    return new kubernetes.core.v1.Service(
        `${workload.name}-service`,
        {
            metadata: metadata(workload, scope, {
                name: nameOf(workload, scope),
                ...(awaited ? {} : { annotations: NOT_AWAITED }),
            }),
            spec: {
                type,
                ...(options.headless ? { clusterIP: "None" } : {}),
                selector: selectorOf(workload, scope),
                ports,
            },
        },
        // A load balancer has an address once pods are behind it.
        { parent: scope.parent, dependsOn: awaited ? options.dependsOn : [] },
    );
}

/** A Service without an address of its own: its name is that of each instance. */
function makeHeadlessService(
    suffix: string,
    spec: { name: string; ports: Record<string, number>; publishNotReadyAddresses?: boolean },
    workload: Workload,
    scope: Scope,
): void {
    const { name, ports, ...more } = spec;
    new kubernetes.core.v1.Service(
        `${workload.name}-${suffix}`,
        {
            metadata: metadata(workload, scope, { name, annotations: NOT_AWAITED }),
            spec: {
                clusterIP: "None",
                ...more,
                selector: selectorOf(workload, scope),
                ports: Object.entries(ports).map(([port, number]) => servicePortOf(port, number)),
            },
        },
        { parent: scope.parent },
    );
}

/** The Service by which instances find one another, also before they are ready; none when they don't. */
export function makePeersService(workload: Workload, scope: Scope): void {
    if (workload.peers) {
        const name = peersName(workload, scope);
        makeHeadlessService("peers", { name, ports: workload.peers, publishNotReadyAddresses: true }, workload, scope);
    }
}

/** The Service by which callers find each instance; none when they are led to one. */
export function makeInstancesService(workload: Workload, scope: Scope): void {
    const ports = Object.entries(workload.ports ?? {}).filter(([, port]) => isSpread(workload, port));
    if (ports.length > 0) {
        const name = instancesName(workload, scope);
        makeHeadlessService("instances", { name, ports: Object.fromEntries(ports) }, workload, scope);
    }
}

/** Whether callers of a port spread over the instances by themselves. */
export function isSpread({ ports = {}, spread = [] }: Workload, port: number): boolean {
    return spread.some((name) => ports[name] === port);
}

/** Where the published ports are reached. */
export function publishedAddress(service: kubernetes.core.v1.Service): pulumi.Output<string> {
    return pulumi
        .all([service.spec.type, service.metadata, service.status])
        .apply(([type, { name, namespace }, status]) => {
            const [first] = status?.loadBalancer?.ingress ?? [];
            return (type === "LoadBalancer" && (first?.hostname ?? first?.ip)) || `${name}.${namespace}.svc`;
        });
}
