// Where the instances of an environment run, as the commands look at them: a Docker engine or a Kubernetes cluster.
import { Stack } from "../stack";
import { Membership, membershipOf } from "../stack/membership";
import { asRecord, ClusterAddress, setting } from "../stack/settings";
import { DockerRuntime } from "./docker";
import { KubernetesRuntime } from "./kubernetes";

/** One process of an environment: a container, or a pod. */
export interface Instance {
    id: string;
    /** Its name for people. */
    name: string;
    /** What it is in the environment, e.g. `collector`. */
    component: string;
    running: boolean;
    /** Whether it is, or was not long ago, between two starts. */
    restarting: boolean;
    /** What ails it, in the platform's own words; undefined when nothing does. */
    trouble: string | undefined;
    /** Kubernetes: its address in the cluster. */
    address?: string;
}

/** How much of a log is read. */
export interface LogPart {
    /** Milliseconds since the epoch. @default from its beginning */
    since?: number;
    /** So many lines from its end. */
    lines: number;
}

/** What the commands ask of where an environment runs. */
export interface Runtime {
    /** What one of its processes is called. */
    readonly noun: "container" | "pod";
    /** All instances of the environment; none when it can't be asked. */
    instances(): Promise<Instance[]>;
    /** What the platform says against those that it can't even begin to run, a line each; none when it can't be asked. */
    warnings(): Promise<string[]>;
    /** The end of an instance's log; empty when it can't be read. */
    log(instance: Pick<Instance, "id">, part: LogPart): Promise<string>;
    /** Runs a program in an instance and gives what it printed. Rejects when it fails, with what it complained of. */
    run(instance: Pick<Instance, "id">, command: readonly string[], input?: string): Promise<string>;
}

/** The cluster that an environment runs in. */
export interface EnvironmentCluster extends ClusterAddress {
    /** @default all are searched */
    namespace?: string;
}

/** The runtime of an environment: in a cluster where one is given, else the engine that DOCKER_HOST names. */
export function runtimeOf(membership: Membership, cluster: EnvironmentCluster | undefined, env: NodeJS.ProcessEnv): Runtime {
    return cluster ? new KubernetesRuntime(membership, cluster) : new DockerRuntime(membership, env);
}

/** The runtime of a stack. */
export function runtimeOfStack(stack: Pick<Stack, "name" | "project" | "settings" | "cluster" | "env">): Runtime {
    // Who may look into the namespace that is named may not look into all.
    const { namespace } = asRecord(setting(stack.settings, stack.project.name, "kubernetes"));
    const cluster = stack.cluster && { ...stack.cluster, ...(typeof namespace === "string" ? { namespace } : {}) };
    return runtimeOf(membershipOf(stack), cluster, stack.env);
}
