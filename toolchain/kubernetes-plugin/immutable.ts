// Which fields of an object can't be changed in place, so that a change of them replaces the object.
import { kindOf, KubeObject } from "./objects";

/** Provider settings that decide whether data is replaced or changed in place. */
export interface Mutability {
    enableConfigMapMutable: boolean;
    enableSecretMutable: boolean;
}

const IDENTITY = ["metadata.name", "metadata.namespace"];

/** Fields of a pod that can't be changed, which are nearly all. */
const POD = [
    ...["affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases"],
    ...["hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead"],
    ...["preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName"],
    ...["schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace"],
    ...["subdomain", "terminationGracePeriodSeconds", "volumes", "containers", "initContainers"],
];

/** The kinds of volumes that a PersistentVolume can be of. */
const VOLUME_SOURCES = [
    ...["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker"],
    ...["gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk"],
    ...["portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"],
];

/** By group and kind: the fields for which the official provider replaces an object. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
    "apps/DaemonSet": ["spec.selector"],
    "apps/Deployment": ["spec.selector"],
    "apps/StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
    "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
    "/Pod": POD.map((field) => `spec.${field}`),
    "/ResourceQuota": ["spec.scopes"],
    "/Secret": ["type"],
    "/Service": ["spec.clusterIP"],
    "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
    "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** The fields whose change replaces an object, as paths with dots; a patch is replaced only for its identity. */
export function replacingFields(inputs: KubeObject, isPatch: boolean, mutability: Mutability): string[] {
    if (isPatch) {
        return IDENTITY;
    }
    const { group, kind } = kindOf(inputs);
    return [...IDENTITY, ...(FIELDS[`${group}/${kind}`] ?? []), ...dataFields(inputs, group, kind, mutability)];
}

function dataFields(inputs: KubeObject, group: string, kind: string, mutability: Mutability): string[] {
    const immutable = inputs.immutable === true;
    if (group !== "") {
        return [];
    }
    if (kind === "ConfigMap" && (immutable || !mutability.enableConfigMapMutable)) {
        return ["binaryData", "data"];
    }
    return kind === "Secret" && (immutable || !mutability.enableSecretMutable) ? ["data", "stringData"] : [];
}
