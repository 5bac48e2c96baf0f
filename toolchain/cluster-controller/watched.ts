// What the controller looks at: the objects of a cluster, kept up to date by the API server's watches.
import { setTimeout as sleep } from "node:timers/promises";

import type * as kubernetes from "@kubernetes/client-node";

/** The objects of each kind. */
export interface Watched {
    pods: readonly kubernetes.V1Pod[];
    namespaces: readonly kubernetes.V1Namespace[];
    services: readonly kubernetes.V1Service[];
    claims: readonly kubernetes.V1PersistentVolumeClaim[];
    volumes: readonly kubernetes.V1PersistentVolume[];
    policies: readonly kubernetes.V1NetworkPolicy[];
    classes: readonly kubernetes.V1StorageClass[];
}

const RETRY_MS = 1_000;

/** The watches of all kinds. */
export interface Watches {
    /** Starts them; all objects are there afterwards. */
    start(): Promise<void>;
    /** The objects as they are known now. */
    look(): Watched;
}

/** Watches of all kinds. `changed` is called at each change, and `told` with what went wrong; they go on after both. */
export function watches(
    library: typeof kubernetes,
    config: kubernetes.KubeConfig,
    changed: () => void,
    told: (problem: string) => void,
): Watches {
    const core = config.makeApiClient(library.CoreV1Api);
    const networking = config.makeApiClient(library.NetworkingV1Api);
    const storage = config.makeApiClient(library.StorageV1Api);
    const watch = <T extends kubernetes.KubernetesObject>(
        path: string,
        list: () => Promise<kubernetes.KubernetesListObject<T>>,
    ) => {
        // Not the library's makeInformer, which starts at once and leaves nothing to wait for.
        const informer = new library.ListWatch<T>(path, new library.Watch(config), list, false);
        informer.on("change", changed);
        // It gives up at the first failure, such as a restart of the API server.
        informer.on("error", (error: unknown) => {
            told(`${path}: ${String(error)}`);
            setTimeout(() => void informer.start(), RETRY_MS);
        });
        return informer;
    };
    const all = {
        pods: watch("/api/v1/pods", () => core.listPodForAllNamespaces()),
        namespaces: watch("/api/v1/namespaces", () => core.listNamespace()),
        services: watch("/api/v1/services", () => core.listServiceForAllNamespaces()),
        claims: watch("/api/v1/persistentvolumeclaims", () => core.listPersistentVolumeClaimForAllNamespaces()),
        volumes: watch("/api/v1/persistentvolumes", () => core.listPersistentVolume()),
        policies: watch("/apis/networking.k8s.io/v1/networkpolicies", () =>
            networking.listNetworkPolicyForAllNamespaces(),
        ),
        classes: watch("/apis/storage.k8s.io/v1/storageclasses", () => storage.listStorageClass()),
    };
    return {
        async start() {
            const informers = Object.values(all);
            await Promise.all(informers.map((each) => each.start()));
            // One whose list failed tries again by itself.
            while (informers.some((each) => each.latestResourceVersion() === "")) {
                await sleep(RETRY_MS / 10);
            }
        },
        look: () => ({
            pods: all.pods.list(),
            namespaces: all.namespaces.list(),
            services: all.services.list(),
            claims: all.claims.list(),
            volumes: all.volumes.list(),
            policies: all.policies.list(),
            classes: all.classes.list(),
        }),
    };
}
