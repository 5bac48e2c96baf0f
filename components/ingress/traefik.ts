// TraefikIngress: the one way in; starts every trace and takes up routes while it runs.
import * as pulumi from "@pulumi/pulumi";

import {
    CHECK_INTERVAL,
    EnvironmentValue,
    INSTANCE_NAME,
    peerOf,
    placingProblems,
    PlatformKind,
    platformOf,
    reachOf,
    WorkloadFile,
    takesConnections,
} from "../platform";
import { refuseLate } from "../support/errors";
import { field } from "../support/inputs";
import { formatResourceAttributes, SCHEDULE_DELAY } from "../support/opentelemetry";
import { IngressTlsArgs, JaegerUiRouteArgs, TraefikIngressArgs } from "./arguments";
import { RouteAuthentication } from "./authentication";
import { forwardAuthProblems, normalize, tlsProblems, userProblems, warningsOf } from "./checks";
import {
    ENTRY_POINTS,
    ingressUrl,
    routeConfiguration,
    routeFile,
    ROUTES_FOLDER,
    routeUrl,
    STATIC_FOLDER,
    staticConfiguration,
    TLS_FILE,
    tlsConfiguration,
    TRAEFIK_USER,
} from "./configuration";
import { IngressEndpoint } from "./contract";
import { otlpTarget, sendsHeaders } from "./otlp";

/** Seconds that a client may keep a connection where several instances are behind one address. */
const CONNECTION_AGE = 30;

/**
 * Milliseconds for which Traefik tries to send a batch of spans; 10000 by default. Its gRPC client looks a name up anew
 * after 30 seconds at the earliest: until then it may know only collectors that a release has replaced.
 */
const TRIES_FOR = "60000";

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
    /** The address of Jaeger's UI by its route; empty when it has none. */
    public readonly jaegerUiRouteUrl: pulumi.Output<string>;

    constructor(name: string, args: TraefikIngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TraefikIngress", name, {}, opts);
        const { memory, image, version, port, tlsPort, uiPort, sampleRate, address } = normalize(
            name,
            args,
            placingProblems(this, name, args, opts),
        );
        warningsOf(args).forEach((warning) => void pulumi.log.warn(warning, this));
        const entry = tlsPort === undefined ? ENTRY_POINTS.web : ENTRY_POINTS.websecure;
        const platform = platformOf(args.platform ?? PlatformKind.Docker);
        const scope = {
            parent: this,
            environmentId: args.environmentId,
            subnet: args.docker?.subnet,
            kubernetes: args.kubernetes,
        };
        const configuration = otlpTarget(name, args).apply((otlp) =>
            staticConfiguration({
                serviceName: args.serviceName ?? "ingress",
                otlp,
                sampleRate,
                resourceAttributes: {
                    "deployment.environment.name": args.environmentName ?? pulumi.getStack(),
                },
                jaegerUi: args.jaegerUi !== undefined,
                tlsPort,
                version,
                ...(platform.balances ? { connectionAge: CONNECTION_AGE } : {}),
            }),
        );
        const calls = [
            peerOf("otlp", args.otlp),
            ...(args.jaegerUi ? [peerOf("jaegerUi.query", args.jaegerUi.query)] : []),
        ];

        const placed = platform.workload(
            {
                name,
                role: "ingress",
                labels: args.labels,
                image,
                httpClient: "wget",
                replicas: args.replicas ?? 1,
                maxReplicas: args.kubernetes?.maxReplicas,
                connectsPerRequest: platform.balances,
                environment: {
                    // Go collects garbage when the heap has grown to five times what lives, not to twice: that is an
                    // eighth more requests per second. Near the memory limit it collects by that instead.
                    GOGC: { value: "400" },
                    GOMEMLIMIT: { value: `${Math.floor(memory * 0.8)}MiB` },
                    OTEL_BSP_SCHEDULE_DELAY: { value: SCHEDULE_DELAY },
                    OTEL_BSP_EXPORT_TIMEOUT: { value: TRIES_FOR },
                    OTEL_EXPORTER_OTLP_TIMEOUT: { value: TRIES_FOR },
                    ...resourceVariable(platform.instanceAttributes),
                },
                fileMounts: [
                    {
                        name: "config",
                        path: STATIC_FOLDER,
                        files: { "traefik.yml": { content: configuration, secret: sendsHeaders(args) } },
                    },
                ],
                watched: [
                    {
                        name: "routes",
                        path: ROUTES_FOLDER,
                        files: args.tls ? { [TLS_FILE]: tlsFile(name, args.tls) } : {},
                    },
                ],
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
                liveness: takesConnections(ENTRY_POINTS.health.port, 15),
                readyTimeout: 60,
                calls,
                offers: entry.port,
                ports: {
                    web: ENTRY_POINTS.web.port,
                    ...(tlsPort === undefined ? {} : { websecure: ENTRY_POINTS.websecure.port }),
                },
                metrics: { port: ENTRY_POINTS.metrics.port, path: "/metrics" },
                publishes: [
                    { internal: ENTRY_POINTS.web.port, external: port, address },
                    ...(tlsPort === undefined
                        ? []
                        : [{ internal: ENTRY_POINTS.websecure.port, external: tlsPort, address }]),
                    ...(args.jaegerUi
                        ? [{ internal: ENTRY_POINTS.jaeger.port, external: uiPort, address: "127.0.0.1", local: true }]
                        : []),
                ],
                stopGrace: 30,
                // Every client has come back with a new connection by then.
                drain: CONNECTION_AGE + 5,
            },
            scope,
        );

        this.endpoint = {
            url: placed.publishedAt.apply((host) =>
                tlsPort === undefined ? ingressUrl("http", host, port) : ingressUrl("https", host, tlsPort),
            ),
            internalUrl: pulumi.interpolate`${tlsPort === undefined ? "http" : "https"}://${placed.addressOf(entry.port)}`,
            entryPoint: pulumi.output<string>(entry.name),
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
                                balanced: platform.balances,
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
        const uiRoute = args.jaegerUi?.route;
        if (args.jaegerUi && uiRoute) {
            platform.declareFile(
                {
                    name: `${name}-jaeger-ui-route`,
                    file: routeFile("jaeger-ui"),
                    content: pulumi
                        .all([field(args.jaegerUi.query, "url"), authenticationOf(name, uiRoute, version)])
                        .apply(([url, authentication]) =>
                            routeConfiguration({
                                name: "jaeger-ui",
                                entryPoint: entry.name,
                                host: uiRoute.host,
                                urls: [url],
                                traced: false,
                                balanced: platform.balances,
                                authentication,
                            }),
                        ),
                    secret: uiRoute.users !== undefined,
                    folder: placed.folders.routes,
                    user: TRAEFIK_USER,
                },
                scope,
            );
        }
        this.jaegerUiRouteUrl = uiRoute
            ? pulumi.output(this.endpoint.url).apply((base) => routeUrl(base, uiRoute.host))
            : pulumi.output("");
        this.registerOutputs({
            endpoint: this.endpoint,
            jaegerUiUrl: this.jaegerUiUrl,
            jaegerUiRouteUrl: this.jaegerUiRouteUrl,
        });
    }
}

/** What tells one instance from another in traces, where the platform knows more of it than its name. */
function resourceVariable(attributes: Readonly<Record<string, string>>): Record<string, EnvironmentValue> {
    return Object.keys(attributes).length === 0
        ? {}
        : {
              // Traefik asks the cluster for these when they are not there, and traces nothing when it may not.
              OTEL_RESOURCE_ATTRIBUTES: {
                  perInstance: formatResourceAttributes({ "service.instance.id": INSTANCE_NAME, ...attributes }),
              },
          };
}

/** The file that says how TLS is spoken: a secret when it carries a private key. */
function tlsFile(name: string, { certificate, key }: IngressTlsArgs): WorkloadFile {
    if (certificate === undefined || key === undefined) {
        return { content: tlsConfiguration() };
    }
    const content = pulumi.all([certificate, pulumi.secret(key)]).apply(([certificateText, keyText]) => {
        refuseLate("TraefikIngress", name, tlsProblems(certificateText, keyText));
        return tlsConfiguration({ certificate: certificateText, key: keyText });
    });
    return { content, secret: true };
}

/** Who may look at traces by the route. */
function authenticationOf(
    name: string,
    { users, forwardAuth }: JaegerUiRouteArgs,
    version: string,
): pulumi.Output<RouteAuthentication> {
    if (users) {
        return pulumi.secret(pulumi.output(users)).apply((hashes) => {
            refuseLate("TraefikIngress", name, userProblems(hashes));
            return { users: hashes, version };
        });
    }
    return pulumi.output(forwardAuth).apply((address) => {
        refuseLate("TraefikIngress", name, forwardAuthProblems(address));
        return { forwardAuth: address, version };
    });
}
