// Addresses of Services of the type LoadBalancer: the machine's own, so that a port can be given only once.
import type { V1LoadBalancerIngress, V1Service } from "@kubernetes/client-node";

import type { Port } from "./heldPorts";

/** What is to be done for a Service. */
export type LoadBalancerAction =
    | { kind: "set"; service: ServiceName; addresses: string[] }
    /** Somebody else has one of its ports: it stays without an address. */
    | { kind: "refuse"; service: ServiceName; uid: string; message: string };

export interface ServiceName {
    namespace: string;
    name: string;
}

/** The ports that Services want on this machine. */
export function wantedPorts(services: readonly V1Service[]): Port[] {
    return services.filter(wantsAddress).flatMap(portsOf);
}

/**
 * What is to be done so that each Service has these addresses, or none when somebody else has its port.
 *
 * @param taken the ports that others on this machine have, with who that is; of Services the oldest has it
 */
export function loadBalancerActions(
    services: readonly V1Service[],
    addresses: readonly string[],
    taken: ReadonlyMap<Port, string> = new Map(),
): LoadBalancerAction[] {
    const owners = new Map<Port, string>();
    return [...services].sort(byAge).flatMap((service) => {
        const name = nameOf(service);
        if (!wantsAddress(service)) {
            return addressesOf(service).length > 0 && service.spec?.type !== "LoadBalancer" ? [set(name, [])] : [];
        }
        const ports = portsOf(service);
        const message = ports.map((port) => problemOf(port, owners, taken)).find((problem) => problem !== undefined);
        if (message !== undefined) {
            return [
                ...(addressesOf(service).length > 0 ? [set(name, [])] : []),
                { kind: "refuse" as const, service: name, uid: service.metadata!.uid!, message },
            ];
        }
        ports.forEach((port) => owners.set(port, `${name.namespace}/${name.name}`));
        return addressesOf(service).join() === addresses.join() ? [] : [set(name, [...addresses])];
    });
}

function problemOf(port: Port, owners: ReadonlyMap<Port, string>, taken: ReadonlyMap<Port, string>): string | undefined {
    const owner = owners.get(port);
    if (owner !== undefined) {
        return (
            `Port ${port} of the local cluster belongs to the Service ${owner}: ` +
            "choose another port, or remove that Service."
        );
    }
    const holder = taken.get(port);
    return holder === undefined
        ? undefined
        : `Port ${port} of this machine is taken by ${holder}: choose another port, or stop what has it. ` +
              "The Service gets its address as soon as the port is free.";
}

function portsOf({ spec }: V1Service): Port[] {
    return (spec?.ports ?? []).map(({ protocol = "TCP", port }) => `${protocol} ${port}`);
}

function set(service: ServiceName, addresses: string[]): LoadBalancerAction {
    return { kind: "set", service, addresses };
}

function wantsAddress({ spec, metadata }: V1Service): boolean {
    return spec?.type === "LoadBalancer" && spec.loadBalancerClass === undefined && !metadata?.deletionTimestamp;
}

function addressesOf({ status }: V1Service): string[] {
    return (status?.loadBalancer?.ingress ?? []).map(({ ip }: V1LoadBalancerIngress) => ip ?? "");
}

function nameOf({ metadata }: V1Service): ServiceName {
    return { namespace: metadata!.namespace!, name: metadata!.name! };
}

function byAge(a: V1Service, b: V1Service): number {
    const key = ({ metadata }: V1Service) =>
        `${new Date(metadata?.creationTimestamp ?? 0).toISOString()} ${metadata?.namespace}/${metadata?.name}`;
    return key(a) < key(b) ? -1 : 1;
}
