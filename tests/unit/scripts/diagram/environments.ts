// Settings of environments that are drawn in tests, as a stack's file gives them.
import { effectiveSettings } from "../../../../scripts/diagram/effective";
import { Facts } from "../../../../scripts/diagram/facts";
import { factsOfSettings } from "../../../../scripts/diagram/settings";

export const PROJECT = "traced-environment";

/** A secret as a stack's file has it. Decrypted or not, it is to be seen nowhere. */
export const CIPHER = "AAABAnot-to-be-seen=";
export const SECURE = { secure: CIPHER };

const APP = { image: "registry.example.org/app:1", command: ["serve"] };

/** Names as people give them. */
const NAMES = ["shop", "stock", "billing", "search", "accounts", "mail", "reports", "images", "prices", "basket"];

/** So many apps; every fifth without a route, every third with a database, which some share. */
export function apps(count: number): { apps: object; databases: object } {
    const name = (index: number) => `${NAMES[index % NAMES.length]}${index < NAMES.length ? "" : `-${Math.floor(index / NAMES.length) + 1}`}`;
    const database = (index: number) => NAMES[Math.floor(index / 3) % 6];
    const all = Array.from({ length: count }, (_, index) => index);
    return {
        apps: Object.fromEntries(
            all.map((index) => [
                name(index),
                {
                    ...APP,
                    ...(index % 5 === 4 ? {} : { route: { host: `${name(index)}.example.org` } }),
                    ...(index % 3 === 0 ? { database: database(index) } : {}),
                    ...(index % 4 === 0 ? { replicas: 2 } : {}),
                    ...(index % 7 === 6 ? { egress: true } : {}),
                    ...(index % 11 === 10 ? { environment: { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" } } : {}),
                },
            ]),
        ),
        databases: Object.fromEntries(all.filter((index) => index % 3 === 0).map((index) => [database(index), {}])),
    };
}

const DOCKER = { engine: "ssh://deploy@docker.example.org" };
const KUBERNETES = { platform: "kubernetes", kubernetes: { context: "prod" } };
const ROUTED = { shop: { ...APP, route: { host: "shop.example.org" } } };

const EXTERNAL_STORAGE = {
    engine: "opensearch",
    version: "2.19.0",
    urls: ["https://search.example.org:9200"],
    egress: true,
    writer: { user: "writer", password: SECURE },
    reader: { user: "reader", password: SECURE },
};

const EXTERNAL_INGRESS = { url: "https://example.org", ingressClass: "nginx", namespace: "ingress-nginx" };

/** Environments of all kinds, by what is special about them. */
export const ENVIRONMENTS: Readonly<Record<string, Record<string, unknown>>> = {
    "one app": { ...DOCKER, databases: { shop: {} }, apps: { shop: { ...ROUTED.shop, replicas: 2, database: "shop" } } },
    "three apps": { ...DOCKER, ...apps(3), canary: { interval: "10m" } },
    "thirty apps": { ...DOCKER, ...apps(30), canary: { interval: "10m" }, ingress: { tls: {} } },
    "no app": DOCKER,
    "everything of a Docker engine": {
        ...DOCKER,
        environmentId: "t1",
        storage: { keepData: true, backup: true },
        ingress: {
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348",
            port: 80,
            tls: { port: 443, certificate: undefined },
            jaegerUiPort: 16687,
            jaegerUiRoute: { host: "traces.example.org", users: { ada: SECURE } },
        },
        canary: { interval: "5m" },
        databases: { shop: {}, stock: {} },
        apps: {
            shop: {
                ...ROUTED.shop,
                route: { host: "a-rather-long-name-of-a-host.in-a-department.of-a-company.example.org", pathPrefix: "/shop" },
                port: 9000,
                secretEnvironment: { API_KEY: SECURE },
                generateSecrets: ["SECRET_KEY"],
                database: "shop",
                tasks: [{ name: "migrate", command: ["migrate"] }],
                egress: true,
                joins: ["legacy"],
            },
            "paths-only": { ...APP, route: { pathPrefix: "/api" }, environment: { OTEL_TRACES_SAMPLER: "parentbased_jaeger_remote" } },
            worker: { ...APP, database: "shop", joins: ["legacy"], environment: { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" } },
            stranger: {
                ...APP,
                egress: true,
                environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "https://user:pa55word@otlp.example.com/key" },
            },
            unseen: { ...APP, egress: true, secretEnvironment: { OTEL_EXPORTER_OTLP_ENDPOINT: SECURE } },
        },
    },
    "a storage that exists already": {
        ...DOCKER,
        storage: { external: { ...EXTERNAL_STORAGE, maintainer: { user: "maintainer", password: SECURE } } },
        apps: ROUTED,
    },
    "a storage on a network": {
        ...DOCKER,
        storage: { external: { ...EXTERNAL_STORAGE, egress: undefined, network: "search-network" } },
        apps: ROUTED,
    },
    "an OTLP endpoint that exists already": {
        ...DOCKER,
        tracing: { external: { http: "https://otlp.example.org/tenant", headers: { "x-api-key": SECURE } } },
        apps: { shop: { ...ROUTED.shop, egress: true }, worker: { ...APP, egress: true } },
    },
    "a cluster": {
        ...KUBERNETES,
        ...apps(3),
        canary: { interval: "10m" },
        storage: { kubernetes: { nodes: 3 } },
        ingress: { port: 80, replicas: 2, kubernetes: { maxReplicas: 4 } },
    },
    "a cluster without an address": { ...KUBERNETES, kubernetes: { context: "prod", serviceType: "ClusterIP", namespace: "shop" }, apps: ROUTED },
    "a controller that exists already": {
        ...KUBERNETES,
        ingress: { external: EXTERNAL_INGRESS },
        canary: { interval: "10m" },
        apps: { ...ROUTED, stock: { ...APP, route: { host: "stock.example.org", pathPrefix: "/v1" } }, worker: APP },
    },
    "an Elasticsearch of an operator": {
        ...KUBERNETES,
        storage: { external: { version: "8.19.0", eck: { name: "traces", namespace: "elastic" } } },
        apps: ROUTED,
    },
};

/** The settings as a stack's file. */
export function stackFile(settings: Readonly<Record<string, unknown>>) {
    return { config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${PROJECT}:${key}`, value])) };
}

/** The facts of such settings. */
export function factsOf(settings: Readonly<Record<string, unknown>>, stack = "prod"): Facts {
    return factsOfSettings(effectiveSettings(stackFile(settings), PROJECT), PROJECT, stack);
}
