// TracedEnvironment: composes the parts to a whole environment, and nothing else.
import * as pulumi from "@pulumi/pulumi";

import { AppPreset, AppRouteArgs, AppTaskArgs, DjangoArgs } from "../app/arguments";
import { TracedApp } from "../app/tracedApp";
import { IngressTlsArgs, JaegerUiRouteArgs } from "../ingress/arguments";
import { hostWarnings } from "../ingress/checks";
import { IngressEndpoint } from "../ingress/contract";
import { TraefikIngress } from "../ingress/traefik";
import {
    ClusterDnsArgs,
    cpuProblems,
    environmentPlacingProblems,
    KubernetesArgs,
    MetricsPeerArgs,
    otherPlatformProblems,
    PlaceArgs,
    PlatformKind,
    platformOf,
    Reach,
    ServiceType,
} from "../platform";
import { alertRules, runbookUrlProblem } from "../observability/alerts";
import { TraceCanary } from "../observability/canary";
import { ElasticsearchStorage } from "../storage/elasticsearch";
import { StorageConnection } from "../storage/contract";
import { StorageRetention } from "../storage/retention";
import { Problem, Problems, shown } from "../support/errors";
import { resolveImage } from "../support/versions";
import { JaegerCollector } from "../tracing/collector";
import { OtlpEndpoint, QueryEndpoint } from "../tracing/contract";
import { JaegerQuery } from "../tracing/query";
import { SamplingArgs } from "../tracing/sampling";
import { alertOptions } from "./alertOptions";
import { canaryProblems, canaryRoutes } from "./canaryChecks";
import {
    externalEndpoint,
    externalIngress,
    ExternalIngressArgs,
    ExternalOtlpArgs,
    externalStorage,
    ExternalStorageArgs,
    plainly,
    UsableStorage,
} from "./external";
import { externalProblems } from "./externalChecks";
import { neighbourProblems } from "./neighbours";
import { SharedEnvironment, sharedEnvironment } from "./shared";
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

/** What only a Kubernetes cluster has, for {@link EnvironmentStorageArgs}. */
export interface EnvironmentStorageKubernetesArgs {
    /** The size of each volume, e.g. `10GiB`. @default 10GiB */
    size?: string;
    /** The CPU that is reserved for each node, e.g. `500m`. @default 100m */
    cpu?: string;
    /** How many nodes: 1, or 3 that outlive the loss of one. It can't be changed while there are data. @default 1 */
    nodes?: number;
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
    /** What only a Kubernetes cluster has. */
    kubernetes?: EnvironmentStorageKubernetesArgs;
}

/** What only a Kubernetes cluster has, for {@link EnvironmentTracingArgs}. */
export interface EnvironmentTracingKubernetesArgs {
    /** Up to how many collectors run when they have much to do. @default as many as `collectorReplicas` */
    collectorMaxReplicas?: number;
    /** The CPU that is reserved for each collector, e.g. `250m`. @default 100m */
    collectorCpu?: string;
    /** The CPU that is reserved for each query role. @default 100m */
    queryCpu?: string;
}

/** The collector and the query role of an environment. */
export interface EnvironmentTracingArgs {
    /** The collector's memory limit. @default 512MiB */
    collectorMemory?: string;
    /** The query role's memory limit. @default 256MiB */
    queryMemory?: string;
    /** How many collectors run; one on Docker. @default 1 */
    collectorReplicas?: number;
    /** How many query roles run; one on Docker. @default 1 */
    queryReplicas?: number;
    /** Which share of the traces that they begin themselves apps keep, when their sampler asks. @default all */
    sampling?: SamplingArgs;
    /**
     * An OTLP endpoint that exists already, where all spans are sent: then neither storage, collector, query role nor
     * Jaeger's UI are made. @default none
     */
    external?: ExternalOtlpArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: EnvironmentTracingKubernetesArgs;
}

/** What only a Kubernetes cluster has, for {@link EnvironmentIngressArgs}. */
export interface EnvironmentIngressKubernetesArgs {
    /** Up to how many instances run when they have much to do. @default as many as `replicas` */
    maxReplicas?: number;
    /** The CPU that is reserved for each instance, e.g. `250m`. @default 100m */
    cpu?: string;
}

/** The ingress of an environment. */
export interface EnvironmentIngressArgs {
    /** How many instances run; one on Docker. @default 1 */
    replicas?: number;
    /** Docker: the address of the host that it is published on. @default 127.0.0.1 */
    address?: string;
    /** The port on the host, or of the Service. @default 8080 */
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
    /** What only a Kubernetes cluster has. */
    kubernetes?: EnvironmentIngressKubernetesArgs;
    /**
     * Kubernetes: a controller that exists already: then none is made, traces begin at the apps, which keep the share
     * `sampleRate`, and Jaeger's UI has no address outside of the cluster. @default none
     */
    external?: ExternalIngressArgs;
}

/** What only a Kubernetes cluster has, for {@link EnvironmentAppArgs}. */
export interface EnvironmentAppKubernetesArgs {
    /** Up to how many instances run when they have much to do. @default as many as `replicas` */
    maxReplicas?: number;
    /** The CPU that is reserved for each instance, e.g. `250m`. @default 100m */
    cpu?: string;
}

/** The canary of an environment. */
export interface EnvironmentCanaryArgs {
    /** From one run to the next, e.g. `5m`; from 3m to 24h. @default 5m */
    interval?: string;
}

/** The alert rules of an environment. */
export interface EnvironmentAlertsArgs {
    /**
     * Where docs/alerts.md can be read, e.g. `https://wiki.example.org/alerts`: each alert links to its heading there.
     * @default none: each alert names the page and its heading
     */
    runbookUrl?: string;
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
    /** How it and its tasks get to what they call besides, such as a database. @default nothing */
    calls?: pulumi.Input<Reach>[];
    /** Docker: names of existing networks to join. */
    joins?: pulumi.Input<string>[];
    /** Whether it may call anything outside. @default false */
    egress?: boolean;
    /** What only a Kubernetes cluster has. */
    kubernetes?: EnvironmentAppKubernetesArgs;
}

/** What only a Docker engine has, for {@link TracedEnvironment}. */
export interface TracedEnvironmentDockerArgs {
    /** The pool that small subnets of the environment's networks are taken from, e.g. `10.210.0.0/24`. @default the engine's */
    subnetPool?: string;
}

/** What only a Kubernetes cluster has, for {@link TracedEnvironment}. */
export interface TracedEnvironmentKubernetesArgs {
    /** A namespace that exists already. @default one is made, which enforces the Pod Security standard "restricted" */
    namespace?: pulumi.Input<string>;
    /** Who answers names. @default CoreDNS as clusters have it */
    dns?: ClusterDnsArgs;
    /** Names of Secrets of the namespace with logins of image registries. @default none */
    imagePullSecrets?: string[];
    /** Who may open the ports with metrics. @default nobody */
    metricsPeers?: MetricsPeerArgs[];
    /** The class of volumes. @default the cluster's default class */
    storageClass?: string;
    /** How the ingress is reached from outside of the cluster. @default LoadBalancer */
    serviceType?: ServiceType;
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
    /** A job that sends a request to each app with a traced route, and reads its trace back. @default none */
    canary?: EnvironmentCanaryArgs;
    /** The alert rules. */
    alerts?: EnvironmentAlertsArgs;
    /** The apps by their name, which is their service name in traces. */
    apps: { [key: string]: EnvironmentAppArgs };
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: TracedEnvironmentDockerArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: TracedEnvironmentKubernetesArgs;
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
    /** Where traces are read; not there when spans go to an OTLP endpoint that exists already. */
    public readonly query?: QueryEndpoint;
    /** Where routes are declared. */
    public readonly ingress: IngressEndpoint;
    /** The address of Jaeger's UI; empty when spans go to an OTLP endpoint that exists already. */
    public readonly jaegerUiUrl: pulumi.Output<string>;
    /** The address of Jaeger's UI by its route; empty when it has none. */
    public readonly jaegerUiRouteUrl: pulumi.Output<string>;
    /** The address of each app that has a route, by the app's name. */
    public readonly appUrls: pulumi.Output<{ [key: string]: string }>;
    /** Alert rules for the environment: a rule file of Prometheus. */
    public readonly alertRules: pulumi.Output<string>;
    /**
     * What it offers to apps of other stacks, without a credential: export it as `environment`, and read it there by a
     * `TracedEnvironmentReference`.
     */
    public readonly shared: SharedEnvironment;

    constructor(name: string, args: TracedEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TracedEnvironment", name, {}, opts);
        const { platform, environmentId, environmentName, labels } = args;
        const common = { platform, environmentId, labels };
        const parent = { parent: this };
        const subnet = normalize(name, args, environmentPlacingProblems(this, name, args as PlaceArgs, opts));
        const place = placeOf(name, args, this);
        const hosts = {
            "ingress.jaegerUiRoute.host": args.ingress?.jaegerUiRoute?.host,
            ...Object.fromEntries(
                Object.entries(args.apps).map(([app, { route }]) => [`apps.${app}.route.host`, route?.host]),
            ),
        };
        hostWarnings(args.ingress?.tls?.certificate, hosts).forEach(
            (warning) => void pulumi.log.warn(warning, this),
        );

        const { otlp, storage, query } = createTracing(name, args, subnet, place, parent);
        const external = args.ingress?.external;
        const ingress = external ? undefined : createIngress(name, args, { otlp, query, subnet, place }, parent);
        const endpoint = ingress?.endpoint ?? externalIngress(external as ExternalIngressArgs);
        const made: Record<string, TracedApp> = {};
        for (const [appName, app] of Object.entries(args.apps).sort(([a], [b]) => a.localeCompare(b))) {
            made[appName] = new TracedApp(
                `${name}-${appName}`,
                {
                    ...common,
                    ...app,
                    serviceName: appName,
                    environmentName,
                    otlp,
                    ingress: endpoint,
                    // Who does not trace does not decide either.
                    sampleRate: external ? (args.ingress?.sampleRate ?? 1) : undefined,
                    kubernetes: place?.(app.kubernetes),
                },
                parent,
            );
        }
        if (args.canary && query) {
            createCanary(name, args, { ingress: endpoint, query }, place, {
                ...parent,
                dependsOn: Object.values(made),
            });
        }

        if (storage) {
            this.storage = storage;
        }
        if (query) {
            this.query = query;
        }
        this.otlp = otlp;
        this.ingress = endpoint;
        this.jaegerUiUrl = ingress?.jaegerUiUrl ?? pulumi.output("");
        this.jaegerUiRouteUrl = ingress?.jaegerUiRouteUrl ?? pulumi.output("");
        this.appUrls = pulumi.output(Object.fromEntries(Object.entries(made).map(([app, { url }]) => [app, url])));
        this.alertRules = pulumi
            .output(place?.().namespace)
            .apply((namespace) => alertRules(alertOptions(name, args, namespace)));
        this.shared = sharedEnvironment({ platform, environmentName, otlp, ingress: ingress?.endpoint, query });
        this.registerOutputs({
            storage: this.storage,
            otlp: this.otlp,
            query: this.query,
            ingress: this.ingress,
            jaegerUiUrl: this.jaegerUiUrl,
            jaegerUiRouteUrl: this.jaegerUiRouteUrl,
            appUrls: this.appUrls,
            alertRules: this.alertRules,
            shared: this.shared,
        });
    }
}

/** What of the arguments is checked before anything is made; gives each part its subnet. */
function normalize(
    name: string,
    args: TracedEnvironmentArgs,
    placing: readonly Problem[],
): ReturnType<typeof subnets> {
    const pool = args.docker?.subnetPool;
    const poolProblem = pool === undefined ? undefined : subnetPoolProblem(pool);
    const problems = new Problems();
    problems.add(placing);
    problems.expect(
        poolProblem === undefined,
        "docker.subnetPool",
        () => `got ${shown(pool)}, ${poolProblem}`,
    );
    problems.add(
        neighbourProblems(args.apps, args.ingress?.jaegerUiRoute?.host).map(({ path, reason }) => ({
            path: path.join("."),
            reason,
        })),
    );
    problems.add(kubernetesProblems(args));
    problems.add(canaryProblems(args.canary, args.apps));
    const { runbookUrl } = args.alerts ?? {};
    const runbookProblem = runbookUrl === undefined ? undefined : runbookUrlProblem(runbookUrl);
    problems.expect(runbookProblem === undefined, "alerts.runbookUrl", () => `got ${shown(runbookUrl)}, ${runbookProblem}`);
    const jaegerVersion = resolveImage("jaeger", args.images?.jaeger).version;
    problems.add(externalProblems({ ...plainly(args), jaegerVersion }));
    problems.throwIfAny("TracedEnvironment", name);
    return subnets(pool);
}

/** What is wrong with what belongs to one platform, in any part. */
function kubernetesProblems(args: TracedEnvironmentArgs): Problem[] {
    const { platform, storage, tracing, ingress, apps } = args;
    const parts: [string, { kubernetes?: object } | undefined][] = [
        ["storage.", storage],
        ["tracing.", tracing],
        ["ingress.", ingress],
        ...Object.entries(apps).map(([app, its]): [string, { kubernetes?: object }] => [`apps.${app}.`, its]),
    ];
    return [
        ...otherPlatformProblems(args as PlaceArgs),
        ...parts.flatMap(([path, part]) => [
            ...otherPlatformProblems({ platform, kubernetes: part?.kubernetes }).map((problem) => ({
                ...problem,
                path: `${path}${problem.path}`,
            })),
            ...Object.entries(part?.kubernetes ?? {})
                .filter(([key]) => /cpu$/i.test(key))
                .flatMap(([key, cpu]) => cpuProblems(cpu as string, `${path}kubernetes.${key}`)),
        ]),
    ];
}

/** Gives a part what only a cluster has: what all parts share, and what is said of the part. */
type Place = <T extends object>(own?: T, more?: object) => KubernetesArgs & T;

/** What the parts are given on a cluster; undefined on other platforms. Makes the namespace when none is given. */
function placeOf(name: string, args: TracedEnvironmentArgs, parent: pulumi.Resource): Place | undefined {
    const { platform = PlatformKind.Docker, environmentId, labels } = args;
    const { namespace: existing, dns, imagePullSecrets, metricsPeers } = args.kubernetes ?? {};
    const namespace =
        existing ??
        platformOf(platform).namespace(
            { name: `${name}-namespace`, keep: args.storage?.keepData || args.storage?.backup, labels },
            { parent, environmentId },
        );
    return namespace === undefined
        ? undefined
        : <T extends object>(own?: T, more?: object) =>
              ({ namespace, dns, imagePullSecrets, metricsPeers, ...own, ...more }) as KubernetesArgs & T;
}

/** Makes the canary, once the apps answer. */
function createCanary(
    name: string,
    { platform, environmentId, labels, images = {}, ingress: { external } = {}, apps, canary }: TracedEnvironmentArgs,
    callees: { ingress: IngressEndpoint; query: QueryEndpoint },
    place: Place | undefined,
    opts: pulumi.ComponentResourceOptions,
): void {
    new TraceCanary(
        `${name}-canary`,
        {
            platform,
            environmentId,
            labels,
            ...images.jaeger,
            registry: images.registry,
            ...callees,
            // A controller that exists already is asked where people reach it.
            egress: external !== undefined,
            interval: canary?.interval,
            routes: canaryRoutes(apps),
            kubernetes: place?.(),
        },
        opts,
    );
}

/** What the ingress is made with besides the arguments. */
interface IngressParts {
    otlp: OtlpEndpoint;
    query: QueryEndpoint | undefined;
    subnet: ReturnType<typeof subnets>;
    place: Place | undefined;
}

/** The ingress, when none exists already. */
function createIngress(
    name: string,
    args: TracedEnvironmentArgs,
    { otlp, query, subnet, place }: IngressParts,
    parent: pulumi.ComponentResourceOptions,
): TraefikIngress {
    const { platform, environmentId, environmentName, labels, images = {} } = args;
    const { registry } = images;
    const common = { platform, environmentId, labels };
    return new TraefikIngress(
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
            replicas: args.ingress?.replicas,
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
            kubernetes: place?.(args.ingress?.kubernetes, { serviceType: args.kubernetes?.serviceType }),
        },
        parent,
    );
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
    place: Place | undefined,
    parent: pulumi.ComponentResourceOptions,
): Tracing {
    if (args.tracing?.external) {
        return { otlp: externalEndpoint(args.tracing.external) };
    }
    const { platform, environmentId, labels, images = {} } = args;
    const { registry } = images;
    const common = { platform, environmentId, labels };
    const { external, retentionInterval, maxSize, kubernetes, ...own } = args.storage ?? {};
    const { collectorMaxReplicas, collectorCpu, queryCpu } = args.tracing?.kubernetes ?? {};
    const storage: UsableStorage = external
        ? externalStorage(external, own, `${name}-storage`, (key) =>
              platformOf(platform ?? PlatformKind.Docker).secretValue(key, { parent: parent.parent as pulumi.Resource }),
          )
        : new ElasticsearchStorage(
              `${name}-storage`,
              {
                  ...common,
                  ...own,
                  ...images.elasticsearch,
                  registry,
                  docker: subnet("storage"),
                  kubernetes: place?.(kubernetes, { storageClass: args.kubernetes?.storageClass }),
              },
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
                kubernetes: place?.(),
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
            replicas: args.tracing?.collectorReplicas,
            docker: subnet("collector"),
            kubernetes: place?.({ cpu: collectorCpu, maxReplicas: collectorMaxReplicas }),
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
            replicas: args.tracing?.queryReplicas,
            docker: subnet("query"),
            kubernetes: place?.({ cpu: queryCpu }),
        },
        parent,
    );
    return { storage: storage.connection, otlp: collector.endpoint, query: query.endpoint };
}
