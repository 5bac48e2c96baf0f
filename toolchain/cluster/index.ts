// The local Kubernetes cluster's door: one real node on this machine, made from packages.
import * as fs from "node:fs";

import { withLock } from "../lock";
import { startedProcess } from "../processes";
import { Api } from "./api";
import { API_URL, CONTEXT, layout, Layout } from "./layout";
import { PART_NAMES, PartName, processName } from "./parts";
import { nodeIsReady, startCluster } from "./start";
import * as stopping from "./stop";

/** How a cluster is reached. */
export interface Cluster {
    /** Path of the kubeconfig. */
    kubeconfig: string;
    /** The context in it. */
    context: string;
}

/** What `clusterStatus` tells. */
export interface ClusterStatus extends Cluster {
    /** Address of the API server. */
    server: string;
    /** Whether the API server answers and the node is ready for pods. */
    answers: boolean;
    /** The node's processes that run. */
    running: PartName[];
    /** Those that don't. */
    missing: PartName[];
}

const NAME = "cluster";

/** The local cluster; started here, as root on Debian, if it does not run. */
export async function ensureCluster(): Promise<Cluster> {
    const places = layout();
    if (!(await runs(places))) {
        await withLock(NAME, async () => {
            if (!(await runs(places))) {
                await startCluster(places);
            }
        });
    }
    return { kubeconfig: places.kubeconfig, context: CONTEXT };
}

/** Stops the local cluster, whose objects and volumes stay; false when it did not run. */
export async function stopCluster(): Promise<boolean> {
    return withLock(NAME, () => stopping.stopCluster(layout()));
}

/** Stops the local cluster and removes all that it holds. */
export async function wipeCluster(): Promise<void> {
    await withLock(NAME, async () => {
        await stopping.stopCluster(layout());
        stopping.wipe(layout());
    });
}

/** Whether the local cluster runs, and which of its processes don't. */
export async function clusterStatus(): Promise<ClusterStatus> {
    const places = layout();
    const running = PART_NAMES.filter(isRunning);
    return {
        kubeconfig: places.kubeconfig,
        context: CONTEXT,
        server: API_URL,
        answers: await answers(places),
        running,
        missing: PART_NAMES.filter((part) => !running.includes(part)),
    };
}

async function runs(places: Layout): Promise<boolean> {
    return PART_NAMES.every(isRunning) && (await answers(places));
}

async function answers(places: Layout): Promise<boolean> {
    return fs.existsSync(places.kubeconfig) && nodeIsReady(new Api(places.kubeconfig));
}

function isRunning(part: PartName): boolean {
    return startedProcess(processName(part)) !== undefined;
}
