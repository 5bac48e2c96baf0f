"""The component classes as Python sees them: arguments and outputs have the names of the package's schema."""

from typing import Any, Mapping, Optional

import pulumi


class _Component(pulumi.ComponentResource):
    """A component that the plugin makes."""

    outputs: tuple[str, ...] = ()

    def __init__(
        self, name: str, args: Mapping[str, Any], opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        # What is given as None becomes an attribute with the component's output of that name.
        props = {**args, **dict.fromkeys(self.outputs)}
        super().__init__(f"traced-environment:index:{type(self).__name__}", name, props, opts, remote=True)


class ElasticsearchStorage(_Component):
    outputs = ("connection", "writer", "reader", "maintainer")
    connection: pulumi.Output[Mapping[str, Any]]
    writer: pulumi.Output[Mapping[str, Any]]
    reader: pulumi.Output[Mapping[str, Any]]
    maintainer: pulumi.Output[Mapping[str, Any]]


class JaegerCollector(_Component):
    outputs = ("endpoint",)
    endpoint: pulumi.Output[Mapping[str, Any]]


class JaegerQuery(_Component):
    outputs = ("endpoint",)
    endpoint: pulumi.Output[Mapping[str, Any]]


class TracedApp(_Component):
    outputs = ("instanceUrls", "url")
    instanceUrls: pulumi.Output[list[str]]
    url: pulumi.Output[str]
