// Services that have an address outside of their cluster (pure).
import type { V1Service, V1ServiceList } from "@kubernetes/client-node";

import { Selector } from "./pods";

/** A Service that a load balancer has given an address. */
export interface AddressedService {
    /** Namespace and name. */
    name: string;
    labels: Readonly<Record<string, string>>;
    /** The TCP ports at its address. */
    ports: number[];
}

/** The Services that have an address. */
export function addressedServices({ items }: V1ServiceList): AddressedService[] {
    return items
        .filter(({ status }: V1Service) => (status?.loadBalancer?.ingress ?? []).length > 0)
        .map(({ metadata, spec }) => ({
            name: `${metadata?.namespace}/${metadata?.name}`,
            labels: metadata?.labels ?? {},
            ports: (spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP").map(({ port }) => port),
        }));
}

/** Whether an object has all of these labels. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: Selector): boolean {
    return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
