// A pod made like another one, with files and variables of its own (pure).
import type { V1Container, V1EnvVar, V1Pod, V1Volume, V1VolumeMount } from "@kubernetes/client-node";

import { KubernetesObject } from "../../toolchain/cluster/api";
import { Differences } from ".";

/** A pod and what it mounts. */
export interface PodParts {
    /** The files that are its own. */
    secret: KubernetesObject;
    pod: KubernetesObject;
}

/** A file of its own: a key of its Secret, which can hold no path. */
interface OwnFile {
    folder: number;
    path: string;
    key: string;
    content: string;
}

/** Readable by the one user of the pod. */
const READ_ONLY = 0o444;

/**
 * The pod: the same user, limits, folders and environment. It has no probes and serves nobody before it goes, for nothing
 * of the cluster's looks at it.
 */
export function podLike(model: V1Pod, name: string, labels: Record<string, string>, differences: Differences): PodParts {
    const { folders, environment = {}, cpu } = differences;
    const metadata = { name, namespace: model.metadata?.namespace, labels };
    const [container] = model.spec?.containers ?? [];
    const files = ownFiles(folders);
    const mounts = (container.volumeMounts ?? []).filter(({ mountPath }) => !Object.hasOwn(folders, mountPath));
    const mounted = new Set(mounts.map((mount) => mount.name));
    const own: V1Container = {
        ...{ name: container.name, image: container.image, imagePullPolicy: "IfNotPresent" },
        ...{ command: container.command, args: container.args },
        ...{ resources: container.resources, securityContext: container.securityContext },
        // A Go program counts the processors when it starts, before it can be held to one.
        env: changedVariables(container.env ?? [], cpu === undefined ? environment : { GOMAXPROCS: "1", ...environment }),
        volumeMounts: [...mounts, ...Object.keys(folders).map(ownMount)],
    };
    const volumes = (model.spec?.volumes ?? []).filter((volume) => mounted.has(volume.name));
    return {
        secret: {
            ...{ apiVersion: "v1", kind: "Secret", metadata },
            stringData: Object.fromEntries(files.map(({ key, content }) => [key, content])),
        },
        pod: {
            ...{ apiVersion: "v1", kind: "Pod", metadata },
            spec: {
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                restartPolicy: "Never",
                securityContext: model.spec?.securityContext,
                containers: [own],
                volumes: [...volumes, ...Object.keys(folders).map((_, index) => ownVolume(name, files, index))],
            },
        },
    };
}

/** Variables with changes, each in the place that it has, so that references still resolve; undefined takes one away. */
export function changedVariables(
    own: readonly V1EnvVar[],
    changes: Readonly<Record<string, string | undefined>>,
): V1EnvVar[] {
    const kept = own
        .filter(({ name }) => !(name in changes) || changes[name] !== undefined)
        .map((variable) => (variable.name in changes ? { name: variable.name, value: changes[variable.name] } : variable));
    const names = new Set(own.map(({ name }) => name));
    const added = Object.entries(changes).filter(([name, value]) => value !== undefined && !names.has(name));
    return [...kept, ...added.map(([name, value]) => ({ name, value }))];
}

function ownFiles(folders: Differences["folders"]): OwnFile[] {
    return Object.values(folders).flatMap((files, folder) =>
        Object.entries(files).map(([path, content], index) => ({ folder, path, key: `${folder}-${index}`, content })),
    );
}

function ownMount(mountPath: string, index: number): V1VolumeMount {
    return { name: `own-${index}`, mountPath, readOnly: true };
}

function ownVolume(secretName: string, files: readonly OwnFile[], index: number): V1Volume {
    const items = files.filter(({ folder }) => folder === index).map(({ key, path }) => ({ key, path }));
    return { name: `own-${index}`, secret: { secretName, defaultMode: READ_ONLY, items } };
}
