// The example shop without anything beside it, for tests of other things.
import { TestStack } from "./stack";

/** The shop alone, in one instance, with a database that is a file of its own. */
export function shopAlone(stack: TestStack): void {
    const { shop } = stack.settings.apps;
    delete stack.settings.databases;
    delete shop.database;
    delete shop.tasks;
    shop.replicas = 1;
    shop.command = [
        "sh",
        "-c",
        "python manage.py migrate --noinput && exec gunicorn config.wsgi:application --bind=0.0.0.0:8000 " +
            "--worker-tmp-dir=/dev/shm --no-control-socket",
    ];
    shop.environment = { ALLOWED_HOSTS: "shop.localhost", DATABASE_URL: "sqlite:////tmp/shop.db" };
}
