// The processes of the node: which there are, and with what arguments each is started.
import * as path from "node:path";

import { Layout, NODE, NODE_ADDRESS, POD_CIDR, PORTS, SERVICE_CIDR } from "./layout";

/** The processes, in the order in which they are started. */
export const PART_NAMES = [
    "containerd",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "controller",
] as const;
export type PartName = (typeof PART_NAMES)[number];

/** The name under which a part's process and log are kept. */
export function processName(part: PartName): string {
    return `cluster-${part}`;
}

/** What the processes run. */
export interface Programs {
    /** The executable that holds the parts of Kubernetes. */
    kubernetes: string;
    etcd: string;
    containerd: string;
    /** The command of the controller that is made here. */
    controller: readonly string[];
}

/** The command of each process. */
export function commands(places: Layout, programs: Programs): Readonly<Record<PartName, readonly string[]>> {
    const credential = (name: string) => path.join(places.credentials, name);
    const configuration = (name: string) => path.join(places.configuration, name);
    const kubernetes = (part: PartName, options: Record<string, string>) => [
        programs.kubernetes,
        part,
        ...flags(options),
    ];
    const client = (part: PartName) => {
        const kubeconfig = credential(`${part}.kubeconfig`);
        return {
            kubeconfig,
            "authentication-kubeconfig": kubeconfig,
            "authorization-kubeconfig": kubeconfig,
            "bind-address": "127.0.0.1",
            "leader-elect": "false",
        };
    };
    return {
        containerd: containerdCommand(places, programs.containerd),
        etcd: [
            programs.etcd,
            ...flags({
                "data-dir": places.etcd,
                "listen-client-urls": ETCD_URL,
                "advertise-client-urls": ETCD_URL,
                "listen-peer-urls": ETCD_PEER_URL,
                "initial-advertise-peer-urls": ETCD_PEER_URL,
                "initial-cluster": `default=${ETCD_PEER_URL}`,
                ...etcdTls("", credential),
                ...etcdTls("peer-", credential),
                logger: "zap",
                "log-level": "warn",
            }),
        ],
        "kube-apiserver": kubernetes("kube-apiserver", {
            "etcd-servers": ETCD_URL,
            "etcd-cafile": credential("authority.crt"),
            "etcd-certfile": credential("etcd.crt"),
            "etcd-keyfile": credential("etcd.key"),
            "secure-port": `${PORTS.apiServer}`,
            "advertise-address": NODE_ADDRESS,
            "tls-cert-file": credential("api-server.crt"),
            "tls-private-key-file": credential("api-server.key"),
            "client-ca-file": credential("authority.crt"),
            "token-auth-file": credential("tokens.csv"),
            "kubelet-client-certificate": credential("api-server-to-kubelet.crt"),
            "kubelet-client-key": credential("api-server-to-kubelet.key"),
            "kubelet-preferred-address-types": "InternalIP",
            "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
            "service-account-key-file": credential("service-accounts.pub"),
            "service-account-signing-key-file": credential("service-accounts.key"),
            "service-cluster-ip-range": SERVICE_CIDR,
            "authorization-mode": "Node,RBAC",
            "enable-admission-plugins": "NodeRestriction",
            "allow-privileged": "true",
        }),
        "kube-controller-manager": kubernetes("kube-controller-manager", {
            ...client("kube-controller-manager"),
            "service-account-private-key-file": credential("service-accounts.key"),
            "root-ca-file": credential("authority.crt"),
            "use-service-account-credentials": "true",
            "cluster-cidr": POD_CIDR,
            "service-cluster-ip-range": SERVICE_CIDR,
            "allocate-node-cidrs": "false",
            "cluster-signing-cert-file": credential("authority.crt"),
            "cluster-signing-key-file": credential("authority.key"),
        }),
        "kube-scheduler": kubernetes("kube-scheduler", client("kube-scheduler")),
        kubelet: kubernetes("kubelet", {
            config: configuration("kubelet.json"),
            kubeconfig: credential("kubelet.kubeconfig"),
            "root-dir": places.kubelet,
            "cert-dir": path.join(places.kubelet, "pki"),
            "hostname-override": NODE,
            "node-ip": NODE_ADDRESS,
        }),
        "kube-proxy": kubernetes("kube-proxy", { config: configuration("kube-proxy.json") }),
        controller: [
            ...programs.controller,
            credential("controller.kubeconfig"),
            places.volumes,
            NODE,
            NODE_ADDRESS,
        ],
    };
}

/** The command of containerd. */
export function containerdCommand(places: Layout, program: string): readonly string[] {
    return [program, "--config", path.join(places.configuration, "containerd.toml")];
}

const ETCD_URL = `https://127.0.0.1:${PORTS.etcd}`;
const ETCD_PEER_URL = `https://127.0.0.1:${PORTS.etcdPeers}`;

function etcdTls(prefix: string, credential: (name: string) => string): Record<string, string> {
    return {
        [`${prefix}cert-file`]: credential("etcd.crt"),
        [`${prefix}key-file`]: credential("etcd.key"),
        [`${prefix}trusted-ca-file`]: credential("authority.crt"),
        [`${prefix}client-cert-auth`]: "true",
    };
}

function flags(options: Readonly<Record<string, string>>): string[] {
    return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}
