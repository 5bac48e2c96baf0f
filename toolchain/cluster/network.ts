// The machine's network as the cluster needs it: a bridge for the pods, and settings of the kernel.
import * as fs from "node:fs";
import * as path from "node:path";

import { isTaken } from "../listeners";
import { run, tryOutput } from "../run";
import { BRIDGE, NODE_ADDRESS, POD_CIDR, SERVICE_CIDR } from "./layout";

const LOG = "cluster-network";

/** Makes the bridge, with the node's address, unless it is there. */
export async function ensureBridge(): Promise<void> {
    if (fs.existsSync(`/sys/class/net/${BRIDGE}`)) {
        return;
    }
    const ip = (...args: string[]) => run("ip", args, { log: LOG });
    // A hardware address of its own: else it is that of one of the pods, and changes as they come and go.
    await ip("link", "add", "name", BRIDGE, "address", "02:00:0a:f4:00:01", "type", "bridge");
    await ip("address", "add", `${NODE_ADDRESS}/${POD_CIDR.split("/")[1]}`, "dev", BRIDGE);
    await ip("link", "set", BRIDGE, "up");
    // Also where the machine has no way out, since the address is replaced only after a way was found.
    await ip("route", "add", SERVICE_CIDR, "dev", BRIDGE);
}

/** Removes the bridge. */
export async function removeBridge(): Promise<void> {
    await tryOutput("ip", ["link", "delete", BRIDGE]);
}

const NAMESPACES = "/run/netns";

/**
 * Makes the folder of network namespaces a mount of its own, as `ip netns` does when it first makes a namespace: done
 * later, it would hide the mounts of the pods' namespaces, and no pod could be removed any more.
 */
export async function ensureNamespacesFolder(): Promise<void> {
    fs.mkdirSync(NAMESPACES, { recursive: true });
    if ((await tryOutput("mountpoint", [NAMESPACES])) === undefined) {
        await run("mount", ["--bind", NAMESPACES, NAMESPACES], { log: LOG });
    }
    await run("mount", ["--make-shared", NAMESPACES], { log: LOG });
}

/** Settings that the cluster needs. Without the second, rules don't see what passes between two pods. */
const NEEDED: Readonly<Record<string, string>> = {
    "net/ipv4/ip_forward": "1",
    "net/bridge/bridge-nf-call-iptables": "1",
};

/** Settings that the kubelet and kube-proxy change. */
const CHANGED = [
    "net/ipv4/conf/all/route_localnet",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
];

/** Sets the kernel's settings; what they were is kept in a file, unless it is there. */
export async function ensureKernelSettings(file: string): Promise<void> {
    // It may be built into the kernel.
    await tryOutput("modprobe", ["br_netfilter"]);
    if (!fs.existsSync(file)) {
        const names = [...Object.keys(NEEDED), ...CHANGED];
        const before = names.flatMap((name) => (fs.existsSync(setting(name)) ? [[name, read(name)]] : []));
        fs.writeFileSync(file, JSON.stringify(Object.fromEntries(before)));
    }
    for (const [name, value] of Object.entries(NEEDED)) {
        if (!fs.existsSync(setting(name))) {
            throw new Error(
                `The kernel has no setting ${name.replaceAll("/", ".")}, which a cluster needs: expected one with ` +
                    "bridges and netfilter. Instead: name a cluster of your own in kubernetes.context.",
            );
        }
        fs.writeFileSync(setting(name), value);
    }
}

/** Makes the kernel's settings what they were. What others need meanwhile, such as forwarding, stays. */
export function restoreKernelSettings(file: string): void {
    if (!fs.existsSync(file)) {
        return;
    }
    const before = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>;
    for (const name of CHANGED) {
        if (before[name] !== undefined && read(name) !== before[name]) {
            fs.writeFileSync(setting(name), before[name]);
        }
    }
}

/** Those of the ports that something listens on already. */
export async function takenPorts(ports: readonly number[]): Promise<number[]> {
    const taken = await Promise.all(ports.map((port) => isTaken("0.0.0.0", port)));
    return ports.filter((_, i) => taken[i]);
}

function setting(name: string): string {
    return path.join("/proc/sys", name);
}

function read(name: string): string {
    return fs.readFileSync(setting(name), "utf8").trim();
}
