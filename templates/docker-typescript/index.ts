import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { TracedEnvironment, type EnvironmentImagesArgs } from "traced-environment";

const config = new pulumi.Config();
const host = "shop.localhost";

const traced = new TracedEnvironment("main", {
    // Where the parts' images come from; without this setting from their vendors.
    images: config.getObject<EnvironmentImagesArgs>("images"),
    storage: { retentionDays: 3 },
    ingress: { port: config.getNumber("port"), jaegerUiPort: config.getNumber("jaegerUiPort") },
    apps: {
        // The example shop of traced-environment; put your app in its place.
        shop: {
            image: config.get("image") ?? "traced-environment/django-shop:1",
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
});

/** Where people go. */
export const urls = traced.appUrls;
export const jaegerUi = traced.jaegerUiUrl;
/** What apps of other stacks are wired with, by a TracedEnvironmentReference. */
export const environment = traced.shared;
