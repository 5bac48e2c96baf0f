// TracedEnvironment: composes the parts to a whole environment, and nothing else.
import * as pulumi from "@pulumi/pulumi";

import { AppPreset, AppRouteArgs, AppTaskArgs, DjangoArgs } from "../app/arguments";
import { TracedApp } from "../app/tracedApp";
import { IngressTlsArgs, JaegerUiRouteArgs } from "../ingress/arguments";
import { hostWarnings } from "../ingress/checks";
import { IngressEndpoint } from "../ingress/contract";
import { TraefikIngress } from "../ingress/traefik";
import { PlatformKind } from "../platform";
import { ElasticsearchStorage } from "../storage/elasticsearch";
import { StorageConnection } from "../storage/contract";
import { StorageRetention } from "../storage/retention";
import { Problems, shown } from "../support/errors";
import { resolveImage } from "../support/versions";
import { JaegerCollector } from "../tracing/collector";
import { OtlpEndpoint, QueryEndpoint } from "../tracing/contract";
import { JaegerQuery } from "../tracing/query";
import { SamplingArgs } from "../tracing/sampling";
import {
    externalEndpoint,
    ExternalOtlpArgs,
    externalStorage,
    ExternalStorageArgs,
    plainly,
    UsableStorage,
} from "./external";
import { externalProblems } from "./externalChecks";
import { PARTS } from "./parts";
import { subnetPoolProblem, subnets } from "./subnets";

/** The version and image of one part. */
export interface PartImageArgs {
    /** The version: what the configuration is made for. */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
}

/** The images of all parts. */
export interface EnvironmentImagesArgs {
    /** The registry that mirrors the vendors' registries, e.g. `mirror.example.org`. @default each vendor's own */
    registry?: string;
    /** Elasticsearch. @default 8.19.0 */
    elasticsearch?: PartImageArgs;
    /** Jaeger, both roles. @default 2.21.0 */
    jaeger?: PartImageArgs;
    /** Traefik. @default 3.7.15 */
    traefik?: PartImageArgs;
}

/** The trace storage of an environment. */
export interface EnvironmentStorageArgs {
    /** The memory limit; half of it is the heap. Not with `external`. @default 1GiB */
    memory?: string;
    /** Indices are named `<indexPrefix>-jaeger-span-<day>`. @default the stack's name */
    indexPrefix?: string;
    /** Primary shards of each index. @default 1 */
    shards?: number;
    /** Days that spans are kept, and that Jaeger looks back. @default 7 */
    retentionDays?: number;
    /** From one run of retention to the next, e.g. `30m`. @default 1h */
    retentionInterval?: string;
    /** What all indices may take on disk, e.g. `20GiB`; the oldest days go first. @default no limit */
    maxSize?: string;
    /** Whether the data stay when the stack is destroyed. Not with `external`. @default false */
    keepData?: boolean;
    /**
     * Whether there is a volume for backups; it stays when the stack is destroyed. Not with
     * `external`. @default false
     */
    backup?: boolean;
    /** A server that exists already: then none is made. @default none */
    external?: ExternalStorageArgs;
}

/** The collector and the query role of an environment. */
export interface EnvironmentTracingArgs {
    /** The collector's memory limit. @default 512MiB */
    collectorMemory?: string;
    /** The query role's memory limit. @default 256MiB */
    queryMemory?: string;
    /** Which share of the traces that they begin themselves apps keep, when their sampler asks. @default all */
    sampling?: SamplingArgs;
    /**
     * An OTLP endpoint that exists already, where all spans are sent: then neither storage, collector, query role nor
     * Jaeger's UI are made. @default none
     */
    external?: ExternalOtlpArgs;
}

/** The ingress of an environment. */
export interface EnvironmentIngressArgs {
    /** The address of the host that it is published on. @default 127.0.0.1 */
    address?: string;
    /** The port on the host. @default 8080 */
    port?: number;
    /** TLS: routes are then bound to its own entry point. @default none */
    tls?: IngressTlsArgs;
    /** The port of Jaeger's UI on the host's loopback address. @default 16686 */
    jaegerUiPort?: number;
    /** A route to Jaeger's UI besides, only with authentication. @default none */
    jaegerUiRoute?: JaegerUiRouteArgs;
    /** The share of requests that are traced, from 0 to 1. @default 1 */
    sampleRate?: number;
    /** The memory limit. @default 128MiB */
    memory?: string;
}

/** One app of an environment. */
export interface EnvironmentAppArgs {
    /** The image's reference, with a tag or digest that does not move. */
    image: pulumi.Input<string>;
    /** Replaces the image's command; required with `secretEnvironment`. */
    command?: string[];
    /** How the app is instrumented. @default none */
    preset?: AppPreset;
    /** What the Django preset needs. */
    django?: DjangoArgs;
    /** The port the app listens on. @default 8000 */
    port?: number;
    /** The path that answers below 400 when an instance can serve. @default /health */
    healthPath?: string;
    /** Seconds within which an instance must be ready, or the release has failed. @default 120 */
    readyTimeout?: number;
    /** How many instances run. @default 1 */
    replicas?: number;
    /** The memory limit of an instance. @default 256MiB */
    memory?: string;
    /** The user id that it runs as; not 0. @default 10001 */
    userId?: number;
    /** Environment variables; they win over injected ones. */
    environment?: { [key: string]: pulumi.Input<string> };
    /** Environment variables that are secret. */
    secretEnvironment?: { [key: string]: pulumi.Input<string> };
    /** Programs that run to their end, once per change, before the app. */
    tasks?: AppTaskArgs[];
    /** How requests come to it. @default none */
    route?: AppRouteArgs;
    /** The service's version in traces. @default none */
    serviceVersion?: string;
    /** Further resource attributes of every span. */
    resourceAttributes?: { [key: string]: string };
    /** Docker: names of existing networks to join, such as that of its database. */
    joins?: pulumi.Input<string>[];
    /** Whether it may call anything outside. @default false */
    egress?: boolean;
}

/** What only a Docker engine has, for {@link TracedEnvironment}. */
export interface TracedEnvironmentDockerArgs {
    /** The pool that small subnets of the environment's networks are taken from, e.g. `10.210.0.0/24`. @default the engine's */
    subnetPool?: string;
}

/** The arguments of {@link TracedEnvironment}. */
export interface TracedEnvironmentArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The environment's name in traces: `deployment.environment.name`. @default the stack's name */
    environmentName?: string;
    /** The images of all parts. */
    images?: EnvironmentImagesArgs;
    /** The trace storage. */
    storage?: EnvironmentStorageArgs;
    /** The collector and the query role. */
    tracing?: EnvironmentTracingArgs;
    /** The ingress. */
    ingress?: EnvironmentIngressArgs;
    /** The apps by their name, which is their service name in traces. */
    apps: { [key: string]: EnvironmentAppArgs };
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: TracedEnvironmentDockerArgs;
}

/**
 * A traced application environment: every request of every app is one trace from the ingress on, stored and shown.
 *
 * The parts know one another only by contracts: storage, retention, collector, query, ingress, apps, in this order.
 */
export class TracedEnvironment extends pulumi.ComponentResource {
    /** Where traces are stored; not there when spans go to an OTLP endpoint that exists already. */
    public readonly storage?: StorageConnection;
    /** Where spans are sent. */
    public readonly otlp: OtlpEndpoint;
    /** Where routes are declared. */
    public readonly ingress: IngressEndpoint;
    /** The address of Jaeger's UI; empty when spans go to an OTLP endpoint that exists already. */
    public readonly jaegerUiUrl: pulumi.Output<string>;
    /** The address of Jaeger's UI by its route; empty when it has none. */
    public readonly jaegerUiRouteUrl: pulumi.Output<string>;
    /** The address of each app that has a route, by the app's name. */
    public readonly appUrls: pulumi.Output<{ [key: string]: string }>;

    constructor(name: string, args: TracedEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TracedEnvironment", name, {}, opts);
        const { platform, environmentId, environmentName, labels, images = {} } = args;
        const { registry } = images;
        const common = { platform, environmentId, labels };
        const parent = { parent: this };
        const subnet = normalize(name, args);
        const hosts = {
            "ingress.jaegerUiRoute.host": args.ingress?.jaegerUiRoute?.host,
            ...Object.fromEntries(
                Object.entries(args.apps).map(([app, { route }]) => [`apps.${app}.route.host`, route?.host]),
            ),
        };
        hostWarnings(args.ingress?.tls?.certificate, hosts).forEach(
            (warning) => void pulumi.log.warn(warning, this),
        );

        const { otlp, storage, query } = createTracing(name, args, subnet, parent);
        const ingress = new TraefikIngress(
            `${name}-ingress`,
            {
                ...common,
                ...images.traefik,
                registry,
                otlp,
                address: args.ingress?.address,
                port: args.ingress?.port,
                tls: args.ingress?.tls,
                sampleRate: args.ingress?.sampleRate,
                memory: args.ingress?.memory,
                environmentName,
                ...(query
                    ? {
                          jaegerUi: {
                              query,
                              port: args.ingress?.jaegerUiPort,
                              route: args.ingress?.jaegerUiRoute,
                          },
                      }
                    : {}),
                docker: subnet("ingress"),
            },
            parent,
        );
        const urls: Record<string, pulumi.Output<string>> = {};
        for (const [appName, app] of Object.entries(args.apps).sort(([a], [b]) => a.localeCompare(b))) {
            urls[appName] = new TracedApp(
                `${name}-${appName}`,
                {
                    ...common,
                    ...app,
                    serviceName: appName,
                    environmentName,
                    otlp,
                    ingress: ingress.endpoint,
                },
                parent,
            ).url;
        }

        if (storage) {
            this.storage = storage;
        }
        this.otlp = otlp;
        this.ingress = ingress.endpoint;
        this.jaegerUiUrl = ingress.jaegerUiUrl;
        this.jaegerUiRouteUrl = ingress.jaegerUiRouteUrl;
        this.appUrls = pulumi.output(urls);
        this.registerOutputs({
            storage: this.storage,
            otlp: this.otlp,
            ingress: this.ingress,
            jaegerUiUrl: this.jaegerUiUrl,
            jaegerUiRouteUrl: this.jaegerUiRouteUrl,
            appUrls: this.appUrls,
        });
    }
}

/** What of the arguments is checked before anything is made; gives each part its subnet. */
function normalize(name: string, args: TracedEnvironmentArgs): ReturnType<typeof subnets> {
    const pool = args.docker?.subnetPool;
    const poolProblem = pool === undefined ? undefined : subnetPoolProblem(pool);
    const problems = new Problems();
    problems.expect(
        poolProblem === undefined,
        "docker.subnetPool",
        () => `got ${shown(pool)}, ${poolProblem}`,
    );
    for (const app of PARTS.filter((part) => args.apps[part] !== undefined)) {
        problems.expect(
            false,
            `apps.${app}`,
            "that is what a part of the environment is called; give another name",
        );
    }
    const jaegerVersion = resolveImage("jaeger", args.images?.jaeger).version;
    problems.add(externalProblems({ ...plainly(args), jaegerVersion }));
    problems.throwIfAny("TracedEnvironment", name);
    return subnets(pool);
}

/** Where spans go, and where they are stored and read when that is known. */
interface Tracing {
    otlp: OtlpEndpoint;
    storage?: StorageConnection;
    query?: QueryEndpoint;
}

/** Storage, collector and query role; what exists already is used instead. */
function createTracing(
    name: string,
    args: TracedEnvironmentArgs,
    subnet: ReturnType<typeof subnets>,
    parent: pulumi.ComponentResourceOptions,
): Tracing {
    if (args.tracing?.external) {
        return { otlp: externalEndpoint(args.tracing.external) };
    }
    const { platform, environmentId, labels, images = {} } = args;
    const { registry } = images;
    const common = { platform, environmentId, labels };
    const { external, retentionInterval, maxSize, ...own } = args.storage ?? {};
    const storage: UsableStorage = external
        ? externalStorage(external, own)
        : new ElasticsearchStorage(
              `${name}-storage`,
              { ...common, ...own, ...images.elasticsearch, registry, docker: subnet("storage") },
              parent,
          );
    const caller = { ...common, registry, storage: storage.connection, egress: external?.egress };
    if (storage.maintainer) {
        new StorageRetention(
            `${name}-retention`,
            {
                ...caller,
                ...images.elasticsearch,
                credential: storage.maintainer,
                interval: retentionInterval,
                maxSize,
            },
            parent,
        );
    }
    const collector = new JaegerCollector(
        `${name}-collector`,
        {
            ...caller,
            ...images.jaeger,
            credential: storage.writer,
            memory: args.tracing?.collectorMemory,
            sampling: args.tracing?.sampling,
            docker: subnet("collector"),
        },
        parent,
    );
    const query = new JaegerQuery(
        `${name}-query`,
        {
            ...caller,
            ...images.jaeger,
            // The collector makes the templates: no index is made without them.
            credential: storage.reader,
            memory: args.tracing?.queryMemory,
            docker: subnet("query"),
        },
        parent,
    );
    return { storage: storage.connection, otlp: collector.endpoint, query: query.endpoint };
}
