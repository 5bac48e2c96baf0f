// The storage contract: what a role needs to know of the trace storage, and the credential of each role.
import * as pulumi from "@pulumi/pulumi";

import { Reach } from "../platform";

/** What stores the traces. */
export const StorageEngine = {
    /** Elasticsearch 7, 8 or 9. */
    Elasticsearch: "elasticsearch",
    /** OpenSearch 1, 2 or 3. */
    OpenSearch: "opensearch",
} as const;
export type StorageEngine = (typeof StorageEngine)[keyof typeof StorageEngine];

/**
 * A trace storage: one specification that the collector and the query role render alike. From `ElasticsearchStorage`,
 * another stack, or written by hand. Carries no credential.
 */
export interface StorageConnection {
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
    reach?: pulumi.Input<Reach>;
}

/** How one role logs in to the storage. */
export interface StorageCredential {
    /** The user's name. */
    user: pulumi.Input<string>;
    /** The user's password; treated as a secret whether it is marked or not. */
    password: pulumi.Input<string>;
}
