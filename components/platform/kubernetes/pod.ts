// The pod of a process: its container, what it mounts, and what it may do.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { scrapeMarks } from "../labels";
import { Process, ProcessUser, Scope, Workload } from "../workload";
import { literal, variables } from "./environment";
import { MountedFiles, mountFiles, secretVariables } from "./files";
import { allLabels, metadata, nameOf, peersName, selectorOf, unlessEmpty } from "./metadata";
import { probeOf, settledProbe, startupProbe } from "./probe";

/** Seconds that a cluster may take besides: it places a pod and pulls its image, or takes it away. */
export const CLUSTER_TAKES = 60;

/** The CPU that is reserved when nothing is said. */
const DEFAULT_CPU = "100m";

/** What a pod has besides its process. */
export interface PodParts {
    /** Whether the command takes the place of the image's entrypoint too. */
    replacesEntrypoint?: boolean;
    restartPolicy?: string;
    volumes?: kubernetes.types.input.core.v1.Volume[];
    mounts?: kubernetes.types.input.core.v1.VolumeMount[];
    /** What runs before it, in this order. */
    initContainers?: kubernetes.types.input.core.v1.Container[];
    /** Only of a long-running process. */
    workload?: Workload;
    /** Seconds in which it still serves those who have not heard that it goes. */
    drain?: number;
}

/** What no container of ours may do. */
const RESTRICTED: kubernetes.types.input.core.v1.SecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
};

/** Who the pod's processes are. Volumes belong to a group of theirs, changed only where it is not so yet. */
function identity({ uid, gid }: ProcessUser): kubernetes.types.input.core.v1.PodSecurityContext {
    return {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: gid,
        fsGroup: gid === 0 ? uid : gid,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/**
 * Twice the ports to connect from that Linux gives by itself: each is taken for a minute after its connection is closed,
 * for the same address. All that our processes listen on are below. One of the settings that Pod Security admits
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
const MANY_PORTS = { sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "10000 65535" }] };

/** Memory is reserved as it is limited; CPU is reserved, and not limited, because a limit stalls whoever reaches it. */
export function resourcesOf(
    mebibytes: number,
    cpu = DEFAULT_CPU,
): kubernetes.types.input.core.v1.ResourceRequirements {
    return {
        requests: { cpu, memory: `${mebibytes}Mi`, "ephemeral-storage": "64Mi" },
        limits: { memory: `${mebibytes}Mi`, "ephemeral-storage": "1Gi" },
    };
}

/** A step before the process, in its image and with its memory. */
export function initContainer(
    name: string,
    process: Process,
    command: readonly string[],
    volumeMounts: kubernetes.types.input.core.v1.VolumeMount[],
): kubernetes.types.input.core.v1.Container {
    return {
        name,
        image: process.image,
        imagePullPolicy: "IfNotPresent",
        command: command.map(literal),
        resources: resourcesOf(Math.min(process.memory, 64)),
        securityContext: RESTRICTED,
        volumeMounts,
    };
}

/** Copies a mount's files over those of the image into the folder that can be written. */
function copyFiles(path: string, { mount, source }: MountedFiles, process: Process) {
    const writable = "/writable";
    return initContainer(
        `${String(mount.name)}`,
        process,
        ["/bin/sh", "-c", 'cp -rL "$1/." "$3/" && cp -rLf "$2"/* "$3/"', "copy", path, String(source?.mountPath), writable],
        [{ ...source, name: String(source?.name), mountPath: String(source?.mountPath) }, { ...mount, mountPath: writable }],
    );
}

/** Spreads the pods of a process over nodes and zones, as far as there are any. */
function spread(process: Process, scope: Scope): kubernetes.types.input.core.v1.TopologySpreadConstraint[] {
    return ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selectorOf(process, scope) },
    }));
}

/** What a long-running process has of its own: its ports, its probes, how it goes. */
function serving(workload: Workload, drain: number): Partial<kubernetes.types.input.core.v1.Container> {
    return {
        ports: Object.entries({
            ...workload.ports,
            ...workload.peers,
            ...(workload.metrics ? { metrics: workload.metrics.port } : {}),
        }).map(([name, containerPort]) => ({ name, containerPort })),
        // Who is started anew while it recovers its data begins again: one that has some is only waited for.
        ...((workload.volumes ?? []).length > 0 ? {} : { startupProbe: startupProbe(workload.readiness) }),
        readinessProbe: probeOf(
            workload.settled ? settledProbe(workload.readiness, workload.settled) : workload.readiness,
        ),
        ...(workload.liveness ? { livenessProbe: probeOf(workload.liveness) } : {}),
        ...(drain > 0 ? { lifecycle: { preStop: { sleep: { seconds: drain } } } } : {}),
    };
}

/** The account of a process: it has no token, for nothing here asks the cluster. */
export function serviceAccount(process: Process, scope: Scope): kubernetes.core.v1.ServiceAccount {
    return new kubernetes.core.v1.ServiceAccount(
        `${process.name}-account`,
        { metadata: metadata(process, scope, { name: nameOf(process, scope) }), automountServiceAccountToken: false },
        { parent: scope.parent },
    );
}

/** The template of a process's pods; makes what its container mounts. */
export function podTemplate(
    process: Process,
    account: kubernetes.core.v1.ServiceAccount,
    scope: Scope,
    parts: PodParts = {},
): kubernetes.types.input.core.v1.PodTemplateSpec {
    const environment = process.environment ?? {};
    const secret = secretVariables(environment, process, scope);
    const settling = parts.workload?.settled?.fileMounts ?? [];
    const mounts = [...(process.fileMounts ?? []), ...settling].map((mount) => ({ path: mount.path, ...mountFiles(mount, process, scope) }));
    const scratch = (process.scratch ?? []).map(({ path, mebibytes }, index) => ({
        volume: { name: `scratch-${index}`, emptyDir: { medium: "Memory", sizeLimit: `${mebibytes}Mi` } },
        mount: { name: `scratch-${index}`, mountPath: path },
    }));
    const command = process.command?.map((part) => pulumi.output(part).apply(literal));
    const { workload, drain = 0 } = parts;
    const place = scope.kubernetes ?? {};
    return {
        metadata: {
            labels: allLabels(process, scope),
            ...(workload?.metrics ? { annotations: scrapeMarks(workload.metrics) } : {}),
        },
        spec: {
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { ...identity(process.user), ...(workload?.connectsPerRequest ? MANY_PORTS : {}) },
            ...(place.imagePullSecrets ? { imagePullSecrets: place.imagePullSecrets.map((name) => ({ name })) } : {}),
            ...(parts.restartPolicy ? { restartPolicy: parts.restartPolicy } : {}),
            ...(workload
                ? {
                      terminationGracePeriodSeconds: workload.stopGrace + drain,
                      topologySpreadConstraints: spread(process, scope),
                  }
                : {}),
            initContainers: unlessEmpty([
                ...mounts
                    .filter(({ source }) => source !== undefined)
                    .map((mount) => copyFiles(mount.path, mount, process)),
                ...(parts.initContainers ?? []),
            ]),
            containers: [
                {
                    name: process.role,
                    image: process.image,
                    imagePullPolicy: "IfNotPresent",
                    // Secret variables of a Docker engine come by a launcher in the place of the entrypoint: so also here.
                    ...(command ? { [parts.replacesEntrypoint || secret ? "command" : "args"]: command } : {}),
                    env: unlessEmpty(variables(environment, secret, workload?.peers && peersName(workload, scope))),
                    resources: resourcesOf(process.memory, place.cpu),
                    securityContext: RESTRICTED,
                    volumeMounts: [
                        ...mounts.map(({ mount }) => mount),
                        ...scratch.map(({ mount }) => mount),
                        ...(parts.mounts ?? []),
                    ],
                    ...(workload ? serving(workload, drain) : {}),
                },
            ],
            volumes: [
                ...mounts.flatMap(({ volumes }) => volumes),
                ...scratch.map(({ volume }) => volume),
                ...(parts.volumes ?? []),
            ],
        },
    };
}
