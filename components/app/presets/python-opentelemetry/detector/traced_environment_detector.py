"""Keeps a service.instance.id from OTEL_RESOURCE_ATTRIBUTES in forked processes: gunicorn's workers."""

from opentelemetry.sdk.resources import OTELResourceDetector


class EnvironmentAfterForkDetector(OTELResourceDetector):
    """Reads OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME again after a fork.

    The SDK puts a random service.instance.id on top of the resource in each forked process, whatever the
    environment says (opentelemetry.sdk.resources.ServiceInstanceIdResourceDetector). Detectors named in
    OTEL_EXPERIMENTAL_RESOURCE_DETECTORS that depend on the process come after that one, so this one wins.
    """

    def is_process_dependent(self) -> bool:
        return True
