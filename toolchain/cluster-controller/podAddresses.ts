// The addresses of pods that the kubelet has not told yet: a second may pass until it does, in which a new pod runs
// already. The CNI plugins' results are there before its containers are started.
import * as fs from "node:fs";
import * as path from "node:path";

import type { V1Pod } from "@kubernetes/client-node";

/** Where the library of the CNI plugins keeps what they answered. */
export const CNI_RESULTS = "/var/lib/cni/results";

/** The address of each pod on a network, by the pod's uid. */
export function resultAddresses(network: string, folder = CNI_RESULTS): Map<string, string> {
    const files = fs.readdirSync(folder).filter((name) => name.startsWith(`${network}-`));
    return new Map(files.flatMap((name) => readResult(path.join(folder, name))));
}

/** The pods, with the addresses that their status lacks. */
export function withAddresses(pods: readonly V1Pod[], addresses: ReadonlyMap<string, string>): V1Pod[] {
    return pods.map((pod) => {
        const podIP = addresses.get(pod.metadata?.uid ?? "");
        return pod.status?.podIP || podIP === undefined ? pod : { ...pod, status: { ...pod.status, podIP } };
    });
}

interface Result {
    cniArgs?: [string, string][];
    result?: { ips?: { address: string }[] };
}

// One that is just being written, or has just gone, is looked at again: its folder is watched.
function readResult(file: string): [string, string][] {
    try {
        const { cniArgs = [], result } = JSON.parse(fs.readFileSync(file, "utf8")) as Result;
        const uid = cniArgs.find(([name]) => name === "K8S_POD_UID")?.[1];
        const address = result?.ips?.[0]?.address.split("/")[0];
        return uid && address ? [[uid, address]] : [];
    } catch {
        return [];
    }
}
