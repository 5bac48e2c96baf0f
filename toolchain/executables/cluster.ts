// The programs of the local cluster's node: Kubernetes and CoreDNS built with Go, etcd and CNI plugins from Debian.
import * as path from "node:path";

import { unpackPackage } from "../debian";
import { VERSIONS } from "../versions";
import { ensureGoProgram } from "./go";
import { stored } from "./store";

/** Path of the executable that holds kube-apiserver, kubelet and the other parts; its first argument names one. */
export async function ensureKubernetesBinary(): Promise<string> {
    const [major, minor] = VERSIONS.kubernetes.split(".");
    const folder = await ensureGoProgram({
        name: "kubernetes",
        version: VERSIONS.kubernetes,
        moduleFolder: "kubernetes",
        package: ".",
        variables: {
            "k8s.io/component-base/version.gitMajor": major,
            "k8s.io/component-base/version.gitMinor": minor,
            "k8s.io/component-base/version.gitVersion": `v${VERSIONS.kubernetes}`,
            "k8s.io/component-base/version.gitTreeState": "clean",
        },
        goos: "linux",
    });
    return path.join(folder, "kubernetes");
}

/** Path of a static Linux executable of CoreDNS, with the plugins that a cluster's DNS uses. */
export async function ensureCoreDnsBinary(): Promise<string> {
    const folder = await ensureGoProgram({
        name: "coredns",
        version: VERSIONS.coredns,
        moduleFolder: "coredns",
        package: ".",
        goos: "linux",
    });
    return path.join(folder, "coredns");
}

/** Path of etcd's executable. */
export async function ensureEtcdBinary(): Promise<string> {
    return path.join(await unpacked("etcd", VERSIONS.etcd, "etcd-server"), "usr", "bin", "etcd");
}

/** The folder of the CNI plugins' executables. */
export async function ensureCniPlugins(): Promise<string> {
    const folder = await unpacked("cni-plugins", VERSIONS.cniPlugins, "containernetworking-plugins");
    return path.join(folder, "usr", "lib", "cni");
}

function unpacked(name: string, version: string, debianPackage: string): Promise<string> {
    return stored({ name, version, ingredients: [debianPackage] }, async (folder, waitingFor) => {
        waitingFor("apt-get download");
        await unpackPackage(debianPackage, folder);
    });
}
