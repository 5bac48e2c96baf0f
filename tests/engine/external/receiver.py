"""An OTLP endpoint over HTTPS that wants an API key: logs each export, and what it holds as hexadecimal digits."""

import gzip
import os
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        """The body of known length, or, as Traefik sends it, in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def do_POST(self) -> None:
        body = self.body()
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        known = self.headers.get("x-api-key") == os.environ["API_KEY"]
        print("taken" if known else "refused", self.path, body.hex(), flush=True)
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Requests are logged above."""


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/receiver/node.pem", "/receiver/node.key")
server = ThreadingHTTPServer(("", 4318), Receiver)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
