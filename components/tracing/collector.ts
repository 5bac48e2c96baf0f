// JaegerCollector: takes spans by OTLP and writes them to the storage.
import * as pulumi from "@pulumi/pulumi";

import { CHECK_INTERVAL, KubernetesArgs, placingProblems, PlatformKind, platformOf, reachOf } from "../platform";
import { StorageConnection, StorageCredential } from "../storage/contract";
import {
    collectorConfiguration,
    durabilityWarning,
    PORTS,
    SAMPLING_FOLDER,
    STRATEGIES_FILE,
} from "./configuration";
import { OtlpEndpoint } from "./contract";
import { jaegerProcess, normalizeRole, storageOf } from "./role";
import { SamplingArgs, samplingProblems, samplingStrategies } from "./sampling";

/** What only a Docker engine has, for {@link JaegerCollector}. */
export interface JaegerCollectorDockerArgs {
    /** The subnet of the collector's network, e.g. `10.210.0.64/26`. @default chosen by the engine */
    subnet?: string;
}

/** What only a Kubernetes cluster has, for {@link JaegerCollector}. */
export interface JaegerCollectorKubernetesArgs extends KubernetesArgs {
    /** Up to how many instances run when they have much to do. @default as many as `replicas` */
    maxReplicas?: number;
}

/** The arguments of {@link JaegerCollector}. */
export interface JaegerCollectorArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The storage that spans are written to. */
    storage: pulumi.Input<StorageConnection>;
    /** The login that may make index templates and write. */
    credential: pulumi.Input<StorageCredential>;
    /** Jaeger's version, from 2.2.0 on: what the configuration is made for. @default 2.21.0 */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.io */
    registry?: string;
    /** The memory limit, e.g. `512MiB`. At least 64MiB. @default 512MiB */
    memory?: string;
    /** Which share of the traces that they begin themselves apps keep, when their sampler asks. @default all */
    sampling?: SamplingArgs;
    /** How many instances run; one on Docker. @default 1 */
    replicas?: number;
    /** Whether it may call anything outside: for a storage on no network that it could join. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: JaegerCollectorDockerArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: JaegerCollectorKubernetesArgs;
}

/**
 * Jaeger as a collector: the one role that writes spans and owns the index templates.
 *
 * From Jaeger 2.21 on spans are written synchronously from a bounded queue with retries; an older version writes
 * asynchronously and may lose spans, which is said at preview.
 */
export class JaegerCollector extends pulumi.ComponentResource {
    /** Where apps and the ingress send their spans. */
    public readonly endpoint: OtlpEndpoint;

    constructor(name: string, args: JaegerCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:JaegerCollector", name, {}, opts);
        const { memory, image, version } = normalizeRole(
            "JaegerCollector",
            name,
            args,
            "512MiB",
            [...placingProblems(this, name, args, opts), ...samplingProblems(args.sampling ?? {})],
        );
        const warning = durabilityWarning(version);
        if (warning) {
            void pulumi.log.warn(warning, this);
        }
        const platform = platformOf(args.platform ?? PlatformKind.Docker);
        const configuration = storageOf("JaegerCollector", name, version, args).apply((storage) =>
            collectorConfiguration(version, storage, platform.balances),
        );

        const placed = platform.workload(
            {
                ...jaegerProcess(args, memory, configuration),
                name,
                role: "collector",
                labels: args.labels,
                image,
                replicas: args.replicas ?? 1,
                maxReplicas: args.kubernetes?.maxReplicas,
                // Jaeger's health extension says that the process has started, not that storage answers.
                readiness: {
                    http: { port: PORTS.health, path: "/status" },
                    interval: CHECK_INTERVAL,
                    timeout: 2,
                    retries: 5,
                    startPeriod: 30,
                },
                watched: [
                    {
                        name: "sampling",
                        path: SAMPLING_FOLDER,
                        files: { [STRATEGIES_FILE]: { content: samplingStrategies(args.sampling) } },
                    },
                ],
                offers: PORTS.otlpGrpc,
                ports: {
                    "otlp-grpc": PORTS.otlpGrpc,
                    "otlp-http": PORTS.otlpHttp,
                    sampling: PORTS.sampling,
                },
                // A gRPC client keeps its connection, and can balance by itself. One of HTTP makes a new one for each
                // batch, and its resolver's order would decide, the same each time, which instance it takes.
                spread: ["otlp-grpc"],
            },
            {
                parent: this,
                environmentId: args.environmentId,
                subnet: args.docker?.subnet,
                kubernetes: args.kubernetes,
            },
        );

        this.endpoint = {
            grpc: pulumi.interpolate`http://${placed.addressOf(PORTS.otlpGrpc)}`,
            http: pulumi.interpolate`http://${placed.addressOf(PORTS.otlpHttp)}`,
            sampling: pulumi.interpolate`http://${placed.addressOf(PORTS.sampling)}/sampling`,
            reach: reachOf(placed),
        };
        this.registerOutputs({ endpoint: this.endpoint });
    }
}
