// What every container of ours has in common: its labels, its hardening, its limits, its networks.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { labelsOf } from "../labels";
import { usableReach } from "../peers";
import { PlatformKind, Process, ProcessUser, Scratch, Scope } from "../workload";

/** Labels in the provider's form, sorted, so that the order of a map is no change. */
export function labelList(
    labels: pulumi.Output<Record<string, string>>,
): pulumi.Output<{ label: string; value: string }[]> {
    return labels.apply((map) =>
        Object.keys(map)
            .sort()
            .map((label) => ({ label, value: map[label] })),
    );
}

/**
 * What others hold on to, or what holds data, is not replaced for the sake of a label.
 * The engine can't change labels in place; they say what they said when the resource was made.
 */
export const LABELS_STAY: pulumi.CustomResourceOptions = { ignoreChanges: ["labels"] };

/** No root, no capabilities, no way to more privileges, nothing to write on. */
export function hardening(user: ProcessUser): Partial<docker.ContainerArgs> {
    return {
        user: `${user.uid}:${user.gid}`,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
        readOnly: true,
    };
}

/** Swap equal to the memory means none; without it the provider finds a change at every preview. */
export function limits(mebibytes: number): Partial<docker.ContainerArgs> {
    return { memory: mebibytes, memorySwap: mebibytes };
}

/** Logs are rotated by the engine, so that they can't fill the host's disk. */
export const logging: Partial<docker.ContainerArgs> = {
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
};

/** Folders in memory, in the engine's notation. */
export function tmpfs(scratch: readonly Scratch[] = []): Record<string, string> {
    return Object.fromEntries(
        scratch.map(({ path, mebibytes, executable }) => [
            path,
            `rw,nosuid,nodev,${executable ? "exec" : "noexec"},mode=1777,size=${mebibytes}m`,
        ]),
    );
}

/** The engine's id of an image, pulled when it is not there; it stays on the host when the stack goes. */
export function imageId(process: Pick<Process, "name" | "image">, scope: Scope): pulumi.Output<string> {
    return new docker.RemoteImage(
        `${process.name}-image`,
        // Other stacks on this host may use it, and removing an image in use fails.
        { name: process.image, keepLocally: true },
        { parent: scope.parent },
    ).imageId;
}

/**
 * The networks of a process besides its own: what it calls, joins, and its way out.
 * A callee without a network is somewhere outside: then the process needs a way out.
 */
export function callerNetworks(
    process: Process,
    hasWayOut: boolean,
    scope: Scope,
    egressName: string,
): pulumi.Output<string | undefined>[] {
    const peers = [...(process.calls ?? []), ...(process.calledBy ?? [])];
    const networks: pulumi.Output<string | undefined>[] = peers.map((peer) =>
        usableReach(process, peer, PlatformKind.Docker, hasWayOut).apply(({ network }) => network),
    );
    networks.push(...(process.joins ?? []).map((network) => pulumi.output(network)));
    if (process.egress) {
        networks.push(
            new docker.Network(
                `${process.name}-egress`,
                { name: egressName, labels: labelList(labelsOf(process, scope)) },
                { parent: scope.parent, ...LABELS_STAY },
            ).name,
        );
    }
    return networks;
}

/** A network to join, and the names by which the container is found on it besides its own. */
export interface JoinedNetwork {
    name: pulumi.Input<string | undefined>;
    aliases?: string[];
}

/** A container's networks in the provider's form; without any, it has none at all. */
export function networking(networks: readonly JoinedNetwork[]): Partial<docker.ContainerArgs> {
    if (networks.length === 0) {
        return { networkMode: "none" };
    }
    return {
        networksAdvanced: pulumi.output([...networks]).apply((all) => {
            // Two contracts may name the same network; the engine joins it once.
            const merged = new Map<string, string[]>();
            for (const { name, aliases } of all) {
                if (!name) {
                    continue;
                }
                merged.set(name, [...(merged.get(name) ?? []), ...(aliases ?? [])]);
            }
            return [...merged.keys()].sort().map((name) => ({ name, aliases: merged.get(name) }));
        }),
    };
}
