// Stopping the cluster: its pods as they wish to be ended, its processes by their ids, and what it left in the kernel.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { NO_RULES } from "../cluster-controller/policies";
import { startedProcess, stopProcess, waitUntilReady } from "../processes";
import { say, step } from "../progress";
import { onPath, run, tryOutput } from "../run";
import { Api } from "./api";
import { removeRules } from "./iptables";
import { Layout, NODE } from "./layout";
import { removeBridge, restoreKernelSettings } from "./network";
import { containerdCommand, PART_NAMES, processName } from "./parts";
import { kernelSettingsFile, startPart } from "./start";

const LOG = "cluster-stop";
/** How long pods have to end by themselves. */
const PODS_TIMEOUT_MS = 60_000;
const CONTAINERD_TIMEOUT_MS = 30_000;

/** Stops what runs and removes what it left, except the state in `places.state`; false when nothing did. */
export async function stopCluster(places: Layout): Promise<boolean> {
    const running = PART_NAMES.filter((part) => startedProcess(processName(part)) !== undefined);
    if (running.length === 0 && !fs.existsSync(places.runtime)) {
        return false;
    }
    await step("Kubernetes cluster stops", async (waitingFor) => {
        // First those that would make new pods in the place of ended ones.
        await stopProcess(processName("kube-controller-manager"));
        await stopProcess(processName("kube-scheduler"));
        if (running.includes("kubelet") && running.includes("kube-apiserver")) {
            waitingFor("the pods, which may take their time to end");
            await endPods(places).catch((error: Error) => say(`The pods are killed: ${error.message}`));
        }
        waitingFor("its processes");
        await stopProcess(processName("kubelet"));
        await killContainers(places);
        for (const part of [...PART_NAMES].reverse()) {
            await stopProcess(processName(part));
        }
        waitingFor("the network");
        await removeNetwork(places);
        for (const mount of mountsIn(places)) {
            await tryOutput("umount", [mount]);
        }
        removeControlGroups();
        fs.rmSync(places.runtime, { recursive: true, force: true });
        removeLeftovers();
    });
    return true;
}

/** Removes all that the cluster keeps: its objects, its volumes' data, its images. */
export function wipe(places: Layout): void {
    const mounts = mountsIn(places);
    if (mounts.length > 0) {
        throw new Error(
            `Nothing is removed, since there are mounts in ${places.state}: ${mounts.join(", ")}. ` +
                "What they show may lie elsewhere. Unmount them (umount) and try again.",
        );
    }
    fs.rmSync(places.state, { recursive: true, force: true });
}

async function endPods(places: Layout): Promise<void> {
    const api = new Api(places.kubeconfig);
    const pods = () => api.json<{ items: { metadata: { namespace: string } }[] }>("/api/v1/pods");
    const namespaces = new Set((await pods()).items.map(({ metadata }) => metadata.namespace));
    for (const namespace of namespaces) {
        await api.json(`/api/v1/namespaces/${namespace}/pods`, { method: "DELETE" });
    }
    const end = Date.now() + PODS_TIMEOUT_MS;
    while (Date.now() < end && ((await pods()).items.length > 0 || (await tasks(places)).length > 0)) {
        await sleep(250);
    }
}

/** The arguments of containerd's own client. */
function ctr({ socket }: Layout, ...args: string[]): string[] {
    return ["--address", socket, "--namespace", "k8s.io", ...args];
}

async function tasks(places: Layout): Promise<string[]> {
    const output = await tryOutput("ctr", ctr(places, "tasks", "list", "--quiet"));
    return (output ?? "").split("\n").filter((line) => line !== "");
}

// Those that the kubelet did not end, since it was gone or they took too long.
async function killContainers(places: Layout): Promise<void> {
    const containerd = onPath("containerd");
    if (!containerd || !fs.existsSync(places.runtime)) {
        return;
    }
    // Containers outlive a containerd that was killed, and only another one can end them.
    const identity = await startPart("containerd", containerdCommand(places, containerd));
    const answers = async () => (await tryOutput("ctr", ctr(places, "version"))) !== undefined;
    await waitUntilReady("containerd", identity, answers, CONTAINERD_TIMEOUT_MS);
    const left = await tasks(places);
    const networks = new Set<string>();
    for (const task of left) {
        const container = await tryOutput("ctr", ctr(places, "containers", "info", task));
        const network = /"type": "network",\s*"path": "([^"]+)"/.exec(container ?? "")?.[1];
        if (network) {
            networks.add(network);
        }
        await tryOutput("ctr", ctr(places, "tasks", "delete", "--force", task));
    }
    for (const network of networks) {
        await tryOutput("umount", [network]);
        fs.rmSync(network, { force: true });
    }
}

async function removeNetwork(places: Layout): Promise<void> {
    if (onPath("nft")) {
        // The controller has done so if it could.
        await run("nft", ["-f", "-"], { log: LOG, input: NO_RULES });
    }
    await removeRules();
    await removeBridge();
    restoreKernelSettings(kernelSettingsFile(places));
}

/** What is mounted in the cluster's folders: what was mounted last, and may lie in another mount, first. */
function mountsIn(places: Layout): string[] {
    const folders = [places.state, places.runtime];
    return fs
        .readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .map((line) => line.split(" ")[1]?.replaceAll("\\040", " ") ?? "")
        .filter((mount) => folders.some((folder) => mount.startsWith(`${folder}/`)))
        .reverse();
}

/** Removes the pods' control groups, which are empty now: of one hierarchy (v2) or of one per controller (v1). */
function removeControlGroups(): void {
    const root = "/sys/fs/cgroup";
    const hierarchies = [root, ...fs.readdirSync(root).map((name) => path.join(root, name))];
    for (const group of hierarchies.map((hierarchy) => path.join(hierarchy, "kubepods")).filter(fs.existsSync)) {
        const below = fs.readdirSync(group, { recursive: true, withFileTypes: true }).filter((each) => each.isDirectory());
        const deepestFirst = below.map((each) => path.join(each.parentPath, each.name)).sort((a, b) => b.length - a.length);
        [...deepestFirst, group].forEach(removeIfEmpty);
    }
}

// What the kubelet and the CNI plugins keep outside the folders that they are given; others may have things there.
function removeLeftovers(): void {
    const logs = "/var/log/containers";
    if (fs.existsSync(logs)) {
        const links = fs.readdirSync(logs).map((name) => path.join(logs, name));
        links.filter((link) => !fs.existsSync(link)).forEach((link) => fs.rmSync(link));
    }
    const results = "/var/lib/cni/results";
    if (fs.existsSync(results)) {
        // Of the pods' own network, and of the loopback device that containerd gives them.
        const ours = fs.readdirSync(results).filter((name) => ["cni-loopback-", `${NODE}-`].some((each) => name.startsWith(each)));
        ours.forEach((name) => fs.rmSync(path.join(results, name)));
    }
    const devices = "/var/lib/kubelet/device-plugins";
    ["kubelet.sock", "kubelet_internal_checkpoint"].forEach((file) => fs.rmSync(path.join(devices, file), { force: true }));
    [logs, results, path.dirname(results), devices, path.dirname(devices)].forEach(removeIfEmpty);
}

function removeIfEmpty(folder: string): void {
    try {
        fs.rmdirSync(folder);
    } catch {
        // It is not there, or it is not empty.
    }
}
