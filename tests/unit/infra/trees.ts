// Trees of settings for tests: a good one, and ways to change it.

/** Settings with every feature, all right. */
export const GOOD = {
    platform: "docker",
    engine: "ssh://deploy@docker.example.org",
    environmentId: "t1",
    environmentName: "staging",
    images: {
        registry: "mirror.example.org:5000/vendors",
        elasticsearch: { version: "8.19.0" },
        jaeger: { version: "2.21.0", image: "registry.example.org/jaeger:2.21.0-ours" },
        traefik: { version: "3.7.11" },
        postgres: { version: "15-bookworm" },
    },
    storage: { memory: "2GiB", indexPrefix: "shop", shards: 3, retentionDays: 3, retentionInterval: "30m", maxSize: "20GiB", keepData: true, backup: true },
    tracing: {
        collectorMemory: "512MiB",
        queryMemory: "256MiB",
        sampling: { defaultRate: 0.5, services: { shop: 0.1 } },
    },
    ingress: {
        address: "127.0.0.1",
        port: 8081,
        tls: { port: 8444 },
        jaegerUiPort: 16687,
        jaegerUiRoute: { host: "traces.localhost", forwardAuth: "http://oauth2-proxy:4180/oauth2/auth" },
        sampleRate: 0.25,
        memory: "128MiB",
    },
    databases: { shop: { memory: "256MiB" } },
    apps: {
        shop: {
            image: "registry.example.org/shop:1.4.2",
            preset: "django",
            django: { settingsModule: "shop.settings" },
            command: ["gunicorn", "shop.wsgi"],
            port: 8000,
            healthPath: "/health",
            readyTimeout: 120,
            replicas: 2,
            memory: "256MiB",
            userId: 10001,
            environment: {
                ALLOWED_HOSTS: "shop.localhost",
                OTEL_SERVICE_NAME: "mine",
                OTEL_TRACES_SAMPLER: "always_off",
            },
            secretEnvironment: { STRIPE_KEY: "sk-l1ve-Secret" },
            generateSecrets: ["SECRET_KEY"],
            database: "shop",
            tasks: [{ name: "migrate", command: ["python", "manage.py", "migrate"] }],
            route: { host: "shop.localhost", pathPrefix: "/shop", traced: true, keepAlive: 75 },
            serviceVersion: "1.4.2",
            resourceAttributes: { "team.name": "orders" },
            joins: ["legacy"],
            egress: true,
        },
    },
    docker: { subnetPool: "10.210.0.0/24" },
};

/** The secret in {@link GOOD}. */
export const SECRET = GOOD.apps.shop.secretEnvironment.STRIPE_KEY;

/** How Pulumi says that something below `apps` is secret. */
export const SECRET_APPS = { secretKeys: new Set(["apps"]) };

/** {@link GOOD} with values at paths such as `apps.shop.tasks.0.name`; `undefined` takes the value away. */
export function changed(changes: Readonly<Record<string, unknown>>): object {
    const tree = structuredClone(GOOD) as Record<string, unknown>;
    for (const [path, value] of Object.entries(changes)) {
        const parts = path.split(".");
        const last = parts.pop() as string;
        const parent = parts.reduce((node, part) => (node[part] ??= {}) as Record<string, unknown>, tree);
        if (value === undefined) {
            delete parent[last];
        } else {
            parent[last] = structuredClone(value);
        }
    }
    return tree;
}

/** A storage that exists already, all right; what only a storage that is made here has is taken away. */
export const EXTERNAL_STORAGE = {
    "storage.memory": undefined,
    "storage.keepData": undefined,
    "storage.backup": undefined,
    "storage.external": {
        engine: "opensearch",
        version: "2.19.0",
        urls: ["https://search.example.org:9200"],
        egress: true,
        replicas: 1,
        writer: { user: "writer", password: "wr1ter-Secret" },
        reader: { user: "reader", password: "re4der-Secret" },
        maintainer: { user: "maintainer", password: "m4intainer-Secret" },
    },
};

/** An OTLP endpoint that exists already, all right; nothing else of tracing is left. */
export const EXTERNAL_OTLP = {
    storage: undefined,
    tracing: {
        external: { http: "https://otlp.example.org", headers: { "x-api-key": "k3y-Secret" } },
    },
    "ingress.jaegerUiPort": undefined,
    "ingress.jaegerUiRoute": undefined,
};
