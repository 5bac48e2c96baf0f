// The volumes of a StatefulSet's instances: their claims, and how a new one becomes the process's own.
import * as kubernetes from "@pulumi/kubernetes";

import { DataVolume, Scope, Workload } from "../workload";
import { nameOf, namespaceOf, selectorOf } from "./metadata";
import { initContainer } from "./pod";
import { claimProblem, refusing } from "./refusals";

/** The size of a volume when nothing is said, in mebibytes. */
const DEFAULT_SIZE = 1024;

/** Where the steps before the process see the whole volumes. */
const VOLUMES = "/volumes";

/** The claim of each volume. Its labels can't be changed later: so only those that select. */
export function claimTemplates(
    workload: Workload,
    scope: Scope,
): kubernetes.types.input.core.v1.PersistentVolumeClaim[] {
    const { storageClass } = scope.kubernetes ?? {};
    return (workload.volumes ?? []).map(({ name, mebibytes = DEFAULT_SIZE }) => ({
        metadata: { name, labels: selectorOf(workload, scope) },
        spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storageClass ? { storageClassName: storageClass } : {}),
            resources: { requests: { storage: `${mebibytes}Mi` } },
        },
    }));
}

/**
 * Asks for the size of each instance's claim: what the template says counts for new claims alone. The cluster made the
 * claims, so they stay when this goes.
 */
export function sizeClaims(workload: Workload, set: kubernetes.apps.v1.StatefulSet, scope: Scope): void {
    const name = nameOf(workload, scope);
    const instances = Array.from({ length: workload.replicas }, (_, index) => index);
    for (const { name: volume, mebibytes = DEFAULT_SIZE } of workload.volumes ?? []) {
        for (const index of instances) {
            const logical = `${workload.name}-${volume}-${index}`;
            new kubernetes.core.v1.PersistentVolumeClaimPatch(
                logical,
                {
                    metadata: {
                        namespace: namespaceOf(workload, scope),
                        name: `${volume}-${name}-${index}`,
                        // The size is said by the cluster too, which made the claim.
                        annotations: { "pulumi.com/patchForce": "true" },
                    },
                    spec: { resources: { requests: { storage: `${mebibytes}Mi` } } },
                },
                {
                    parent: scope.parent,
                    dependsOn: [set],
                    retainOnDelete: true,
                    hooks: refusing(logical, claimProblem),
                },
            );
        }
    }
}

/** Whether claims go with their set; all do or none. */
export function retention({ volumes = [] }: Workload) {
    return { whenDeleted: volumes.some(({ keep }) => keep) ? "Retain" : "Delete", whenScaled: "Retain" };
}

/** A folder of the volume, not the volume itself: that one may hold `lost+found`, and never belongs to the process. */
const folderOf = ({ name }: DataVolume) => name;

/** The volumes as the process sees them. */
export function volumeMounts({ volumes = [] }: Workload): kubernetes.types.input.core.v1.VolumeMount[] {
    return volumes.map((volume) => ({ name: volume.name, mountPath: volume.path, subPath: folderOf(volume) }));
}

/** What runs before the process: makes its folders, and lets it look at its data. */
export function volumeSteps(workload: Workload): kubernetes.types.input.core.v1.Container[] {
    const { volumes = [], dataCheck } = workload;
    if (volumes.length === 0) {
        return [];
    }
    const folders = volumes.map((volume) => `${VOLUMES}/${volume.name}/${folderOf(volume)}`);
    return [
        initContainer(
            "volumes",
            workload,
            ["/bin/sh", "-c", 'for folder; do [ -d "$folder" ] || mkdir -m 0750 "$folder" || exit 1; done', "volumes", ...folders],
            volumes.map(({ name }) => ({ name, mountPath: `${VOLUMES}/${name}` })),
        ),
        ...(dataCheck
            ? [
                  initContainer(
                      "data-check",
                      workload,
                      dataCheck,
                      volumeMounts(workload).map((mount) => ({ ...mount, readOnly: true })),
                  ),
              ]
            : []),
    ];
}
