// What a workload is, on any platform: roles describe theirs in these terms, a platform turns them into resources.
import * as pulumi from "@pulumi/pulumi";

import { field } from "../support/inputs";

/** Where a component runs. */
export const PlatformKind = {
    /** A Docker engine, local or remote. */
    Docker: "docker",
    /** A Kubernetes cluster. */
    Kubernetes: "kubernetes",
} as const;
export type PlatformKind = (typeof PlatformKind)[keyof typeof PlatformKind];

/** How a caller gets to something that is called: part of every contract that is called. */
export interface Reach {
    /** Docker: the network to join. */
    network?: pulumi.Input<string>;
    /** Kubernetes: the namespace of the pods that listen. */
    namespace?: pulumi.Input<string>;
    /** Kubernetes: the labels of those pods. */
    podLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /**
     * Kubernetes: whether those pods refuse whom no policy admits, so that callers admit themselves. Only true of what
     * this package made: a policy that admits somebody refuses all others. @default false
     */
    guarded?: pulumi.Input<boolean>;
    /** The port that listens. */
    port?: pulumi.Input<number>;
    /** All ports that callers open. @default only `port` */
    ports?: pulumi.Input<pulumi.Input<number>[]>;
}

/** Whom a process calls or is called by. */
export interface Peer {
    /** The argument of the component that told of it, for messages. */
    argument: string;
    /** Where it is. */
    reach: pulumi.Input<Reach>;
}

/**
 * The value of an environment variable, by where it comes from.
 * Exactly one of the fields is set.
 */
export interface EnvironmentValue {
    /** A plain value. */
    value?: pulumi.Input<string>;
    /** A secret value: never visible in the description of the workload. */
    secret?: pulumi.Input<string>;
    /** A plain value in which {@link INSTANCE_NAME}, or what else a platform knows, stands for a field of the instance. */
    perInstance?: pulumi.Input<string>;
}

/** Stands for the name of the instance in {@link EnvironmentValue.perInstance}. */
export const INSTANCE_NAME = "$(INSTANCE_NAME)";

/** Stands for the host name of all instances together, ready or not, in {@link EnvironmentValue.perInstance}. */
export const INSTANCE_PEERS = "$(INSTANCE_PEERS)";

/** One file of a {@link FileMount}. */
export interface WorkloadFile {
    content: pulumi.Input<string>;
    /** Whether the content is secret. */
    secret?: boolean;
}

/** A folder of files that the workload reads at its start; a changed file replaces the instances, one at a time. */
export interface FileMount {
    /** Names the mount: part of its resources' names. */
    name: string;
    /** The folder's path in the container. */
    path: string;
    /** The files by their path below the folder. */
    files: Record<string, WorkloadFile>;
    /** Whether the process may write beside the files (what it writes is lost with the next change). */
    writable?: boolean;
}

/** A folder of files that others declare while the process runs, and that the process watches. */
export interface WatchedFolder {
    name: string;
    path: string;
    /** The workload's own files by their names: there before its first instance starts; a change replaces no instance. */
    files?: Record<string, WorkloadFile>;
}

/** A volume of each instance that outlives its container. */
export interface DataVolume {
    name: string;
    path: string;
    /** Whether it stays when the environment is destroyed. */
    keep?: boolean;
    /** Kubernetes: its size in mebibytes; a volume of a Docker engine has none. @default 1024 */
    mebibytes?: number;
    /** A folder of the image whose owner a new volume gets: for a `path` at which the image has no folder. */
    ownedAs?: string;
}

/** A folder that is writable and vanishes with the container. */
export interface Scratch {
    path: string;
    mebibytes: number;
    /** Whether files in it may be executed. */
    executable?: boolean;
}

/** How the image is asked over HTTP from inside itself: what it has on board. */
export type HttpClient = "wget" | "python" | "none";

/**
 * Seconds from one check to the next, for a part that should be known to be ready soon. Each check is a process in the
 * container: checks every two seconds would take a good part of a core for an environment that does nothing.
 */
export const CHECK_INTERVAL = 5;

/**
 * The liveness of a process that listens on a port: for a minute it took no connection, so it is beyond help. One that
 * is not ready may wait for others, or have much to do.
 */
export function takesConnections(port: number, startPeriod: number): Probe {
    return { tcp: port, interval: 10, timeout: 5, retries: 6, startPeriod };
}

/** A check of an instance. Exactly one of `http`, `tcp` and `command` is set. */
export interface Probe {
    http?: { port: number; path: string; host?: string };
    /** The port that must take connections. */
    tcp?: number;
    command?: string[];
    /** Seconds from one check to the next. */
    interval: number;
    /** Seconds after which a check counts as failed. */
    timeout: number;
    /** Failed checks in a row until the instance counts as unhealthy. */
    retries: number;
    /** Seconds from the start in which failed checks do not count. */
    startPeriod: number;
}

/** A port published on the host or by the cluster's load balancer. */
export interface PublishedPort {
    /** The port that the process listens on. */
    internal: number;
    /** The port outside. */
    external: number;
    /** The address it is bound to, e.g. `127.0.0.1`. */
    address: string;
    /** Whether it is for people on the machine itself: a cluster does not publish it, but forwards it on demand. */
    local?: boolean;
}

/** Where each instance tells of itself in Prometheus' text format. */
export interface MetricsPort {
    port: number;
    path: string;
}

/** The user a process runs as. Never root. */
export interface ProcessUser {
    uid: number;
    gid: number;
}

/** What a process needs to run: common to {@link Workload}, {@link Task} and {@link ScheduledTask}. */
export interface Process {
    /** The logical name: unique in the stack, the prefix of its resources' names. */
    name: string;
    /** The role, for the labels: `storage`, `retention`, `collector`, `query`, `ingress`, `app`. */
    role: string;
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** The image's reference. */
    image: pulumi.Input<string>;
    /** Replaces the image's command. */
    command?: pulumi.Input<string>[];
    environment?: Record<string, EnvironmentValue>;
    fileMounts?: FileMount[];
    scratch?: Scratch[];
    /** The memory limit in mebibytes. */
    memory: number;
    user: ProcessUser;
    /** What it calls: it connects itself to each. */
    calls?: readonly Peer[];
    /** Who calls it without being told of it: it lets each in. */
    calledBy?: readonly Peer[];
    /** Docker: existing networks to join besides. */
    joins?: pulumi.Input<string>[];
    /** Whether it may call anything outside. */
    egress?: boolean;
    /** What must be there before it starts. */
    dependsOn?: pulumi.Input<pulumi.Resource[]>;
}

/** How a changed instance takes the place of the one before. */
export const Replacement = {
    /** The old one goes first: what others address by its name, what publishes a port, what holds data. */
    InPlace: "in-place",
    /**
     * The new ones come first, and the old ones go at the end, when those who call them by {@link
     * PlacedWorkload.instances} have been told of the new ones. For a while both are there.
     */
    Beside: "beside",
} as const;
export type Replacement = (typeof Replacement)[keyof typeof Replacement];

/** See {@link Workload.settled}. */
export interface Settling {
    /** A line of a shell that fails while it does not hold; it may write to `/tmp`. */
    command: string;
    /** What it reads. */
    fileMounts: FileMount[];
}

/** A long-running process with its instances. */
export interface Workload extends Process {
    /** How many instances run. */
    replicas: number;
    /** Whether it makes a connection for each request that it passes on, as it does where the platform balances. */
    connectsPerRequest?: boolean;
    /** Up to how many run when they have much to do; as many as `replicas` when it is not given. */
    maxReplicas?: number;
    /** How a changed instance takes the place of the one before. @default in-place */
    replacement?: Replacement;
    httpClient: HttpClient;
    /** Says that an instance can do its work: nothing that depends on it starts before. */
    readiness: Probe;
    /** Seconds a create waits for the readiness of an instance. */
    readyTimeout: number;
    /**
     * What must hold once after each start of an instance, before its readiness counts: that a cluster of several has come
     * to rest, so that the next one may go. Not on Docker, where the one instance is asked for its readiness alone.
     */
    settled?: Settling;
    /** Says that an instance is beyond help, and is to be started anew. Not on Docker, which never does that. */
    liveness?: Probe;
    /** The port that others call, if they do: the workload then owns what callers join. */
    offers?: number;
    /** All ports that it listens on for others, by their names; Docker shows every port of a container. */
    ports?: Record<string, number>;
    /** Where it is scraped; not one of `ports`, for callers have nothing to do there. */
    metrics?: MetricsPort;
    /**
     * Ports on which instances call one another, by their names, also before they are ready. Where there are any, {@link
     * INSTANCE_PEERS} stands for the host name of all of them. Not on Docker.
     */
    peers?: Record<string, number>;
    /**
     * The names of those `ports` whose callers find each instance and spread over them by themselves. Callers of the
     * others are led to one that is ready at each connection.
     */
    spread?: string[];
    volumes?: DataVolume[];
    /**
     * A program that looks at the volumes, which it may only read, before anything of an instance is replaced. When it
     * fails, all stays as it is.
     */
    dataCheck?: string[];
    watched?: WatchedFolder[];
    publishes?: PublishedPort[];
    /** Seconds from the request to stop until the process is killed. */
    stopGrace: number;
    /**
     * Seconds before that request in which callers already go elsewhere, and the instance still serves those who have
     * not heard. On Docker callers are told by whoever declares their routes.
     */
    drain?: number;
}

/** A process that runs to its end, once per change of what it is made of. */
export interface Task extends Process {
    command: pulumi.Input<string>[];
    /** Seconds a create waits for its end. */
    timeout: number;
}

/** A process that runs to its end again and again. */
export interface ScheduledTask extends Process {
    /** One run; it fails when it ends with another exit code than 0. */
    command: pulumi.Input<string>[];
    /** Seconds from the beginning of one run to that of the next; the first begins at once. */
    interval: number;
    /** Intervals without a run that succeeded after which it counts as unhealthy. */
    misses: number;
    /** Seconds a create waits for the first run that succeeds. */
    readyTimeout: number;
}

/** What a platform made of a workload. */
export interface PlacedWorkload {
    /** The host name by which callers address all instances together. */
    host: pulumi.Output<string>;
    /** Host and port by which callers open one of the ports that it listens on. */
    addressOf(port: number): pulumi.Output<string>;
    /** The host name of each instance, once it is ready; only the common one where the platform balances. */
    instances: pulumi.Output<string>[];
    /** How callers get there; only when the workload offers a port. */
    reach?: Reach;
    /** The address or name at which its published ports are reached; empty when it publishes none. */
    publishedAt: pulumi.Output<string>;
    /**
     * The networks, as CIDR, from which requests to published ports come; nothing else is on them. Undefined where the
     * platform itself keeps others away.
     */
    publishedFrom: pulumi.Output<string[] | undefined>;
    /** Where others declare the files of each watched folder, by the folder's name. */
    folders: Record<string, FolderReference>;
    /** Resources that exist once every instance is ready. */
    ready: pulumi.Resource[];
}

/** Where files of a watched folder are declared. */
export interface FolderReference {
    /** Docker: the volume. */
    volume?: pulumi.Input<string>;
    /** Docker: an image with a shell, from which the file is written. */
    image?: pulumi.Input<string>;
    /** Kubernetes: the namespace of the two below. */
    namespace?: pulumi.Input<string>;
    /** Kubernetes: the ConfigMap whose keys are the files. */
    configMap?: pulumi.Input<string>;
    /** Kubernetes: the Secret whose keys are the secret files. */
    secret?: pulumi.Input<string>;
}

/**
 * A file declared in a watched folder of some workload, of this or of another stack. It counts as there when who
 * watches the folder has had the time to act on it.
 */
export interface DeclaredFile {
    /** The logical name: unique in the stack. */
    name: string;
    /** The file's name in the folder. */
    file: pulumi.Input<string>;
    content: pulumi.Input<string>;
    /** Whether the content is secret: then only the user below can read the file. */
    secret?: boolean;
    folder: pulumi.Input<FolderReference>;
    user: ProcessUser;
}

/** A key of a Secret of the cluster that others keep. */
export interface SecretKey {
    /** The logical name under which it is read: unique in the stack. */
    name: string;
    namespace: string;
    secret: string;
    key: string;
}

/** A controller of the cluster that takes routes. Exactly one of `ingressClass` and `gateway` is set. */
export interface IngressControllerArgs {
    /** The class of Ingress objects that it looks at, e.g. `nginx`. */
    ingressClass?: string;
    /** The Gateway (Gateway API) that HTTPRoutes are attached to. */
    gateway?: GatewayArgs;
    /** The Secret with the certificate, in the apps' namespace; with `ingressClass`. @default none */
    tlsSecret?: string;
    /** Annotations of each route's object, for what only this controller knows. @default none */
    annotations?: { [key: string]: string };
}

/** A Gateway of the Gateway API. */
export interface GatewayArgs {
    /** Its name. */
    name: string;
    /** Its namespace; it must let routes of the apps' namespace in. @default the apps' */
    namespace?: string;
    /** The listener to attach to. @default all that take the host */
    listener?: string;
}

/** A route at a controller that exists already. */
export interface ControllerRoute {
    /** The logical name: unique in the stack. */
    name: string;
    /** The host that the request names; any when it is not given. */
    host?: string;
    /** What the path starts with; any when it is not given. */
    pathPrefix?: string;
    controller: IngressControllerArgs;
    /** The workload that answers, by its logical name, and the port that it listens on. */
    backend: { name: string; port: number };
    labels?: Process["labels"];
}

/** What a platform is told about the component that asks it. */
export interface Scope {
    /** The parent of all resources. */
    parent: pulumi.Resource;
    /** Tells two clones of the same project and stack apart. */
    environmentId?: string;
    /** Docker: the subnet of the network that a workload owns; the engine chooses when it is not given. */
    subnet?: string;
    /** Kubernetes: where and how its workloads run. */
    kubernetes?: KubernetesPlace;
}

/** Who answers names in a cluster: pods may always ask them. */
export interface ClusterDnsArgs {
    /** The namespace of the name servers. @default kube-system */
    namespace?: string;
    /** The labels of their pods. @default k8s-app: kube-dns */
    podLabels?: { [key: string]: string };
    /** The port that the pods listen on, which is not always that of their Service. @default 53 */
    port?: number;
    /** Addresses of name servers that are no pods, as CIDR, e.g. `169.254.20.10/32` of a cache on each node. @default none */
    addresses?: string[];
}

/** Pods that may scrape metrics, such as Prometheus. */
export interface MetricsPeerArgs {
    /** Their namespace, e.g. `monitoring`. */
    namespace: string;
    /** Their labels. @default all pods of the namespace */
    podLabels?: { [key: string]: string };
}

/** What only a Kubernetes cluster has, for each component. */
export interface KubernetesArgs {
    /** The namespace, which exists already; required on Kubernetes. */
    namespace?: pulumi.Input<string>;
    /** The CPU that is reserved for each instance, e.g. `250m` or `1`. There is no limit. @default 100m */
    cpu?: string;
    /** Who answers names. @default CoreDNS as clusters have it */
    dns?: ClusterDnsArgs;
    /** Names of Secrets of the namespace with logins of image registries. @default none */
    imagePullSecrets?: string[];
    /** Who may open the ports with metrics. @default nobody */
    metricsPeers?: MetricsPeerArgs[];
}

/** How published ports are reached from outside of a cluster. */
export const ServiceType = {
    /** By a load balancer that the cluster's provider makes. */
    LoadBalancer: "LoadBalancer",
    /** By a port of each node. */
    NodePort: "NodePort",
    /** Not at all: only from inside, or by what stands in front. */
    ClusterIP: "ClusterIP",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** Where and how the workloads of a component run on a cluster. */
export interface KubernetesPlace extends KubernetesArgs {
    /** The class of volumes. @default the cluster's default class */
    storageClass?: string;
    /** How published ports are reached. @default LoadBalancer */
    serviceType?: string;
}

/** The namespace of an environment. */
export interface Namespace {
    /** The logical name. */
    name: string;
    /** Its name in the cluster; made from the project, the stack and the environment id when it is not given. */
    called?: string;
    /** Whether it stays, with what is kept in it, when the environment is destroyed. */
    keep?: boolean;
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Turns workloads into resources. */
export interface Platform {
    kind: PlatformKind;
    /**
     * Whether callers find all instances of a workload behind one name, and are led to one that is ready at each
     * connection: who calls it then need not look after single instances, but should come back with new connections.
     */
    balances: boolean;
    /** Resource attributes (OpenTelemetry) that the platform knows of each instance, for {@link EnvironmentValue.perInstance}. */
    instanceAttributes: Readonly<Record<string, string>>;
    /** Makes the namespace of an environment; undefined where a platform has no such thing. */
    namespace(namespace: Namespace, scope: Scope): pulumi.Output<string> | undefined;
    /** Makes the instances of a workload and what they need, one after the other, each ready before the next. */
    workload(workload: Workload, scope: Scope): PlacedWorkload;
    /** Runs a process to its end; the result is there when it succeeded, and fails with its logs when it did not. */
    task(task: Task, scope: Scope): pulumi.Output<pulumi.Resource[]>;
    /** Runs a process again and again; the resource is there once a run succeeded. */
    schedule(task: ScheduledTask, scope: Scope): pulumi.Resource;
    /** Reads a secret that others keep in the cluster. */
    secretValue(key: SecretKey, scope: Scope): pulumi.Output<string>;
    /** Declares a route at a controller that exists already. */
    declareRoute(route: ControllerRoute, scope: Scope): pulumi.Resource;
    /** Declares a file in a watched folder; removes it when it is destroyed. */
    declareFile(file: DeclaredFile, scope: Scope): pulumi.Resource;
}

/** Whom a contract means that a component was given as an argument. */
export function peerOf(argument: string, contract: pulumi.Input<{ reach?: pulumi.Input<Reach> }>): Peer {
    return { argument, reach: field(contract, "reach").apply((reach): Reach => reach ?? {}) };
}

/** How callers get to a workload that offers a port. */
export function reachOf(placed: PlacedWorkload): Reach {
    if (!placed.reach) {
        throw new Error("this workload offers no port, so there is nothing to reach");
    }
    return placed.reach;
}
