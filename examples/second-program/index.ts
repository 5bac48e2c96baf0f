// An app of another program: on the ingress of an environment that is up, and in the same traces.
import * as pulumi from "@pulumi/pulumi";

import { PlatformKind, TracedApp, TracedEnvironmentReference } from "../../components";

const config = new pulumi.Config();
const platform = config.get<PlatformKind>("platform") ?? PlatformKind.Docker;

// The environment's stack, e.g. organization/traced-environment/dev, on the same Docker engine or in the same cluster.
const environment = new TracedEnvironmentReference("environment", { stack: config.require("environment") });

const second = new TracedApp("second", {
    platform,
    environmentId: config.get("environmentId"),
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
    environment: { ALLOWED_HOSTS: "second.localhost", DATABASE_URL: "sqlite:////tmp/second.db" },
    secretEnvironment: { SECRET_KEY: config.requireSecret("secretKey") },
    // In a cluster it has a namespace of its own, which is there already.
    ...(platform === PlatformKind.Kubernetes ? { kubernetes: { namespace: config.require("namespace") } } : {}),
    otlp: environment.otlp,
    ingress: environment.ingress,
    route: { host: "second.localhost" },
});

export const url = second.url;
