// What the controller looks at: the objects of a cluster, kept up to date by the API server's watches.
import type * as kubernetes from "@kubernetes/client-node";

/** The kinds, and the path of each in the API. */
const PATHS = {
    pods: "/api/v1/pods",
    namespaces: "/api/v1/namespaces",
    services: "/api/v1/services",
    claims: "/api/v1/persistentvolumeclaims",
    volumes: "/api/v1/persistentvolumes",
    policies: "/apis/networking.k8s.io/v1/networkpolicies",
    classes: "/apis/storage.k8s.io/v1/storageclasses",
} as const;

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

/** Watches all kinds. `changed` is called at each change, and `told` with what went wrong; both go on. */
export async function watchAll(
    library: typeof kubernetes,
    config: kubernetes.KubeConfig,
    changed: () => void,
    told: (problem: string) => void,
): Promise<() => Watched> {
    const core = config.makeApiClient(library.CoreV1Api);
    const networking = config.makeApiClient(library.NetworkingV1Api);
    const storage = config.makeApiClient(library.StorageV1Api);
    const watch = async <T extends kubernetes.KubernetesObject>(
        path: string,
        list: () => Promise<kubernetes.KubernetesListObject<T>>,
    ) => {
        const informer = library.makeInformer<T>(config, path, list);
        informer.on("change", changed);
        // The library gives up at the first failure, such as a restart of the API server.
        informer.on("error", (error: unknown) => {
            told(`${path}: ${String(error)}`);
            setTimeout(() => void informer.start(), RETRY_MS);
        });
        await informer.start();
        return informer;
    };
    const informers = {
        pods: await watch(PATHS.pods, () => core.listPodForAllNamespaces()),
        namespaces: await watch(PATHS.namespaces, () => core.listNamespace()),
        services: await watch(PATHS.services, () => core.listServiceForAllNamespaces()),
        claims: await watch(PATHS.claims, () => core.listPersistentVolumeClaimForAllNamespaces()),
        volumes: await watch(PATHS.volumes, () => core.listPersistentVolume()),
        policies: await watch(PATHS.policies, () => networking.listNetworkPolicyForAllNamespaces()),
        classes: await watch(PATHS.classes, () => storage.listStorageClass()),
    };
    return () => ({
        pods: informers.pods.list(),
        namespaces: informers.namespaces.list(),
        services: informers.services.list(),
        claims: informers.claims.list(),
        volumes: informers.volumes.list(),
        policies: informers.policies.list(),
        classes: informers.classes.list(),
    });
}
