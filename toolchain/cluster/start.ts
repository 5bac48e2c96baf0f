// Starting the cluster: what it needs is found or made, its parts are started, and waited for.
import { Resolver } from "node:dns/promises";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { TABLE } from "../cluster-controller/policies";
import { expectRootOnDebian, installPackages } from "../debian";
import { ensureEngine } from "../engine";
import { ensureCniPlugins, ensureEtcdBinary, ensureKubernetesBinary } from "../executables";
import { ensureFolder, logFile, packageFolder } from "../folders";
import { CLUSTER_IMAGE_NAMES, ensureImages } from "../images";
import { ProcessIdentity, startedProcess, startProcess, waitUntilReady } from "../processes";
import { step, WaitingFor } from "../progress";
import { lastLinesOf, onPath, tryOutput } from "../run";
import { Api } from "./api";
import { configurationFiles, Files, Machine } from "./configuration";
import { ensureCredentials } from "./credentials";
import { API_SERVICE_ADDRESS, DNS_ADDRESS, Layout, NODE, PORTS } from "./layout";
import { manifests } from "./manifests";
import { ensureBridge, ensureKernelSettings, ensureNamespacesFolder, takenPorts } from "./network";
import { commands, PART_NAMES, PartName, processName, Programs } from "./parts";

export const INSTEAD = "name a cluster of your own in kubernetes.context.";

const READY_TIMEOUT_MS = 120_000;
const CAP_SYS_RESOURCE = 24n;

/** Starts those parts that don't run, and waits until the node is ready and names are resolved. */
export async function startCluster(places: Layout): Promise<void> {
    expectRootOnDebian("A local Kubernetes cluster", INSTEAD);
    await installPackages(["iproute2", "iptables", "nftables"], "A local Kubernetes cluster", INSTEAD);
    if (!onPath("containerd") || !onPath("runc")) {
        await installPackages(["containerd", "runc"], "A local Kubernetes cluster", INSTEAD);
    }
    // At the same time, since both are built with Go, whose caches are dropped when no build uses them any more.
    const [kubernetes, { registry }] = await Promise.all([
        ensureKubernetesBinary(),
        ensureImages(ensureEngine, CLUSTER_IMAGE_NAMES),
    ]);
    const programs: Programs = {
        kubernetes,
        etcd: await ensureEtcdBinary(),
        containerd: onPath("containerd")!,
        controller: controllerCommand(),
    };
    const plugins = await ensureCniPlugins();
    await step("Kubernetes cluster", async (waitingFor) => {
        await expectFreePorts();
        [places.state, places.runtime, places.volumes].forEach(ensureFolder);
        fs.chmodSync(places.state, 0o700);
        await ensureCredentials(places);
        writeFiles(configurationFiles(places, thisMachine(), plugins, registry));
        await ensureKernelSettings(kernelSettingsFile(places));
        await ensureBridge();
        await ensureNamespacesFolder();
        await startParts(places, programs, waitingFor);
    });
}

/** Where the kernel's settings from before are kept. */
export function kernelSettingsFile(places: Layout): string {
    return path.join(places.runtime, "kernel-settings.json");
}

/** Whether the node is ready for pods. */
export async function nodeIsReady(api: Api): Promise<boolean> {
    const node = await api.json<NodeStatus>(`/api/v1/nodes/${NODE}`).catch(() => undefined);
    return node?.status.conditions.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

interface NodeStatus {
    status: { conditions: { type: string; status: string }[] };
}

async function startParts(places: Layout, programs: Programs, waitingFor: WaitingFor): Promise<void> {
    const all = commands(places, programs);
    const start = (part: PartName) => startPart(part, all[part]);
    await start("containerd");
    await start("etcd");
    const apiServer = await start("kube-apiserver");
    const api = new Api(places.kubeconfig);
    const readyz = () => api.text("/readyz").then(yes, no);
    await ready("the API server", "kube-apiserver", apiServer, readyz, waitingFor);
    await start("kube-controller-manager");
    await start("kube-scheduler");
    const kubelet = await start("kubelet");
    for (const object of manifests()) {
        await applyPatiently(() => api.apply(object));
    }
    await start("kube-proxy");
    const controller = await start("controller");
    await ready("the node", "kubelet", kubelet, () => nodeIsReady(api), waitingFor);
    await ready("network policies", "controller", controller, policiesAreEnforced, waitingFor);
    await ready("DNS", "kubelet", kubelet, namesAreResolved, waitingFor);
}

async function policiesAreEnforced(): Promise<boolean> {
    return (await tryOutput("nft", ["list", "table", "ip", TABLE])) !== undefined;
}

/** Starts a part unless it runs. */
export async function startPart(part: PartName, [command, ...args]: readonly string[]): Promise<ProcessIdentity> {
    const name = processName(part);
    return startedProcess(name) ?? startProcess(name, command, args, environment(part));
}

// Only images come from elsewhere: by a proxy the parts would not reach each other.
function environment(part: PartName): NodeJS.ProcessEnv {
    const proxies = part === "containerd" ? [] : ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    const entries = Object.entries(process.env).filter(([name]) => !proxies.includes(name.toUpperCase()));
    return Object.fromEntries(entries);
}

function controllerCommand(): string[] {
    const main = path.join(packageFolder(), "toolchain", "cluster-controller", "main.ts");
    return [process.execPath, "--require", path.join(packageFolder(), "scripts", "typescript.js"), main];
}

/** Waits for what a part is to do. */
async function ready(
    what: string,
    part: PartName,
    identity: ProcessIdentity,
    isReady: () => Promise<boolean>,
    waitingFor: WaitingFor,
): Promise<void> {
    const log = logFile(processName(part));
    waitingFor(`${what} (log: ${log})`);
    await waitUntilReady(what, identity, isReady, READY_TIMEOUT_MS).catch((error: Error) => {
        throw new Error(`${error.message}. Log: ${log}\n${lastLinesOf(log)}`);
    });
}

// What a new API server still makes by itself, such as the namespace kube-system, comes a moment after it is ready.
async function applyPatiently(apply: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; ; tries++) {
        try {
            await apply();
            return;
        } catch (error) {
            if (tries === 20) {
                throw error;
            }
            await sleep(250);
        }
    }
}

/** Whether names are resolved: what the API server tells of CoreDNS may be from before the last stop. */
async function namesAreResolved(): Promise<boolean> {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([DNS_ADDRESS]);
    const addresses = await resolver.resolve4("kubernetes.default.svc.cluster.local").catch((): string[] => []);
    return addresses.includes(API_SERVICE_ADDRESS);
}

async function expectFreePorts(): Promise<void> {
    // What runs already has its ports.
    if (PART_NAMES.some((part) => startedProcess(processName(part)))) {
        return;
    }
    const taken = await takenPorts(Object.values(PORTS));
    if (taken.length > 0) {
        throw new Error(
            `A local Kubernetes cluster needs the ports ${Object.values(PORTS).join(", ")}, but something listens on ` +
                `${taken.join(", ")} (ss -ltnp shows what): another cluster or an etcd on this machine? ` +
                `Stop it. Instead: ${INSTEAD}`,
        );
    }
}

function thisMachine(): Machine {
    const status = fs.readFileSync("/proc/self/status", "utf8");
    const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)![1]}`);
    return {
        appArmor: fs.existsSync("/sys/module/apparmor"),
        lowersOomScore: (capabilities & (1n << CAP_SYS_RESOURCE)) !== 0n,
    };
}

// kube-proxy ends when its file is written, even with the same content.
function writeFiles(files: Files): void {
    for (const [file, content] of Object.entries(files)) {
        if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== content) {
            ensureFolder(path.dirname(file));
            fs.writeFileSync(file, content);
        }
    }
}

const yes = () => true;
const no = () => false;
