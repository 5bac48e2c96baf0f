// Parts of an environment that exist already: what is told of them, and the contracts made of it.
import * as pulumi from "@pulumi/pulumi";

import {
    StorageConnection,
    StorageCredential,
    StorageCredentialArgs,
    StorageEngine,
} from "../storage/contract";
import { field } from "../support/inputs";
import { joinName } from "../support/names";
import { OtlpEndpoint } from "../tracing/contract";
import { AppPlan, ExternalPlan } from "./externalChecks";

/** A trace storage that exists already. */
export interface ExternalStorageArgs {
    /** What the server is: `elasticsearch` (7, 8, 9) or `opensearch` (1, 2, 3). @default elasticsearch */
    engine?: string;
    /** The server's version, e.g. `8.19.0`: Jaeger's configuration depends on it. */
    version: string;
    /** The server's addresses, e.g. `https://es.example.org:9200`. */
    urls: pulumi.Input<pulumi.Input<string>[]>;
    /** The certificate authorities (PEM) of an https server. @default the system's */
    ca?: pulumi.Input<string>;
    /** Docker: the existing network on which the server is reached. Give this or `egress`. */
    network?: pulumi.Input<string>;
    /** Whether the server is outside: Jaeger's roles then get a way out. @default false */
    egress?: boolean;
    /** Replicas of each shard; more than the server has further nodes leaves the indices yellow. @default 0 */
    replicas?: pulumi.Input<number>;
    /** The login of the collector, which makes index templates and writes. */
    writer: pulumi.Input<StorageCredentialArgs>;
    /** The login of the query role, which reads. */
    reader: pulumi.Input<StorageCredentialArgs>;
    /** The login that deletes old indices. @default none: then nothing deletes them */
    maintainer?: pulumi.Input<StorageCredentialArgs>;
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

/** Arguments of an environment that may hold what is known later only. */
interface EnvironmentArgs {
    storage?: IndexArgs & { external?: ExternalStorageArgs };
    tracing?: { external?: ExternalOtlpArgs };
    ingress?: object;
    canary?: object;
    apps: Record<string, AppPlan>;
}

/** The arguments that are checked before anything is made; of inputs only those that are plain. */
export function plainly(args: EnvironmentArgs): Omit<ExternalPlan, "jaegerVersion"> {
    const { storage, tracing, ingress, canary, apps } = args;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    const server = storage?.external;
    const endpoint = tracing?.external;
    return {
        storage: storage && {
            ...storage,
            external: server && {
                ...server,
                urls: Array.isArray(server.urls) ? (server.urls as unknown[]).map(text) : undefined,
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
export function externalStorage(external: ExternalStorageArgs, indices: IndexArgs): UsableStorage {
    const urls = pulumi.output(external.urls);
    const { ca, network, maintainer } = external;
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
            reach: {
                ...(network === undefined ? {} : { network: pulumi.output(network) }),
                port: urls.apply(([url]) => portOf(url)),
            },
        },
        writer: login(external.writer),
        reader: login(external.reader),
        ...(maintainer === undefined ? {} : { maintainer: login(maintainer) }),
    };
}

function login(credential: pulumi.Input<StorageCredentialArgs>): StorageCredential {
    return { user: field(credential, "user"), password: pulumi.secret(field(credential, "password")) };
}

/** The contract of an OTLP endpoint that exists already. */
export function externalEndpoint({ http, grpc, ca, headers, network }: ExternalOtlpArgs): OtlpEndpoint {
    return {
        http: pulumi.output(http),
        ...(grpc === undefined ? {} : { grpc: pulumi.output(grpc) }),
        ...(ca === undefined ? {} : { ca: pulumi.output(ca) }),
        ...(headers === undefined ? {} : { headers: pulumi.secret(headers) }),
        reach: {
            ...(network === undefined ? {} : { network: pulumi.output(network) }),
            port: pulumi.output(http).apply(portOf),
        },
    };
}

/** The port that an address names, or that of its scheme. */
function portOf(address: string): number {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    return Number(url?.port) || (url?.protocol === "https:" ? 443 : 80);
}
