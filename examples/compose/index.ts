// A stack of your own: the components next to other resources, wired by their contracts.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import {
    ElasticsearchStorage,
    EnvironmentImagesArgs,
    JaegerCollector,
    JaegerQuery,
    StorageRetention,
    TracedApp,
    TraefikIngress,
} from "../../components";

const config = new pulumi.Config();

// Where images come from; without this setting from their vendors.
const { registry, ...images } = config.getObject<EnvironmentImagesArgs>("images") ?? {};

const storage = new ElasticsearchStorage("storage", { registry, ...images.elasticsearch, retentionDays: 3 });
new StorageRetention("retention", {
    registry,
    ...images.elasticsearch,
    storage: storage.connection,
    credential: storage.maintainer,
});
const collector = new JaegerCollector("collector", {
    registry,
    ...images.jaeger,
    storage: storage.connection,
    credential: storage.writer,
});
const query = new JaegerQuery("query", {
    registry,
    ...images.jaeger,
    storage: storage.connection,
    credential: storage.reader,
});
const ingress = new TraefikIngress("ingress", {
    registry,
    ...images.traefik,
    otlp: collector.endpoint,
    port: config.getNumber("port"),
    jaegerUi: { query: query.endpoint, port: config.getNumber("jaegerUiPort") },
});

// Resources of yours: a database on a network that the app joins.
const backends = new docker.Network("backends", { internal: true });
const password = new random.RandomPassword("database-password", { length: 24, special: false }).result;
const database = new docker.Container("database", {
    image: config.get("databaseImage") ?? "docker.io/library/postgres:17.2",
    networksAdvanced: [{ name: backends.name, aliases: ["database"] }],
    envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password"],
    uploads: [{ file: "/run/secrets/password", content: password }],
    healthcheck: { tests: ["CMD-SHELL", "pg_isready --host=database --username=postgres"], interval: "2s", retries: 30 },
    wait: true,
});

const shop = new TracedApp(
    "shop",
    {
        image: config.require("image"),
        command: ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000", "--no-control-socket"],
        preset: "django",
        django: { settingsModule: "config.settings" },
        environment: { ALLOWED_HOSTS: "shop.localhost" },
        secretEnvironment: {
            SECRET_KEY: config.requireSecret("secretKey"),
            DATABASE_URL: pulumi.interpolate`postgresql://postgres:${password}@database:5432/postgres`,
        },
        tasks: [{ name: "migrate", command: ["python", "manage.py", "migrate", "--noinput"] }],
        joins: [backends.name],
        otlp: collector.endpoint,
        ingress: ingress.endpoint,
        route: { host: "shop.localhost" },
    },
    { dependsOn: [database] },
);

export const url = shop.url;
export const jaegerUi = ingress.jaegerUiUrl;
