// The kubeconfig of the tests' cluster: what the tests themselves look at the cluster with.
import * as fs from "node:fs";

import { parse } from "yaml";

import { Api } from "../../../toolchain/kubernetes-plugin/api";

interface Kubeconfig {
    "current-context": string;
    contexts: { name: string; context: { cluster: string; user: string } }[];
    clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
    users: { name: string; user: { token: string; as?: string } }[];
}

/** Path of the kubeconfig, which `npm test -- --cluster` sets. */
export function kubeconfigPath(): string {
    const file = process.env.KUBECONFIG;
    if (!file) {
        throw new Error("KUBECONFIG is not set: run the tests by npm test -- --cluster, or set it to a cluster's");
    }
    return file;
}

/** The API of its cluster. */
export function clusterApi(): Api {
    const { clusters, users } = read();
    return new Api({
        server: clusters[0].cluster.server,
        namespace: "default",
        options: async () => ({
            ca: Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64"),
            headers: { authorization: `Bearer ${users[0].user.token}` },
        }),
    });
}

/** A kubeconfig of the same cluster for a user who may do nothing. */
export function kubeconfigOfNobody(): string {
    const config = read();
    return JSON.stringify({
        ...config,
        users: config.users.map(({ name, user }) => ({ name, user: { ...user, as: "nobody" } })),
    });
}

/** A kubeconfig of a cluster that is not there. */
export function kubeconfigOfNothing(): string {
    const config = read();
    return JSON.stringify({
        ...config,
        clusters: config.clusters.map(({ name, cluster }) => ({
            name,
            cluster: { ...cluster, server: "https://127.0.0.1:1" },
        })),
    });
}

function read(): Kubeconfig {
    return parse(fs.readFileSync(kubeconfigPath(), "utf8")) as Kubeconfig;
}
