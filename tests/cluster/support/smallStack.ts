// Small stacks of the environment's own components: an ingress and one app, whose spans go to an endpoint elsewhere.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { ensureCluster } from "../../../toolchain/cluster";
import { Api } from "../../../toolchain/cluster/api";
import { CONTEXT } from "../../../toolchain/cluster/layout";
import { ClusterStack } from "./environment";

/** An app that every cluster of the tests can run. */
export const APP = {
    image: "docker.io/library/python:3.11-slim-bookworm",
    command: ["python3", "-m", "http.server", "8000"],
    // Of an instance that never becomes ready this is how long is waited for.
    readyTimeout: 5,
    egress: true,
};

/** A stack whose settings are only these, besides what makes it small. */
export function smallStack(name: string, settings: Readonly<Record<string, unknown>>): ClusterStack {
    const stack = new ClusterStack(name, 0);
    for (const key of Object.keys(stack.settings)) {
        delete stack.settings[key];
    }
    Object.assign(stack.settings, {
        platform: "kubernetes",
        cluster: "local",
        tracing: { external: { http: "http://otlp.invalid:4318" } },
        kubernetes: { serviceType: "ClusterIP" },
        apps: { shop: APP },
        ...settings,
    });
    return stack;
}

/** A stack of a user with a kubeconfig, as those have it whose cluster is not of this machine. */
export function userStack(name: string, kubeconfig: string, namespace: string): ClusterStack {
    const stack = smallStack(name, {
        kubernetes: { context: CONTEXT, kubeconfig, namespace, adoptNamespace: true, serviceType: "ClusterIP" },
        images: { registry: "registry.invalid" },
    });
    delete stack.settings.cluster;
    Object.assign(stack.env, {
        PULUMI_BACKEND_URL: `file://${fs.mkdtempSync(path.join(path.dirname(kubeconfig), "state-"))}`,
        PULUMI_CONFIG_PASSPHRASE: "of the tests",
        TRACED_ENVIRONMENT_TOOLS: "path,download,packages",
    });
    return stack;
}

/** What a kubeconfig of the local cluster says instead. */
export interface Login {
    server?: string;
    token?: string;
}

/** Writes a kubeconfig of the local cluster with another address or login into a folder of its own. */
export async function writeKubeconfig({ server, token }: Login): Promise<string> {
    const config = JSON.parse(fs.readFileSync((await ensureCluster()).kubeconfig, "utf8")) as {
        clusters: { cluster: { server: string } }[];
        users: { user: { token: string } }[];
    };
    config.clusters[0].cluster.server = server ?? config.clusters[0].cluster.server;
    config.users[0].user.token = token ?? config.users[0].user.token;
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfig-")), "kubeconfig");
    fs.writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
}

/** Makes a ServiceAccount with these rights in a namespace, and gives a token of it. */
export async function serviceAccountToken(
    api: Api,
    namespace: string,
    rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[],
): Promise<string> {
    const metadata = { name: "deployer", namespace };
    const group = "rbac.authorization.k8s.io";
    await api.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata });
    await api.apply({ apiVersion: `${group}/v1`, kind: "Role", metadata, rules });
    await api.apply({
        ...{ apiVersion: `${group}/v1`, kind: "RoleBinding", metadata },
        roleRef: { apiGroup: group, kind: "Role", name: metadata.name },
        subjects: [{ kind: "ServiceAccount", ...metadata }],
    });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
    const { status } = await api.json<{ status: { token: string } }>(
        `/api/v1/namespaces/${namespace}/serviceaccounts/${metadata.name}/token`,
        { method: "POST", body: request },
    );
    return status.token;
}
