// What `up` started on this machine and no local stack uses any more: stopped, unless something else runs there.
import { clusterStatus, stopCluster } from "../../toolchain/cluster";
import { engineStatus, stopEngine } from "../../toolchain/engine";
import { say } from "../../toolchain/progress";
import { stopRegistry } from "../../toolchain/registry";
import { tryOutput } from "../../toolchain/run";
import { openCluster } from "../cluster/client";
import { stacksWithResources } from "./localFolder";
import { ClusterAddress } from "./settings";

/** Stops the cluster, the engine and, when nothing runs any more that takes images from it, the registry. */
export async function stopUnused(): Promise<void> {
    const stopped = [await stopUnusedCluster(), await stopUnusedEngine()];
    if (stopped.every(Boolean) && (await stopRegistry())) {
        say("The local registry is stopped; its images stay.");
    }
}

async function stopUnusedCluster(): Promise<boolean> {
    const others = stacksWithResources("kubernetes");
    if (others.length > 0) {
        say(`The local cluster stays: other local stacks are up in it (${others.length}).`);
        return false;
    }
    const cluster = await clusterStatus();
    if (cluster.answers && (await runsPods(cluster))) {
        say("The local cluster stays: pods that are no stack's run in it.");
        return false;
    }
    if (await stopCluster()) {
        say("The local cluster is stopped; what it holds stays.");
    }
    return true;
}

async function runsPods(address: ClusterAddress): Promise<boolean> {
    try {
        const { core } = await openCluster(address);
        const { items } = await core.listPodForAllNamespaces();
        return items.some(({ metadata }) => !/^kube-/.test(metadata?.namespace ?? "") && !metadata?.deletionTimestamp);
    } catch {
        // What can't be asked is taken for busy.
        return true;
    }
}

async function stopUnusedEngine(): Promise<boolean> {
    const others = stacksWithResources("docker");
    if (others.length > 0) {
        say(`The local engine stays: other local stacks are up on it (${others.length}).`);
        return false;
    }
    const engine = await engineStatus();
    if (engine.startedByUs && (await runsContainers(engine.host))) {
        say("The local engine stays: containers that are no stack's run on it.");
        return false;
    }
    if (engine.startedByUs && (await stopEngine())) {
        say("The local Docker engine is stopped; what it holds stays.");
    }
    return true;
}

async function runsContainers(host: string): Promise<boolean> {
    // What can't be asked is taken for busy.
    return (await tryOutput("docker", ["--host", host, "ps", "--quiet"]))?.trim() !== "";
}
