"""An app that is traced into Elasticsearch: components of another language, wired by their contracts."""

import pulumi
import pulumi_docker as docker

from traced_environment import ElasticsearchStorage, JaegerCollector, JaegerQuery, TracedApp

config = pulumi.Config()
images = config.get_object("images") or {}

# Answers every request, with what any image of Jaeger has on board.
SERVER = r"""
trap 'exit 0' TERM
while :; do
    printf 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n' | nc -l -p 8000 >/dev/null &
    wait
done
"""


def image(part: str) -> dict[str, str]:
    """Where a part's image is taken from; without settings from its vendor."""
    given = {"registry": images.get("registry"), "version": images.get("versions", {}).get(part)}
    return {key: value for key, value in given.items() if value}


opts = pulumi.ResourceOptions(providers=[docker.Provider("engine", host=config.get("dockerHost"))])

storage = ElasticsearchStorage(
    "storage",
    {**image("elasticsearch"), "memory": config.get("storageMemory") or "1GiB"},
    opts,
)

# Each record is handed on as it comes: one output, whose fields are known to nobody here.
collector = JaegerCollector(
    "collector",
    {**image("jaeger"), "storage": storage.connection, "credential": storage.writer, "memory": "128MiB"},
    opts,
)
query = JaegerQuery(
    "query",
    {**image("jaeger"), "storage": storage.connection, "credential": storage.reader, "memory": "128MiB"},
    opts,
)
app = TracedApp(
    "app",
    {
        "image": config.require("appImage"),
        "command": ["sh", "-c", SERVER],
        "environment": {"OTEL_RESOURCE_ATTRIBUTES": "team=checkout"},
        "secretEnvironment": {"TOKEN": config.require_secret("token")},
        "otlp": config.get_object("otlp") or collector.endpoint,
        "memory": "64MiB",
    },
    opts,
)

pulumi.export("otlp", collector.endpoint)
pulumi.export("query", query.endpoint)
pulumi.export("instanceUrls", app.instanceUrls)
