// An app alone: its spans go to an OTLP endpoint that exists already, such as that of a tracing backend.
import * as pulumi from "@pulumi/pulumi";

import { OtlpEndpoint, TracedApp } from "../../components";

const config = new pulumi.Config();

const app = new TracedApp("app", {
    image: config.require("image"),
    // Its database is a file that goes with the container.
    command: [
        "sh",
        "-c",
        "python manage.py migrate --noinput && exec gunicorn config.wsgi:application --bind=0.0.0.0:8000 " +
            "--worker-tmp-dir=/dev/shm --no-control-socket",
    ],
    preset: "django",
    django: { settingsModule: "config.settings" },
    environment: { ALLOWED_HOSTS: "*", DATABASE_URL: "sqlite:////tmp/app.db" },
    secretEnvironment: { SECRET_KEY: config.requireSecret("secretKey") },
    // The endpoint's addresses, and by `reach` the network that it is on. Without `reach` the app needs a way out.
    otlp: config.requireObject<OtlpEndpoint>("otlp"),
    egress: config.getBoolean("egress"),
});

/** Its instances, as those find them who are on a network with it: it has no route. */
export const instanceUrls = app.instanceUrls;
