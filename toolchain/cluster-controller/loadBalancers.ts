// Addresses of Services of the type LoadBalancer: the machine's own, so that a port can be given only once.
import type { V1LoadBalancerIngress, V1Service } from "@kubernetes/client-node";

/** What is to be done for a Service. */
export type LoadBalancerAction =
    | { kind: "set"; service: ServiceName; addresses: string[] }
    /** Another Service has one of its ports: it stays without an address. */
    | { kind: "refuse"; service: ServiceName; uid: string; message: string };

export interface ServiceName {
    namespace: string;
    name: string;
}

/** What is to be done so that each Service has these addresses, or none when an older one has its port. */
export function loadBalancerActions(services: readonly V1Service[], addresses: readonly string[]): LoadBalancerAction[] {
    const owners = new Map<string, string>();
    return [...services].sort(byAge).flatMap((service) => {
        const name = nameOf(service);
        if (!wantsAddress(service)) {
            return addressesOf(service).length > 0 && service.spec?.type !== "LoadBalancer" ? [set(name, [])] : [];
        }
        const ports = (service.spec?.ports ?? []).map(({ protocol = "TCP", port }) => `${protocol} ${port}`);
        const taken = ports.find((port) => owners.has(port));
        if (taken !== undefined) {
            const message =
                `Port ${taken} of the local cluster belongs to the Service ${owners.get(taken)}: ` +
                "choose another port, or remove that Service.";
            return [
                ...(addressesOf(service).length > 0 ? [set(name, [])] : []),
                { kind: "refuse" as const, service: name, uid: service.metadata!.uid!, message },
            ];
        }
        ports.forEach((port) => owners.set(port, `${name.namespace}/${name.name}`));
        return addressesOf(service).join() === addresses.join() ? [] : [set(name, [...addresses])];
    });
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
