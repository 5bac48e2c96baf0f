// Persistent volumes as folders of the node: which are to be made, grown and removed.
import * as path from "node:path";

import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from "@kubernetes/client-node";

import { bytes } from "./quantities";

/** The provisioner's name in a StorageClass. */
export const PROVISIONER = "traced-environment/local-volume";

/** What the cluster holds. */
export interface Storage {
    claims: readonly V1PersistentVolumeClaim[];
    volumes: readonly V1PersistentVolume[];
    classes: readonly V1StorageClass[];
}

/** What is to be done. */
export type VolumeAction =
    | { kind: "make"; folder: string; volume: V1PersistentVolume }
    | { kind: "grow"; volume: string; claim: { namespace: string; name: string }; size: string }
    | { kind: "remove"; folder: string; volume: string };

/** What Kubernetes writes on a claim that waits for a provisioner, and a provisioner on its volumes. */
const WAITS_FOR = "volume.kubernetes.io/storage-provisioner";
const MADE_BY = "pv.kubernetes.io/provisioned-by";

/**
 * What is to be done for the claims and volumes as they are. `folder` is that of the volumes' folders, `node` the
 * name of the node that they are on.
 *
 * A volume is of the kind `local`, to which the kubelet applies a pod's `fsGroup`; to a `hostPath` it does not. A
 * claim's size is not enforced: all volumes share the node's disk.
 */
export function volumeActions(storage: Storage, folder: string, node: string): VolumeAction[] {
    return [
        ...storage.claims.flatMap((claim) => make(claim, storage, folder, node)),
        ...storage.claims.flatMap((claim) => grow(claim, storage.volumes)),
        ...storage.volumes.filter(isOurs).flatMap((volume) => remove(volume, folder)),
    ];
}

function make(claim: V1PersistentVolumeClaim, storage: Storage, folder: string, node: string): VolumeAction[] {
    const { metadata, spec } = claim;
    const storageClass = storage.classes.find((each) => each.metadata?.name === spec?.storageClassName);
    const name = `pvc-${metadata?.uid}`;
    const waits = metadata?.annotations?.[WAITS_FOR] === PROVISIONER && spec?.volumeName === undefined;
    const there = storage.volumes.some((volume) => volume.metadata?.name === name);
    if (!waits || there || !storageClass || metadata?.deletionTimestamp) {
        return [];
    }
    const place = path.join(folder, name);
    return [
        {
            kind: "make",
            folder: place,
            volume: {
                apiVersion: "v1",
                kind: "PersistentVolume",
                metadata: { name, annotations: { [MADE_BY]: PROVISIONER } },
                spec: {
                    capacity: { storage: requested(claim)! },
                    accessModes: spec?.accessModes,
                    volumeMode: "Filesystem",
                    storageClassName: spec?.storageClassName,
                    persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
                    claimRef: {
                        apiVersion: "v1",
                        kind: "PersistentVolumeClaim",
                        namespace: metadata?.namespace,
                        name: metadata?.name,
                        uid: metadata?.uid,
                    },
                    local: { path: place },
                    nodeAffinity: {
                        required: {
                            nodeSelectorTerms: [
                                {
                                    matchExpressions: [
                                        { key: "kubernetes.io/hostname", operator: "In", values: [node] },
                                    ],
                                },
                            ],
                        },
                    },
                },
            },
        },
    ];
}

// Kubernetes lets a claim ask for more only when its class allows it.
function grow(claim: V1PersistentVolumeClaim, volumes: readonly V1PersistentVolume[]): VolumeAction[] {
    const volume = volumes.find((each) => each.metadata?.name === claim.spec?.volumeName);
    const size = requested(claim);
    if (!volume || !isOurs(volume) || claim.status?.phase !== "Bound" || size === undefined) {
        return [];
    }
    const held = [volume.spec?.capacity?.storage, claim.status.capacity?.storage];
    if (held.every((each) => each !== undefined && bytes(each) >= bytes(size))) {
        return [];
    }
    return [
        {
            kind: "grow",
            volume: volume.metadata!.name!,
            claim: { namespace: claim.metadata!.namespace!, name: claim.metadata!.name! },
            size,
        },
    ];
}

// The folder is that of the volume's name: one that somebody else wrote into a volume could be any.
function remove({ metadata, spec, status }: V1PersistentVolume, folder: string): VolumeAction[] {
    const released = status?.phase === "Released" && spec?.persistentVolumeReclaimPolicy === "Delete";
    const name = metadata!.name!;
    return released && !metadata?.deletionTimestamp
        ? [{ kind: "remove", folder: path.join(folder, name), volume: name }]
        : [];
}

function isOurs(volume: V1PersistentVolume): boolean {
    return volume.metadata?.annotations?.[MADE_BY] === PROVISIONER;
}

function requested(claim: V1PersistentVolumeClaim): string | undefined {
    return claim.spec?.resources?.requests?.storage;
}
