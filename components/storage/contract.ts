// The storage contract: what a role needs to know of the trace storage, and the credential of each role.
import * as pulumi from "@pulumi/pulumi";

import { Reach, ReachArgs } from "../platform";

/** What stores the traces. */
export const StorageEngine = {
    /** Elasticsearch 7, 8 or 9. */
    Elasticsearch: "elasticsearch",
    /** OpenSearch 1, 2 or 3. */
    OpenSearch: "opensearch",
} as const;
export type StorageEngine = (typeof StorageEngine)[keyof typeof StorageEngine];

/** A trace storage: one specification that the collector and the query role render alike. Carries no credential. */
export interface StorageConnection {
    /** `elasticsearch` or `opensearch`. */
    engine: pulumi.Output<string>;
    /** The server's version, e.g. `8.19.0`. */
    version: pulumi.Output<string>;
    /** The server's addresses, e.g. `http://storage:9200`. */
    urls: pulumi.Output<string[]>;
    /** The certificate authorities (PEM) of an https server; without them the system's are used. */
    ca?: pulumi.Output<string>;
    /** Indices are named `<indexPrefix>-jaeger-span-<day>`: one prefix per environment on a shared server. */
    indexPrefix: pulumi.Output<string>;
    /** Primary shards of each index. */
    shards: pulumi.Output<number>;
    /** Replicas of each shard. */
    replicas: pulumi.Output<number>;
    /** Days that spans are kept, and that Jaeger looks back. */
    retentionDays: pulumi.Output<number>;
    /** How callers get there. */
    reach: Reach;
}

/** {@link StorageConnection} as an input: from `ElasticsearchStorage`, another stack, or written by hand. */
export interface StorageConnectionArgs {
    /** `elasticsearch` or `opensearch`. @default elasticsearch */
    engine?: pulumi.Input<string>;
    /** The server's version, e.g. `8.19.0`: Jaeger's configuration depends on it. */
    version: pulumi.Input<string>;
    /** The server's addresses, e.g. `https://es.example.org:9200`. */
    urls: pulumi.Input<pulumi.Input<string>[]>;
    /** The certificate authorities (PEM) that an https server's certificate is checked with. @default the system's */
    ca?: pulumi.Input<string>;
    /** Indices are named `<indexPrefix>-jaeger-span-<day>`: one prefix per environment on a shared server. */
    indexPrefix: pulumi.Input<string>;
    /** Primary shards of each index. @default 1 */
    shards?: pulumi.Input<number>;
    /** Replicas of each shard; more than the server has further nodes leaves the indices yellow. @default 0 */
    replicas?: pulumi.Input<number>;
    /** Days that spans are kept, and that Jaeger looks back. @default 7 */
    retentionDays?: pulumi.Input<number>;
    /** How callers get there. */
    reach?: pulumi.Input<ReachArgs>;
}

/** How one role logs in to the storage. */
export interface StorageCredential {
    /** The user's name. */
    user: pulumi.Output<string>;
    /** The user's password; a secret. */
    password: pulumi.Output<string>;
}

/** {@link StorageCredential} as an input. */
export interface StorageCredentialArgs {
    /** The user's name. */
    user: pulumi.Input<string>;
    /** The user's password; treated as a secret whether it is marked or not. */
    password: pulumi.Input<string>;
}
