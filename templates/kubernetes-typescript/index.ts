import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { PlatformKind, TracedEnvironment, type EnvironmentImagesArgs } from "traced-environment";

const config = new pulumi.Config();
const host = config.require("host");
const context = config.require("context");
const cluster = new kubernetes.Provider("cluster", { context, clusterIdentifier: context });

const traced = new TracedEnvironment(
    "main",
    {
        platform: PlatformKind.Kubernetes,
        // Where the parts' images come from; without this setting from their vendors.
        images: config.getObject<EnvironmentImagesArgs>("images"),
        storage: { retentionDays: 3 },
        ingress: { port: config.getNumber("port") },
        apps: {
            // The example shop of traced-environment; put your app in its place.
            shop: {
                image: config.require("image"),
                preset: "django",
                django: { settingsModule: "config.settings" },
                command: [
                    "sh",
                    "-c",
                    "python manage.py migrate --noinput && exec gunicorn config.wsgi:application --bind=0.0.0.0:8000 " +
                        "--worker-tmp-dir=/dev/shm --no-control-socket",
                ],
                environment: { ALLOWED_HOSTS: host, DATABASE_URL: "sqlite:////tmp/shop.db" },
                secretEnvironment: { SECRET_KEY: new random.RandomPassword("secret-key", { length: 50 }).result },
                route: { host },
            },
        },
    },
    { providers: [cluster] },
);

/** Where people go. */
export const urls = traced.appUrls;
/** What apps of other stacks are wired with, by a TracedEnvironmentReference. */
export const environment = traced.shared;
