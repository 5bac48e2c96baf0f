// The local cluster's names, addresses, ports and folders.
import * as path from "node:path";

import { stateFolder } from "../folders";

/** Name of the cluster and of its context in the kubeconfig. */
export const CONTEXT = "traced-environment-local";
/** Name of its one node. */
export const NODE = "traced-environment";
/** The bridge that the pods are on. */
export const BRIDGE = "traced-k8s0";

/** The pods' addresses. */
export const POD_CIDR = "10.244.0.0/24";
/**
 * The node's address: the bridge's own, since it stays when the machine moves to another network, and nothing outside
 * this machine reaches what listens on it.
 */
export const NODE_ADDRESS = "10.244.0.1";
export const SERVICE_CIDR = "10.96.0.0/16";
/** The first address of `SERVICE_CIDR`, which the API server takes for itself. */
export const API_SERVICE_ADDRESS = "10.96.0.1";
export const DNS_ADDRESS = "10.96.0.10";

/** Ports that must be free on this machine, and who takes each; all but the API server's on a local address. */
export const PORTS = {
    apiServer: 6443,
    etcd: 2379,
    etcdPeers: 2380,
    kubelet: 10250,
    kubeletHealth: 10248,
    controllerManager: 10257,
    scheduler: 10259,
    proxyHealth: 10256,
    proxyMetrics: 10249,
} as const;

/** The API server as commands on this machine reach it. */
export const API_URL = `https://127.0.0.1:${PORTS.apiServer}`;

/** Where the cluster keeps what. */
export interface Layout {
    /** All that a stopped cluster keeps; `stop --wipe` removes it. */
    state: string;
    /** What may not outlive the machine's next start: sockets, running containers, the pods' addresses. */
    runtime: string;
    /** Certificates, keys and tokens. */
    credentials: string;
    /** Configuration files, written anew at each start. */
    configuration: string;
    etcd: string;
    kubelet: string;
    containerd: string;
    /** The data of persistent volumes, a folder each. */
    volumes: string;
    podLogs: string;
    /** containerd's socket. */
    socket: string;
    /** The kubeconfig that other tools use. */
    kubeconfig: string;
}

/** Where this user's cluster keeps what. */
export function layout(state = path.join(stateFolder(), "cluster")): Layout {
    const runtime = "/run/traced-environment-cluster";
    return {
        state,
        runtime,
        credentials: path.join(state, "credentials"),
        configuration: path.join(state, "configuration"),
        etcd: path.join(state, "etcd"),
        kubelet: path.join(state, "kubelet"),
        containerd: path.join(state, "containerd"),
        volumes: path.join(state, "volumes"),
        podLogs: path.join(state, "pod-logs"),
        socket: path.join(runtime, "containerd.sock"),
        kubeconfig: path.join(state, "kubeconfig"),
    };
}
