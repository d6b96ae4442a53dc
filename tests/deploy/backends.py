"""Stand-ins for the nodes behind nginx: what they are asked is kept, and the path says how they answer."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Backend(ThreadingHTTPServer):
    """A node on a free port. `asked` has a (method, path, headers) for each request that has come."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        # Where one waits who asks for /slow.
        self.released = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self.released.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """nginx hangs up when it has waited long enough."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Backend

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        if path.endswith("/lost"):
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if path.endswith("/slow"):
            self.server.released.wait(timeout=60)
        status = {"503": 503, "429": 429, "404": 404, f"only-{self.server.name}": 200}.get(
            path.rpartition("/")[2], 404 if "/only-" in path else 200
        )
        self._answer(status, {"node": self.server.name, "bytes": len(body), "text": "字" * 2000})

    do_POST = do_GET  # noqa: N815 # The standard library looks for this name.

    def _answer(self, status: int, data: dict[str, Any]) -> None:
        found = json.dumps({"code": status, "data": data}).encode()
        self.send_response(status)
        headers = {
            "Content-Type": "text/html" if self.path.startswith("/console/") else "application/json",
            "Content-Length": str(len(found)),
            "X-Request-ID": f"of-{self.server.name}",
            "Strict-Transport-Security": "max-age=1",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "max-age=600" if self.path.startswith("/m/assets/") else "no-cache",
        }
        if status == 429:
            headers["Retry-After"] = "7"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, format: str, *args: Any) -> None:  # The name is the standard library's.
        """Nothing."""
