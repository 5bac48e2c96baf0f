// Whether objects of a kind lie in a namespace: the server knows, and of the usual kinds we do without it.
import { Api, UnknownKindError } from "./api";
import type { ObjectKind } from "./objects";

/** By group and kind: those that lie in no namespace. */
const CLUSTER_SCOPED = new Set([
    "/Namespace",
    "/Node",
    "/PersistentVolume",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/CustomResourceDefinition",
    "apiregistration.k8s.io/APIService",
    "certificates.k8s.io/CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/FlowSchema",
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
    "gateway.networking.k8s.io/GatewayClass",
    "networking.k8s.io/IngressClass",
    "node.k8s.io/RuntimeClass",
    "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding",
    "scheduling.k8s.io/PriorityClass",
    "storage.k8s.io/CSIDriver",
    "storage.k8s.io/CSINode",
    "storage.k8s.io/StorageClass",
    "storage.k8s.io/VolumeAttachment",
]);

/** Groups of Kubernetes itself, of whose kinds the list above is whole. */
const KNOWN_GROUPS = /^(|apps|autoscaling|batch|policy|[a-z.]+\.k8s\.io)$/;

/** Whether objects of the kind lie in a namespace. A custom kind that the server does not know is taken to. */
export async function isNamespaced(kind: ObjectKind, api: Api | undefined): Promise<boolean> {
    if (CLUSTER_SCOPED.has(`${kind.group}/${kind.kind}`)) {
        return false;
    }
    if (KNOWN_GROUPS.test(kind.group) || !api) {
        return true;
    }
    try {
        return (await api.place(kind)).namespaced;
    } catch (error) {
        if (error instanceof UnknownKindError) {
            return true;
        }
        throw error;
    }
}
