"""The simulator as a process or a thread: one thread per connection, no reload, no access log."""

from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _QuietHandler(WSGIRequestHandler):
    # Addresses carry codes and secrets; the masked log of requests is enough.
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def make_simulator_server(simulator: Flask, port: int, host: str = "127.0.0.1") -> BaseWSGIServer:
    """A server that listens already; `serve_forever()` runs it. Port 0 takes a free one."""
    return make_server(host, port, simulator, threaded=True, request_handler=_QuietHandler)
