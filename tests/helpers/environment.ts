// The arguments of a whole environment, as the tests of its resources use them.
import { TracedEnvironmentArgs } from "../../components";

/** A secret of the user's: recognizable wherever it turns up. */
export const USER_SECRET = "us3r-s3cret/with+signs=";

/** An environment with every feature of an app. */
export const WHOLE: TracedEnvironmentArgs = {
    environmentId: "t1",
    storage: { backup: true },
    apps: {
        shop: {
            image: "registry.example.org/shop:1.4.2",
            command: ["gunicorn", "config.wsgi"],
            preset: "django",
            django: { settingsModule: "config.settings" },
            replicas: 2,
            environment: { ALLOWED_HOSTS: "shop.example.org" },
            secretEnvironment: { SECRET_KEY: USER_SECRET },
            tasks: [{ name: "migrate", command: ["python", "manage.py", "migrate"] }],
            route: { host: "shop.example.org" },
            joins: ["database"],
            egress: true,
        },
        worker: { image: "registry.example.org/worker:2" },
    },
    canary: { interval: "10m" },
    docker: { subnetPool: "10.210.0.0/24" },
};
