// Parts of an environment that exist already: what is told of them, and the contracts made of it.
import * as pulumi from "@pulumi/pulumi";

import { StorageConnection, StorageCredential, StorageEngine } from "../storage/contract";
import { IngressEndpoint } from "../ingress/contract";
import { GatewayArgs, PlatformKind, SecretKey } from "../platform";
import { field } from "../support/inputs";
import { joinName } from "../support/names";
import { OtlpEndpoint } from "../tracing/contract";
import { AppPlan, ExternalPlan } from "./externalChecks";

/** An Elasticsearch cluster that Elastic's operator (ECK) keeps. */
export interface EckClusterArgs {
    /** The name of its Elasticsearch object. */
    name: string;
    /** The namespace of that object, and of its pods. */
    namespace: string;
}

/** A trace storage that exists already. */
export interface ExternalStorageArgs {
    /** What the server is: `elasticsearch` (7, 8, 9) or `opensearch` (1, 2, 3). @default elasticsearch */
    engine?: string;
    /** The server's version, e.g. `8.19.0`: Jaeger's configuration depends on it. */
    version: string;
    /**
     * Kubernetes: a cluster that Elastic's operator (ECK) keeps: its Service and its Secrets say the addresses, the
     * authority, and the logins that are not given. @default none
     */
    eck?: EckClusterArgs;
    /** The server's addresses, e.g. `https://es.example.org:9200`; required without `eck`. */
    urls?: pulumi.Input<pulumi.Input<string>[]>;
    /** The certificate authorities (PEM) of an https server. @default the system's */
    ca?: pulumi.Input<string>;
    /** Docker: the existing network on which the server is reached. Give this or `egress`. */
    network?: pulumi.Input<string>;
    /** Kubernetes: the namespace of the server's pods. Give this or `egress`. */
    namespace?: pulumi.Input<string>;
    /** Kubernetes: the labels of those pods; with `namespace`. @default all pods of the namespace */
    podLabels?: { [key: string]: string };
    /** Whether the server is outside: Jaeger's roles then get a way out. @default false */
    egress?: boolean;
    /** Replicas of each shard; more than the server has further nodes leaves the indices yellow. @default 0 */
    replicas?: pulumi.Input<number>;
    /** The login of the collector, which makes index templates and writes. @default with `eck` its superuser */
    writer?: pulumi.Input<StorageCredential>;
    /** The login of the query role, which reads. @default with `eck` its superuser */
    reader?: pulumi.Input<StorageCredential>;
    /** The login that deletes old indices. @default none: then nothing deletes them */
    maintainer?: pulumi.Input<StorageCredential>;
}

/**
 * Kubernetes: an ingress controller that exists already. It traces nothing: traces begin at the apps. Exactly one of
 * `ingressClass` and `gateway` is given.
 */
export interface ExternalIngressArgs {
    /** Where people reach it, e.g. `https://example.org`: a route's host takes the place of this one. */
    url: pulumi.Input<string>;
    /** The class of Ingress objects that it looks at, e.g. `nginx`. */
    ingressClass?: string;
    /** The Gateway (Gateway API) that HTTPRoutes are attached to. */
    gateway?: GatewayArgs;
    /** The Secret with the certificate, in the apps' namespace; with `ingressClass`. @default none */
    tlsSecret?: string;
    /** Annotations of each route's object, for what only this controller knows. @default none */
    annotations?: { [key: string]: string };
    /** The namespace of the controller's pods, which apps let in. */
    namespace: string;
    /** The labels of those pods. @default all pods of the namespace */
    podLabels?: { [key: string]: string };
}

/** An OTLP endpoint that exists already. */
export interface ExternalOtlpArgs {
    /** OTLP over HTTP without the signal's path, e.g. `https://otlp.example.org`. */
    http: pulumi.Input<string>;
    /** OTLP over gRPC, e.g. `https://otlp.example.org:4317`. @default none: all send by HTTP */
    grpc?: pulumi.Input<string>;
    /** The certificate authorities (PEM) of an https endpoint. @default the system's */
    ca?: pulumi.Input<string>;
    /** Headers that the endpoint asks for, such as an API key; treated as secrets. */
    headers?: { [key: string]: pulumi.Input<string> };
    /** Docker: the existing network on which it is reached. @default none: it is outside, and apps need `egress` */
    network?: pulumi.Input<string>;
    /** Kubernetes: the namespace of its pods. @default none: it is outside, and apps need `egress` */
    namespace?: pulumi.Input<string>;
    /** Kubernetes: the labels of those pods; with `namespace`. @default all pods of the namespace */
    podLabels?: { [key: string]: string };
}

/** What roles get of a storage, whoever made it. */
export interface UsableStorage {
    connection: StorageConnection;
    writer: StorageCredential;
    reader: StorageCredential;
    /** Not there when nobody told its login. */
    maintainer?: StorageCredential;
}

/** What is said of the indices of any storage. */
export interface IndexArgs {
    indexPrefix?: string;
    shards?: number;
    retentionDays?: number;
}

/** The contract of an ingress controller that exists already. */
export function externalIngress(external: ExternalIngressArgs): IngressEndpoint {
    const { url, ingressClass, gateway, tlsSecret, annotations, namespace, podLabels } = external;
    return {
        url: pulumi.output(url),
        entryPoint: pulumi.output(""),
        routes: undefined,
        controller: { ingressClass, gateway, tlsSecret, annotations },
        reach: {
            namespace: pulumi.output(namespace),
            ...(podLabels === undefined ? {} : { podLabels: pulumi.output(podLabels) }),
            port: pulumi.output(url).apply(portOf),
        },
    };
}

/** Arguments of an environment that may hold what is known later only. */
interface EnvironmentArgs {
    platform?: PlatformKind;
    storage?: IndexArgs & { external?: ExternalStorageArgs };
    tracing?: { external?: ExternalOtlpArgs };
    ingress?: ExternalPlan["ingress"];
    canary?: object;
    apps: Record<string, AppPlan>;
}

/** The arguments that are checked before anything is made; of inputs only those that are plain. */
export function plainly(args: EnvironmentArgs): Omit<ExternalPlan, "jaegerVersion"> {
    const { platform, storage, tracing, ingress, canary, apps } = args;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    const server = storage?.external;
    const endpoint = tracing?.external;
    return {
        platform,
        storage: storage && {
            ...storage,
            external: server && {
                ...server,
                // Those that are known later are given all the same.
                urls: Array.isArray(server.urls)
                    ? (server.urls as unknown[]).map(text)
                    : server.urls && [],
                ca: text(server.ca),
            },
        },
        tracing: tracing && {
            ...tracing,
            external: endpoint && {
                ...endpoint,
                http: text(endpoint.http),
                grpc: text(endpoint.grpc),
                ca: text(endpoint.ca),
            },
        },
        ingress,
        canary,
        apps,
    };
}

/** The contract and the logins of a storage that exists already. */
export function externalStorage(
    external: ExternalStorageArgs,
    indices: IndexArgs,
    name: string,
    read: (key: SecretKey) => pulumi.Output<string>,
): UsableStorage {
    const told = external.eck ? { ...eckCluster(external.eck, name, read), ...given(external) } : external;
    const urls = pulumi.output(told.urls as pulumi.Input<pulumi.Input<string>[]>);
    const { ca, maintainer } = told;
    return {
        connection: {
            engine: pulumi.output(external.engine ?? StorageEngine.Elasticsearch),
            version: pulumi.output(external.version),
            urls,
            ...(ca === undefined ? {} : { ca: pulumi.output(ca) }),
            indexPrefix: pulumi.output(indices.indexPrefix ?? joinName([pulumi.getStack()])),
            shards: pulumi.output(indices.shards ?? 1),
            replicas: pulumi.output(external.replicas ?? 0),
            retentionDays: pulumi.output(indices.retentionDays ?? 7),
            reach: { ...placeOf(told), port: urls.apply(([url]) => portOf(url)) },
        },
        writer: login(told.writer as pulumi.Input<StorageCredential>),
        reader: login(told.reader as pulumi.Input<StorageCredential>),
        ...(maintainer === undefined ? {} : { maintainer: login(maintainer) }),
    };
}

/** What is given at all: a key without a value hides nothing. */
function given<T extends object>(record: T): Partial<T> {
    return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/**
 * What the operator keeps of a cluster.
 *
 * @see https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services
 */
function eckCluster(
    { name, namespace }: EckClusterArgs,
    logical: string,
    read: (key: SecretKey) => pulumi.Output<string>,
): Partial<ExternalStorageArgs> {
    const from = (secret: string, key: string) =>
        read({ name: `${logical}-${secret}`, namespace, secret: `${name}-es-${secret}`, key });
    const superuser = { user: "elastic", password: from("elastic-user", "elastic") };
    return {
        urls: [`https://${name}-es-http.${namespace}.svc:9200`],
        // Certificates are public.
        ca: pulumi.unsecret(from("http-certs-public", "ca.crt")),
        namespace,
        podLabels: { "elasticsearch.k8s.elastic.co/cluster-name": name },
        writer: superuser,
        reader: superuser,
        maintainer: superuser,
    };
}

function login(credential: pulumi.Input<StorageCredential>): StorageCredential {
    return { user: field(credential, "user"), password: pulumi.secret(field(credential, "password")) };
}

/** The contract of an OTLP endpoint that exists already. */
export function externalEndpoint({ http, grpc, ca, headers, ...place }: ExternalOtlpArgs): OtlpEndpoint {
    const ports = pulumi.all([http, grpc]).apply((addresses) => addresses.flatMap((each) => (each ? [portOf(each)] : [])));
    return {
        http: pulumi.output(http),
        ...(grpc === undefined ? {} : { grpc: pulumi.output(grpc) }),
        ...(ca === undefined ? {} : { ca: pulumi.output(ca) }),
        ...(headers === undefined ? {} : { headers: pulumi.secret(headers) }),
        reach: {
            ...placeOf(place),
            port: pulumi.output(http).apply(portOf),
            ...(place.namespace === undefined ? {} : { ports }),
        },
    };
}

/** Where something that exists already is, as far as it is told. */
function placeOf({ network, namespace, podLabels }: Pick<ExternalOtlpArgs, "network" | "namespace" | "podLabels">) {
    return {
        ...(network === undefined ? {} : { network: pulumi.output(network) }),
        ...(namespace === undefined ? {} : { namespace: pulumi.output(namespace) }),
        ...(podLabels === undefined ? {} : { podLabels: pulumi.output(podLabels) }),
    };
}

/** The port that an address names, or that of its scheme. */
function portOf(address: string): number {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    return Number(url?.port) || (url?.protocol === "https:" ? 443 : 80);
}
