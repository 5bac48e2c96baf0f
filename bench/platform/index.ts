// Where the benchmarks' stack runs, as far as they must know: a Docker engine or the local Kubernetes cluster.
import { Platform } from "../../toolchain/executables";
import { Stack } from "../../scripts/stack";
import { DockerPlatform } from "./docker";
import { KubernetesPlatform } from "./kubernetes";

/** A process that is measured. */
export interface Measured {
    /** Its address, which this machine can open. */
    address: string;
    /** The CPU that it has used, in seconds. */
    cpuSeconds(): Promise<number>;
}

/** An instance beside the stack's own: made like one of its. */
export interface Beside extends Measured {
    /** The end of what it has logged. */
    log(): Promise<string>;
    /** Stops it as an operator would, so that it still writes what it holds, and removes it. */
    stop(): Promise<void>;
}

/** What an instance beside the stack's own has otherwise than its model. */
export interface Differences {
    /** The role that it talks with, besides this machine. */
    peer: string;
    /** The folders that are not the model's, with their files by the path below them. */
    folders: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Variables that have other values; undefined takes one away. */
    environment?: Readonly<Record<string, string | undefined>>;
    /** The processor that it runs on. @default any */
    cpu?: number;
}

/** What benchmarks ask of a platform. */
export interface BenchPlatform {
    /** The first running instance of a role of the stack. */
    instance(role: string): Promise<Measured>;
    /** Starts an instance like that of a role; what answers in it may not be ready yet. */
    start(role: string, differences: Differences): Promise<Beside>;
    /** The address at which instances of a role reach this machine. */
    hostAddress(role: string): Promise<string>;
    /** Stops all instances of the stack; Pulumi's state does not notice. */
    stopAll(): Promise<void>;
    /** Removes what an interrupted run has left beside the stack. */
    removeBeside(): Promise<void>;
    /** Removes all that bears the stack's labels, also what is in no state. */
    removeMade(): Promise<void>;
}

const PLATFORMS: Readonly<Record<Platform, (stack: Stack) => BenchPlatform>> = {
    docker: (stack) => new DockerPlatform(stack),
    kubernetes: (stack) => new KubernetesPlatform(stack),
};

/** The platform of a stack. */
export function benchPlatformOf(stack: Stack): BenchPlatform {
    return PLATFORMS[stack.platform](stack);
}
