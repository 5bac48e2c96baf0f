// The provider of the platform that the settings name: always explicit, its SDK loaded only when it is used.
import * as pulumi from "@pulumi/pulumi";

import { Settings } from "./settings";

const LOCAL_ENGINE = "unix:///var/run/docker.sock";

/** The address of the Docker engine that the settings name. */
export function engineHost(
    engine: string,
    env: Readonly<Record<string, string | undefined>> = process.env,
): string {
    return engine === "local" ? env.DOCKER_HOST || LOCAL_ENGINE : engine;
}

/** The context of the cluster of this machine, in the kubeconfig that `npm run up` hands over. */
const LOCAL_CONTEXT = "traced-environment-local";

/** Where the cluster is found that the settings name. */
export function clusterAddress({ cluster, kubernetes }: Pick<Settings, "cluster" | "kubernetes">) {
    const context = cluster === "local" ? LOCAL_CONTEXT : kubernetes?.context;
    return { context: context as string, kubeconfig: kubernetes?.kubeconfig };
}

function kubernetesProvider(
    name: string,
    settings: Settings,
    more: { upsertExistingObjects?: boolean } = {},
): pulumi.ProviderResource {
    const kubernetes = require("@pulumi/kubernetes") as typeof import("@pulumi/kubernetes");
    const { context, kubeconfig } = clusterAddress(settings);
    // Another server behind the same context is the same cluster: nothing is made anew for it.
    return new kubernetes.Provider(name, { context, kubeconfig, clusterIdentifier: context, ...more });
}

/** A provider for what a former run of the stack left on purpose: what exists already is taken over. */
export function adoptingProvider(settings: Settings): pulumi.ProviderResource {
    return kubernetesProvider("kubernetes-adopting", settings, { upsertExistingObjects: true });
}

/** The provider. */
export function platformProvider(settings: Settings): pulumi.ProviderResource {
    if (settings.platform === "kubernetes") {
        return kubernetesProvider("kubernetes", settings);
    }
    const docker = require("@pulumi/docker") as typeof import("@pulumi/docker");
    return new docker.Provider("docker", { host: engineHost(settings.engine as string) });
}
