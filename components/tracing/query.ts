// JaegerQuery: reads traces from the storage and serves Jaeger's API and UI.
import * as pulumi from "@pulumi/pulumi";

import { CHECK_INTERVAL, KubernetesArgs, placingProblems, PlatformKind, platformOf, reachOf } from "../platform";
import { StorageConnection, StorageCredential } from "../storage/contract";
import { PORTS, queryConfiguration } from "./configuration";
import { QueryEndpoint } from "./contract";
import { jaegerProcess, normalizeRole, storageOf } from "./role";

/** What only a Docker engine has, for {@link JaegerQuery}. */
export interface JaegerQueryDockerArgs {
    /** The subnet of the query role's network, e.g. `10.210.0.128/26`. @default chosen by the engine */
    subnet?: string;
}

/** The arguments of {@link JaegerQuery}. */
export interface JaegerQueryArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The storage that traces are read from. */
    storage: pulumi.Input<StorageConnection>;
    /** The login that may read. */
    credential: pulumi.Input<StorageCredential>;
    /** Jaeger's version, from 2.2.0 on: what the configuration is made for. @default 2.21.0 */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.io */
    registry?: string;
    /** The memory limit, e.g. `256MiB`. At least 64MiB. @default 256MiB */
    memory?: string;
    /** How many instances run; one on Docker. @default 1 */
    replicas?: number;
    /** Whether it may call anything outside: for a storage on no network that it could join. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: JaegerQueryDockerArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: KubernetesArgs;
}

/** Jaeger as a query service. It has no authentication of its own: an ingress decides who gets to it. */
export class JaegerQuery extends pulumi.ComponentResource {
    /** Where traces are read. */
    public readonly endpoint: QueryEndpoint;

    constructor(name: string, args: JaegerQueryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:JaegerQuery", name, {}, opts);
        const { memory, image, version } = normalizeRole(
            "JaegerQuery",
            name,
            args,
            "256MiB",
            placingProblems(this, name, args, opts),
        );
        const configuration = storageOf("JaegerQuery", name, version, args).apply((storage) =>
            queryConfiguration(version, storage),
        );

        const placed = platformOf(args.platform ?? PlatformKind.Docker).workload(
            {
                ...jaegerProcess(args, memory, configuration),
                name,
                role: "query",
                labels: args.labels,
                image,
                replicas: args.replicas ?? 1,
                // Reads from storage: an empty one answers, one that is away does not.
                readiness: {
                    http: { port: PORTS.query, path: "/api/v3/services" },
                    interval: CHECK_INTERVAL,
                    timeout: 4,
                    retries: 5,
                    startPeriod: 60,
                },
                offers: PORTS.query,
                ports: { http: PORTS.query },
            },
            {
                parent: this,
                environmentId: args.environmentId,
                subnet: args.docker?.subnet,
                kubernetes: args.kubernetes,
            },
        );

        this.endpoint = {
            url: pulumi.interpolate`http://${placed.host}:${PORTS.query}`,
            reach: reachOf(placed),
        };
        this.registerOutputs({ endpoint: this.endpoint });
    }
}
