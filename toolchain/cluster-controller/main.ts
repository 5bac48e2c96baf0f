// The process that does in the local cluster what a network plugin, a storage provisioner and a cloud do elsewhere:
// it enforces NetworkPolicies, makes persistent volumes, and gives LoadBalancers addresses.
// Arguments: a kubeconfig, the folder of the volumes, the name of the node and of its network, and the node's address.
import * as fs from "node:fs";

import type * as kubernetes from "@kubernetes/client-node";

import { clientNode } from "../kubernetes-plugin/client-node";
import { say } from "../progress";
import { HeldPorts } from "./heldPorts";
import { LoadBalancerAction, loadBalancerActions, wantedPorts } from "./loadBalancers";
import { applyRules } from "./nft";
import { Passes } from "./passes";
import { CNI_RESULTS, resultAddresses, withAddresses } from "./podAddresses";
import { NO_RULES, policyRules } from "./policies";
import { VolumeAction, volumeActions } from "./volumes";
import { watches } from "./watched";

/** Nobody tells when a port of this machine becomes free. */
const PORTS_MS = 2_000;
const CONFLICT = 409;
const NOT_FOUND = 404;

/** What a pass needs besides what it looks at. */
interface Means {
    core: kubernetes.CoreV1Api;
    merge: kubernetes.ConfigurationOptions;
    folder: string;
    node: string;
    addresses: readonly string[];
}

async function main([kubeconfig, folder, node, nodeAddress]: readonly string[]): Promise<void> {
    // By this name it is found by who wants a port that it holds.
    process.title = "local-cluster";
    const library = await clientNode();
    const config = new library.KubeConfig();
    config.loadFromFile(kubeconfig);
    const means: Means = {
        core: config.makeApiClient(library.CoreV1Api),
        merge: library.setHeaderOptions("Content-Type", library.PatchStrategy.MergePatch),
        folder,
        node,
        addresses: ["127.0.0.1", nodeAddress],
    };
    let rules = "";
    const ports = new HeldPorts(means.addresses);
    let portsTimer: NodeJS.Timeout | undefined;
    // Apart from the other passes: a new pod would wait for its rules as long as one of those takes.
    const enforcing = new Passes(async () => {
        const { pods, policies, namespaces } = all.look();
        const wanted = policyRules({
            pods: withAddresses(pods, resultAddresses(node)),
            policies,
            namespaces: new Map(namespaces.map(({ metadata }) => [metadata!.name!, metadata!.labels ?? {}])),
        });
        if (wanted !== rules) {
            await applyRules(wanted);
            rules = wanted;
        }
    });
    const providing = new Passes(async () => {
        const watched = all.look();
        for (const action of volumeActions(watched, folder, node)) {
            await unlessLate(() => doVolume(means, action));
        }
        const taken = await ports.hold(wantedPorts(watched.services));
        for (const action of loadBalancerActions(watched.services, means.addresses, taken)) {
            await unlessLate(() => doLoadBalancer(means, action));
        }
        if (taken.size > 0) {
            portsTimer ??= setTimeout(() => {
                portsTimer = undefined;
                providing.soon();
            }, PORTS_MS);
        }
    });
    const changed = () => {
        enforcing.soon();
        providing.soon();
    };
    const all = watches(library, config, changed, say);
    const stop = async () => {
        await Promise.all([enforcing.stop(), providing.stop()]);
        await applyRules(NO_RULES);
        process.exit(0);
    };
    process.on("SIGTERM", () => void stop());
    fs.mkdirSync(CNI_RESULTS, { recursive: true });
    fs.watch(CNI_RESULTS, () => enforcing.soon());
    await all.start();
    enforcing.start();
    providing.start();
}

/** What was done before, or is about something that is gone, was told by a watch that is a moment late. */
async function unlessLate(work: () => Promise<void>): Promise<void> {
    try {
        await work();
    } catch (error) {
        if (![CONFLICT, NOT_FOUND].includes((error as { code?: number }).code ?? 0)) {
            throw error;
        }
    }
}

async function doVolume({ core, merge }: Means, action: VolumeAction): Promise<void> {
    if (action.kind === "make") {
        // As a new file system would be: root's, until a pod's fsGroup is applied.
        await fs.promises.mkdir(action.folder, { recursive: true, mode: 0o755 });
        await core.createPersistentVolume({ body: action.volume });
    } else if (action.kind === "grow") {
        const capacity = { storage: action.size };
        await core.patchPersistentVolume({ name: action.volume, body: { spec: { capacity } } }, merge);
        await core.patchNamespacedPersistentVolumeClaimStatus(
            { ...action.claim, body: { status: { capacity, conditions: [] } } },
            merge,
        );
    } else {
        await fs.promises.rm(action.folder, { recursive: true, force: true });
        await core.deletePersistentVolume({ name: action.volume });
    }
}

/** What was said of each refused Service, by its uid. */
const refused = new Map<string, string>();

async function doLoadBalancer({ core, merge }: Means, action: LoadBalancerAction): Promise<void> {
    const { name, namespace } = action.service;
    if (action.kind === "set") {
        const ingress = action.addresses.map((ip) => ({ ip }));
        await core.patchNamespacedServiceStatus({ name, namespace, body: { status: { loadBalancer: { ingress } } } }, merge);
    } else if (refused.get(action.uid) !== action.message) {
        refused.set(action.uid, action.message);
        await core.createNamespacedEvent({
            namespace,
            body: {
                metadata: { generateName: `${name}.`, namespace },
                involvedObject: { apiVersion: "v1", kind: "Service", name, namespace, uid: action.uid },
                type: "Warning",
                reason: "PortTaken",
                message: action.message,
                source: { component: "traced-environment-cluster-controller" },
                firstTimestamp: new Date(),
                lastTimestamp: new Date(),
                count: 1,
            },
        });
    }
}

main(process.argv.slice(2)).catch((error: unknown) => {
    say((error as Error).stack ?? String(error));
    process.exit(1);
});
