"""An app that is traced into Elasticsearch: the parts from Python, wired by their contracts."""

import pulumi
import pulumi_docker as docker
from pulumi_traced_environment import (
    ElasticsearchStorage,
    JaegerCollector,
    JaegerQuery,
    StorageRetention,
    TracedApp,
)

config = pulumi.Config()

# Where the parts' images come from; without this setting from their vendors.
images = config.get_object("images") or {}


def image(part: str) -> dict[str, str]:
    registry = {"registry": images["registry"]} if "registry" in images else {}
    return {**registry, **images.get(part, {})}


# Where no argument says what is wanted: a transform reaches every child of every component.
def with_team(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "docker:index/container:Container":
        return None
    labels = pulumi.Output.from_input(args.props.get("labels", []))
    team = {"label": "org.example.team", "value": "checkout"}
    return pulumi.ResourceTransformResult({**args.props, "labels": labels.apply(lambda own: [*own, team])}, args.opts)


pulumi.runtime.register_resource_transform(with_team)

# An engine of one's own choice: every child of a component gets this provider.
opts = pulumi.ResourceOptions(providers=[docker.Provider("engine", host=config.get("dockerHost"))])

storage = ElasticsearchStorage(
    "storage",
    **image("elasticsearch"),
    memory=config.get("storageMemory") or "1GiB",
    retention_days=3,
    opts=opts,
)
StorageRetention(
    "retention",
    **image("elasticsearch"),
    storage=storage.connection,
    credential=storage.maintainer,
    opts=opts,
)

# Each contract is handed on as it comes: one output, whose fields nobody here has to know.
collector = JaegerCollector(
    "collector",
    **image("jaeger"),
    storage=storage.connection,
    credential=storage.writer,
    opts=opts,
)
query = JaegerQuery(
    "query",
    **image("jaeger"),
    storage=storage.connection,
    credential=storage.reader,
    opts=opts,
)

app = TracedApp(
    "app",
    image=config.require("image"),
    # Its database is a file that goes with the container.
    command=[
        "sh",
        "-c",
        "python manage.py migrate --noinput && exec gunicorn config.wsgi:application --bind=0.0.0.0:8000 "
        "--worker-tmp-dir=/dev/shm --no-control-socket",
    ],
    preset="django",
    django={"settings_module": "config.settings"},
    environment={
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": "sqlite:////tmp/app.db",
        "OTEL_RESOURCE_ATTRIBUTES": "team=checkout",
    },
    secret_environment={"SECRET_KEY": config.require_secret("secretKey")},
    otlp=config.get_object("otlp") or collector.endpoint,
    opts=opts,
)

pulumi.export("otlp", collector.endpoint)
pulumi.export("query", query.endpoint)
pulumi.export("instanceUrls", app.instance_urls)
