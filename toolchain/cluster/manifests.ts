// What a new cluster holds of its own: DNS, the rights of its processes, and the default StorageClass.
import { PROVISIONER } from "../cluster-controller/volumes";
import { VERSIONS } from "../versions";
import type { KubernetesObject } from "./api";
import { CONTROLLER } from "./credentials";
import { DNS_ADDRESS } from "./layout";

/** The image of CoreDNS. */
export const COREDNS_IMAGE = `docker.io/coredns/coredns:${VERSIONS.coredns}`;

const RBAC = "rbac.authorization.k8s.io";
const SYSTEM = "kube-system";
const COREDNS = "coredns";

/** As in other clusters: policies for DNS name the port of its pods. */
const DNS_PORT = 53;

/** The objects, in the order in which they are applied. */
export function manifests(): KubernetesObject[] {
    const name = "traced-environment:controller";
    return [
        ...role(name, { kind: "User", name: CONTROLLER.name, apiGroup: RBAC }, CONTROLLER_RULES),
        binding("traced-environment:kube-proxy", "system:node-proxier", {
            kind: "User",
            name: "system:kube-proxy",
            apiGroup: RBAC,
        }),
        {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: {
                name: "standard",
                annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
            },
            provisioner: PROVISIONER,
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
        },
        ...dns(),
    ];
}

const READ = ["get", "list", "watch"];
const CONTROLLER_RULES = [
    {
        apiGroups: [""],
        resources: ["namespaces", "pods", "services", "persistentvolumeclaims", "persistentvolumes"],
        verbs: READ,
    },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: READ },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["create", "patch", "delete"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims/status", "services/status"], verbs: ["patch"] },
    { apiGroups: [""], resources: ["events"], verbs: ["create"] },
];

interface Subject {
    kind: string;
    name: string;
    namespace?: string;
    apiGroup?: string;
}

function role(name: string, subject: Subject, rules: readonly object[]): KubernetesObject[] {
    return [
        { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules },
        binding(name, name, subject),
    ];
}

function binding(name: string, roleName: string, subject: Subject): KubernetesObject {
    return {
        apiVersion: `${RBAC}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name },
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: roleName },
        subjects: [subject],
    };
}

function dns(): KubernetesObject[] {
    const metadata = { name: COREDNS, namespace: SYSTEM };
    // The label that tools and NetworkPolicies know a cluster's DNS by.
    const labels = { "k8s-app": "kube-dns" };
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        ...role("traced-environment:coredns", { kind: "ServiceAccount", ...metadata }, [
            { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
            { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
        ]),
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: COREFILE } },
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { ...metadata, labels },
            spec: {
                replicas: 1,
                selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: dnsPod() },
            },
        },
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "kube-dns", namespace: SYSTEM, labels },
            spec: {
                clusterIP: DNS_ADDRESS,
                selector: labels,
                ports: [
                    { name: "dns", port: 53, targetPort: DNS_PORT, protocol: "UDP" },
                    { name: "dns-tcp", port: 53, targetPort: DNS_PORT, protocol: "TCP" },
                ],
            },
        },
    ];
}

const COREFILE = `.:${DNS_PORT} {
    errors
    health :8080 {
        lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 5
    }
    forward . /etc/resolv.conf
    cache 5
    reload
}
`;

function dnsPod(): object {
    return {
        serviceAccountName: COREDNS,
        // The machine's own resolver.
        dnsPolicy: "Default",
        priorityClassName: "system-cluster-critical",
        securityContext: {
            ...{ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
            // An ordinary user opens the port without a capability.
            sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(DNS_PORT) }],
        },
        containers: [
            {
                name: COREDNS,
                image: COREDNS_IMAGE,
                args: ["-conf", "/etc/coredns/Corefile"],
                ports: [
                    { name: "dns", containerPort: DNS_PORT, protocol: "UDP" },
                    { name: "dns-tcp", containerPort: DNS_PORT, protocol: "TCP" },
                ],
                readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
                livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 20 },
                resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "170Mi" } },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns" }],
            },
        ],
        volumes: [{ name: "configuration", configMap: { name: COREDNS } }],
    };
}
