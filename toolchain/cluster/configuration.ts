// What is written into the configuration files of the node's parts.
import * as path from "node:path";

import { BRIDGE, DNS_ADDRESS, Layout, NODE, NODE_ADDRESS, POD_CIDR, PORTS } from "./layout";

/** What about this machine the configuration depends on. */
export interface Machine {
    /** Whether the kernel has AppArmor. */
    appArmor: boolean;
    /** Whether root may lower a process's OOM score (`CAP_SYS_RESOURCE`), which in some containers and VMs it may not. */
    lowersOomScore: boolean;
}

/** A file's path and its content. */
export type Files = Readonly<Record<string, string>>;

/** The image that holds a pod's namespaces. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10";

/**
 * The configuration files.
 *
 * @param plugins folder of the CNI plugins
 * @param registry address of the local registry that is asked before the vendors', if images come from it
 */
export function configurationFiles(
    places: Layout,
    machine: Machine,
    plugins: string,
    registry: string | undefined,
): Files {
    const file = (...names: string[]) => path.join(places.configuration, ...names);
    return {
        [file("containerd.toml")]: containerd(places, machine, plugins),
        [file("cni", "10-bridge.conflist")]: json(network(places)),
        [file("kubelet.json")]: json(kubelet(places)),
        [file("kube-proxy.json")]: json(proxy(places)),
        ...(registry ? { [file("registries", "_default", "hosts.toml")]: mirror(registry) } : {}),
    };
}

function containerd(places: Layout, machine: Machine, plugins: string): string {
    const cri = 'plugins."io.containerd.grpc.v1.cri"';
    return `version = 2
root = ${JSON.stringify(places.containerd)}
state = ${JSON.stringify(path.join(places.runtime, "containerd"))}
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
address = ${JSON.stringify(places.socket)}

[${cri}]
sandbox_image = ${JSON.stringify(PAUSE_IMAGE)}
disable_apparmor = ${!machine.appArmor}
restrict_oom_score_adj = ${!machine.lowersOomScore}

[${cri}.cni]
bin_dir = ${JSON.stringify(plugins)}
conf_dir = ${JSON.stringify(path.join(places.configuration, "cni"))}

[${cri}.registry]
config_path = ${JSON.stringify(path.join(places.configuration, "registries"))}

[${cri}.containerd]
default_runtime_name = "runc"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

function mirror(registry: string): string {
    return `[host."http://${registry}"]\ncapabilities = ["pull", "resolve"]\n`;
}

function network(places: Layout): object {
    return {
        cniVersion: "0.4.0",
        name: NODE,
        plugins: [
            {
                type: "bridge",
                bridge: BRIDGE,
                isGateway: true,
                ipMasq: true,
                hairpinMode: true,
                ipam: {
                    type: "host-local",
                    dataDir: path.join(places.runtime, "addresses"),
                    ranges: [[{ subnet: POD_CIDR, gateway: NODE_ADDRESS }]],
                    routes: [{ dst: "0.0.0.0/0" }],
                },
            },
            { type: "portmap", capabilities: { portMappings: true }, snat: true },
            // A Docker engine beside this drops what is forwarded and not allowed.
            { type: "firewall", backend: "iptables" },
        ],
    };
}

function kubelet(places: Layout): object {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: {
            anonymous: { enabled: false },
            webhook: { enabled: true },
            x509: { clientCAFile: path.join(places.credentials, "authority.crt") },
        },
        authorization: { mode: "Webhook" },
        address: NODE_ADDRESS,
        port: PORTS.kubelet,
        healthzPort: PORTS.kubeletHealth,
        cgroupDriver: "cgroupfs",
        failCgroupV1: false,
        failSwapOn: false,
        containerRuntimeEndpoint: `unix://${places.socket}`,
        clusterDNS: [DNS_ADDRESS],
        clusterDomain: "cluster.local",
        resolvConf: "/etc/resolv.conf",
        podLogsDir: places.podLogs,
        volumePluginDir: path.join(places.kubelet, "volume-plugins"),
        maxPods: 200,
        serializeImagePulls: false,
        // What changes in a ConfigMap comes to pods by the next look; of a minute people would notice.
        syncFrequency: "10s",
        registryPullQPS: 0,
        // Images that were brought here can't be pulled again.
        imageGCHighThresholdPercent: 100,
        evictionHard: {
            "memory.available": "200Mi",
            "nodefs.available": "2%",
            "imagefs.available": "2%",
            "nodefs.inodesFree": "1%",
        },
    };
}

function proxy(places: Layout): object {
    return {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        clientConnection: { kubeconfig: path.join(places.credentials, "kube-proxy.kubeconfig") },
        hostnameOverride: NODE,
        // The only mode in which a NodePort is reached on 127.0.0.1.
        mode: "iptables",
        clusterCIDR: POD_CIDR,
        bindAddress: NODE_ADDRESS,
        nodePortAddresses: ["127.0.0.0/8", `${NODE_ADDRESS}/32`],
        healthzBindAddress: `127.0.0.1:${PORTS.proxyHealth}`,
        metricsBindAddress: `127.0.0.1:${PORTS.proxyMetrics}`,
        // The machine's own limits stay as they are.
        conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    };
}

function json(value: object): string {
    return `${JSON.stringify(value, undefined, 2)}\n`;
}
