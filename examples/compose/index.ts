// A stack of your own: the components next to other resources, wired by their contracts.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import {
    ElasticsearchStorage,
    JaegerCollector,
    JaegerQuery,
    StorageRetention,
    TracedApp,
    TraefikIngress,
} from "../../components";

const config = new pulumi.Config();

const storage = new ElasticsearchStorage("storage", { retentionDays: 3 });
new StorageRetention("retention", { storage: storage.connection, credential: storage.maintainer });
const collector = new JaegerCollector("collector", {
    storage: storage.connection,
    credential: storage.writer,
});
const query = new JaegerQuery("query", {
    storage: storage.connection,
    credential: storage.reader,
});
const ingress = new TraefikIngress("ingress", {
    otlp: collector.endpoint,
    jaegerUi: { query: query.endpoint },
});

// Resources of yours: the app joins their network.
const backends = new docker.Network("backends", { internal: true });
new docker.Container("cache", {
    image: "docker.io/library/redis:7.4.1",
    networksAdvanced: [{ name: backends.name, aliases: ["cache"] }],
});

const shop = new TracedApp("shop", {
    image: config.require("image"),
    command: ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000"],
    preset: "django",
    django: { settingsModule: "config.settings" },
    environment: { CACHE_URL: "redis://cache:6379" },
    secretEnvironment: { SECRET_KEY: config.requireSecret("secretKey") },
    joins: [backends.name],
    otlp: collector.endpoint,
    ingress: ingress.endpoint,
    route: { host: "shop.localhost" },
});

export const url = shop.url;
export const jaegerUi = ingress.jaegerUiUrl;
