// TraefikIngress: the one way in; starts every trace and takes up routes while it runs.
import { isIP } from "net";

import * as pulumi from "@pulumi/pulumi";

import { CHECK_INTERVAL, PlatformKind, platformOf, ReachArgs, reachOf } from "../platform";
import { checkMemory } from "../support/checks";
import { Problems, shown } from "../support/errors";
import { field } from "../support/inputs";
import { atLeast, imageProblems, resolveImage } from "../support/versions";
import { OtlpEndpointArgs, QueryEndpointArgs } from "../tracing/contract";
import {
    ENTRY_POINTS,
    ingressUrl,
    OLDEST_TRAEFIK,
    routeConfiguration,
    routeFile,
    ROUTES_FOLDER,
    STATIC_FOLDER,
    staticConfiguration,
    TRAEFIK_USER,
} from "./configuration";
import { IngressEndpoint } from "./contract";
import { otlpTarget, sendsHeaders } from "./otlp";

/** Jaeger's UI on an entry point of its own, without authentication and therefore on the loopback address only. */
export interface JaegerUiArgs {
    /** Where traces are read. */
    query: pulumi.Input<QueryEndpointArgs>;
    /** The port on the host's loopback address. @default 16686 */
    port?: number;
}

/** What only a Docker engine has, for {@link TraefikIngress}. */
export interface TraefikIngressDockerArgs {
    /** The subnet of the network that routed apps join, e.g. `10.210.0.192/26`. @default chosen by the engine */
    subnet?: string;
}

/** The arguments of {@link TraefikIngress}. */
export interface TraefikIngressArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** Where it sends its spans. */
    otlp: pulumi.Input<OtlpEndpointArgs>;
    /**
     * Whether it sends the endpoint's `headers`: its configuration is then a secret file. To be said when `otlp` as a
     * whole is known only later. @default whether `otlp` has any
     */
    otlpHeaders?: boolean;
    /** Traefik's version, at least 3.6.8. @default 3.7.15 */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.io */
    registry?: string;
    /** The memory limit, e.g. `256MiB`. At least 64MiB. @default 128MiB */
    memory?: string;
    /** The address of the host that it is published on. @default 127.0.0.1 */
    address?: string;
    /** The port on the host. @default 8080 */
    port?: number;
    /** The service name of the ingress in traces. @default ingress */
    serviceName?: string;
    /** The share of requests that are traced when the caller has not decided, from 0 to 1. @default 1 */
    sampleRate?: number;
    /** The environment's name in traces: `deployment.environment.name`. @default the stack's name */
    environmentName?: string;
    /** Jaeger's UI on an entry point of its own. @default none */
    jaegerUi?: JaegerUiArgs;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: TraefikIngressDockerArgs;
}

/** What is wrong with a port, if anything. */
function isPort(port: number): boolean {
    return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** The plain arguments with their defaults, checked. */
function normalize(name: string, args: TraefikIngressArgs) {
    const problems = new Problems();
    const memory = checkMemory(problems, args.memory, {
        fallback: "128MiB",
        least: "64MiB",
        example: "256MiB",
    });
    const { reference, version } = resolveImage("traefik", args, args.registry);
    problems.expect(
        atLeast(version, OLDEST_TRAEFIK) && !atLeast(version, "4.0.0"),
        "version",
        () =>
            `got ${shown(version)}, expected a version from ${OLDEST_TRAEFIK} to 3.x; older ones ignore the caller's ` +
            "sampling decision",
    );
    const address = args.address ?? "127.0.0.1";
    problems.expect(
        isIP(address) !== 0,
        "address",
        () => `got ${shown(address)}, expected an IP address of the host`,
    );
    const port = args.port ?? 8080;
    const uiPort = args.jaegerUi?.port ?? 16686;
    problems.expect(isPort(port), "port", () => `got ${shown(port)}, expected a port from 1 to 65535`);
    if (args.jaegerUi) {
        problems.expect(
            isPort(uiPort),
            "jaegerUi.port",
            () => `got ${shown(uiPort)}, expected a port from 1 to 65535`,
        );
        problems.expect(
            uiPort !== port,
            "jaegerUi.port",
            () => `got ${shown(uiPort)}, which is the ingress's own port; give another one`,
        );
    }
    const sampleRate = args.sampleRate ?? 1;
    problems.expect(
        sampleRate >= 0 && sampleRate <= 1,
        "sampleRate",
        () => `got ${shown(sampleRate)}, expected a share from 0 (none) to 1 (all)`,
    );
    problems.expect(
        args.otlp !== undefined,
        "otlp",
        "missing; give a JaegerCollector's `endpoint` or your own",
    );
    problems.add(imageProblems(args));
    problems.throwIfAny("TraefikIngress", name);
    return {
        memory,
        image: reference,
        version,
        port,
        uiPort,
        sampleRate,
        address,
    };
}

/**
 * Traefik as ingress. It starts every trace and passes it on to the apps.
 *
 * Routes are files that their owners declare in a folder it watches, so that a new app, route or replica neither
 * replaces nor restarts it. It is the only part that publishes ports.
 */
export class TraefikIngress extends pulumi.ComponentResource {
    /** Where routes are declared. */
    public readonly endpoint: IngressEndpoint;
    /** The address of Jaeger's UI on the host; empty when there is none. */
    public readonly jaegerUiUrl: pulumi.Output<string>;

    constructor(name: string, args: TraefikIngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TraefikIngress", name, {}, opts);
        const { memory, image, version, port, uiPort, sampleRate, address } = normalize(name, args);
        const platform = platformOf(args.platform ?? PlatformKind.Docker);
        const scope = { parent: this, environmentId: args.environmentId, subnet: args.docker?.subnet };
        const configuration = otlpTarget(name, args).apply((otlp) =>
            staticConfiguration({
                serviceName: args.serviceName ?? "ingress",
                otlp,
                sampleRate,
                resourceAttributes: {
                    "deployment.environment.name": args.environmentName ?? pulumi.getStack(),
                },
                jaegerUi: args.jaegerUi !== undefined,
                version,
            }),
        );
        const calls: pulumi.Input<ReachArgs>[] = [field(args.otlp, "reach").apply((reach) => reach ?? {})];
        if (args.jaegerUi) {
            calls.push(field(args.jaegerUi.query, "reach").apply((reach) => reach ?? {}));
        }

        const placed = platform.workload(
            {
                name,
                role: "ingress",
                labels: args.labels,
                image,
                httpClient: "wget",
                replicas: 1,
                environment: { GOMEMLIMIT: { value: `${Math.floor(memory * 0.8)}MiB` } },
                fileMounts: [
                    {
                        name: "config",
                        path: STATIC_FOLDER,
                        files: { "traefik.yml": { content: configuration, secret: sendsHeaders(args) } },
                    },
                ],
                watched: [{ name: "routes", path: ROUTES_FOLDER }],
                scratch: [{ path: "/tmp", mebibytes: 16 }],
                memory,
                user: TRAEFIK_USER,
                readiness: {
                    // `traefik healthcheck` asks the same, but a second Traefik is started for each question.
                    http: { port: ENTRY_POINTS.health.port, path: "/ping" },
                    interval: CHECK_INTERVAL,
                    timeout: 3,
                    retries: 3,
                    startPeriod: 15,
                },
                readyTimeout: 60,
                calls,
                offers: ENTRY_POINTS.web.port,
                publishes: [
                    { internal: ENTRY_POINTS.web.port, external: port, address },
                    ...(args.jaegerUi
                        ? [{ internal: ENTRY_POINTS.jaeger.port, external: uiPort, address: "127.0.0.1" }]
                        : []),
                ],
                stopGrace: 30,
            },
            scope,
        );

        this.endpoint = {
            url: placed.host.apply(() => ingressUrl(address, port)),
            entryPoint: pulumi.output<string>(ENTRY_POINTS.web.name),
            routes: placed.folders.routes,
            reach: reachOf(placed),
        };
        if (args.jaegerUi) {
            platform.declareFile(
                {
                    name: `${name}-jaeger-route`,
                    file: routeFile("jaeger"),
                    content: pulumi
                        .all([field(args.jaegerUi.query, "url"), placed.publishedFrom])
                        .apply(([url, publishedFrom]) =>
                            routeConfiguration({
                                name: "jaeger",
                                entryPoint: ENTRY_POINTS.jaeger.name,
                                urls: [url],
                                traced: false,
                                // The entry point also listens on the networks that apps are on; they may not look.
                                allowedSources: publishedFrom,
                            }),
                        ),
                    folder: placed.folders.routes,
                    user: TRAEFIK_USER,
                },
                scope,
            );
        }
        this.jaegerUiUrl = placed.host.apply(() => (args.jaegerUi ? `http://127.0.0.1:${uiPort}` : ""));
        this.registerOutputs({ endpoint: this.endpoint, jaegerUiUrl: this.jaegerUiUrl });
    }
}
