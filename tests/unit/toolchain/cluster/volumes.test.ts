// Persistent volumes of the local cluster: which are made, grown and removed, and how sizes are read.
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from "@kubernetes/client-node";

import { bytes } from "../../../../toolchain/cluster-controller/quantities";
import { PROVISIONER, volumeActions } from "../../../../toolchain/cluster-controller/volumes";

const CLASSES: V1StorageClass[] = [{ metadata: { name: "standard" }, provisioner: PROVISIONER, reclaimPolicy: "Retain" }];

function claim(further: Partial<V1PersistentVolumeClaim["spec"]> = {}, status = {}): V1PersistentVolumeClaim {
    return {
        metadata: {
            namespace: "shop",
            name: "data",
            uid: "1-2",
            annotations: { "volume.kubernetes.io/storage-provisioner": PROVISIONER },
        },
        spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "standard",
            resources: { requests: { storage: "1Gi" } },
            ...further,
        },
        status,
    };
}

function volume(further: { size?: string; phase?: string; reclaim?: string; madeBy?: string } = {}): V1PersistentVolume {
    const { size = "1Gi", phase = "Bound", reclaim = "Delete", madeBy = PROVISIONER } = further;
    return {
        metadata: { name: "pvc-1-2", annotations: { "pv.kubernetes.io/provisioned-by": madeBy } },
        spec: { capacity: { storage: size }, persistentVolumeReclaimPolicy: reclaim, local: { path: "/elsewhere" } },
        status: { phase },
    };
}

function actions(claims: V1PersistentVolumeClaim[], volumes: V1PersistentVolume[] = []) {
    return volumeActions({ claims, volumes, classes: CLASSES }, "/volumes", "node");
}

describe("a claim that waits for us", () => {
    test("gets a folder, and a local volume of what it asks for, on the node", () => {
        const [action, ...others] = actions([claim()]);
        expect(others).toEqual([]);
        expect(action).toMatchObject({
            kind: "make",
            folder: "/volumes/pvc-1-2",
            volume: {
                metadata: { name: "pvc-1-2", annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
                spec: {
                    capacity: { storage: "1Gi" },
                    accessModes: ["ReadWriteOnce"],
                    storageClassName: "standard",
                    persistentVolumeReclaimPolicy: "Retain",
                    claimRef: { namespace: "shop", name: "data", uid: "1-2" },
                    local: { path: "/volumes/pvc-1-2" },
                },
            },
        });
        expect(JSON.stringify(action)).toContain('"key":"kubernetes.io/hostname","operator":"In","values":["node"]');
    });

    test.each<[string, V1PersistentVolumeClaim, V1PersistentVolume[]]>([
        ["has its volume already", claim(), [volume({ phase: "Available" })]],
        ["names a volume itself", claim({ volumeName: "mine" }), []],
        ["waits for another provisioner", { ...claim(), metadata: { ...claim().metadata, annotations: {} } }, []],
        ["is of a class that is gone", claim({ storageClassName: "gone" }), []],
        ["is going", { ...claim(), metadata: { ...claim().metadata, deletionTimestamp: new Date() } }, []],
    ])("but not one that %s", (_, each, volumes) => {
        expect(actions([each], volumes)).toEqual([]);
    });
});

describe("a bound claim", () => {
    const bound = (asked: string, held: string) =>
        claim(
            { volumeName: "pvc-1-2", resources: { requests: { storage: asked } } },
            { phase: "Bound", capacity: { storage: held } },
        );

    test.each<[string, string, string, string, number]>([
        ["asks for what it has", "1Gi", "1Gi", "1Gi", 0],
        ["has the same in another unit", "1024Mi", "1Gi", "1Gi", 0],
        ["asks for more", "2Gi", "1Gi", "1Gi", 1],
        ["was told of nothing yet", "2Gi", "1Gi", "2Gi", 1],
        ["has more than it asks for", "1Gi", "2Gi", "2Gi", 0],
    ])("%s", (_, asked, held, size, count) => {
        const grown = { kind: "grow", volume: "pvc-1-2", claim: { namespace: "shop", name: "data" }, size: asked };
        expect(actions([bound(asked, held)], [volume({ size })])).toEqual(Array(count).fill(grown));
    });

    test("of somebody else's volume is left alone", () => {
        expect(actions([bound("2Gi", "1Gi")], [volume({ madeBy: "other" })])).toEqual([]);
    });
});

describe("a volume whose claim is gone", () => {
    test.each<[string, V1PersistentVolume, number]>([
        ["is removed, with the folder of its name and no other", volume({ phase: "Released" }), 1],
        ["stays when it is to be retained", volume({ phase: "Released", reclaim: "Retain" }), 0],
        ["stays when it is not ours", volume({ phase: "Released", madeBy: "other" }), 0],
        ["stays while it is bound", volume(), 0],
    ])("%s", (_, each, count) => {
        const removed = { kind: "remove", folder: "/volumes/pvc-1-2", volume: "pvc-1-2" };
        expect(actions([], [each])).toEqual(Array(count).fill(removed));
    });
});

test.each<[string, number]>([
    ["1Gi", 1024 ** 3],
    ["1.5Gi", 1.5 * 1024 ** 3],
    ["500M", 500e6],
    ["64Ki", 65536],
    ["2k", 2000],
    ["123", 123],
    ["1e3", 1000],
    ["much", NaN],
])("%s is %d bytes", (quantity, expected) => {
    expect(bytes(quantity)).toBe(expected);
});
