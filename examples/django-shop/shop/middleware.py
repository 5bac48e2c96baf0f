"""Names the instance that answered, so that a client can tell the replicas apart."""

import socket

INSTANCE = socket.gethostname()


def instance_header(get_response):
    """Adds `X-Instance: <host name>` to every response, errors included."""

    def middleware(request):
        response = get_response(request)
        response.headers["X-Instance"] = INSTANCE
        return response

    return middleware
