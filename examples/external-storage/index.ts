// An environment on an Elasticsearch that exists already: its traces are kept there, and no storage is made.
import * as pulumi from "@pulumi/pulumi";

import { EnvironmentImagesArgs, ExternalStorageArgs, PlatformKind, TracedEnvironment } from "../../components";

const config = new pulumi.Config();

// What the server is and where: `version`, `urls`, the authorities of an https address as `ca`; and the way there, which is
// `network` on Docker, `namespace` in a cluster, or `egress: true`.
const server = config.requireObject<ExternalStorageArgs>("server");

// A user of the server for each role, with the privileges that docs/storage.md lists.
const login = (role: string) => ({
    user: config.get(`${role}User`) ?? `jaeger-${role}`,
    password: config.requireSecret(`${role}Password`),
});

const main = new TracedEnvironment("main", {
    platform: config.get<PlatformKind>("platform"),
    images: config.getObject<EnvironmentImagesArgs>("images"),
    storage: {
        // Everything is kept in `<indexPrefix>-jaeger-...`, beside what else the server keeps.
        indexPrefix: config.get("indexPrefix"),
        retentionDays: config.getNumber("retentionDays"),
        external: {
            ...server,
            writer: login("writer"),
            reader: login("reader"),
            maintainer: login("maintainer"),
        },
    },
    ingress: { port: config.getNumber("port"), jaegerUiPort: config.getNumber("jaegerUiPort") },
    alerts: { runbookUrl: config.get("runbookUrl") },
    apps: {
        shop: {
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
            environment: { ALLOWED_HOSTS: "shop.localhost", DATABASE_URL: "sqlite:////tmp/shop.db" },
            secretEnvironment: { SECRET_KEY: config.requireSecret("secretKey") },
            route: { host: "shop.localhost" },
        },
    },
});

export const url = main.appUrls.apply(({ shop }) => shop);
export const jaegerUi = main.jaegerUiUrl;
/** Alert rules, for the rule files of your Prometheus. */
export const alertRules = main.alertRules;
/** What programs of other stacks are wired with. */
export const environment = main.shared;
