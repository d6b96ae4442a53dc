"""Whom this house calls: services that its settings name, nobody that a stranger names, and no further.

Beside it: PDFs load nothing from outside (tests/backend/documents/test_pdf.py), what programs
send with a report is not fetched (tests/feedback/reports/open311), and all tests run with every socket but
loopback's closed.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from backend.app import create_app
from backend.config import SuperiorSettings
from backend.errors import Unavailable
from backend.outside import Service
from canteen.bulletins.direct_reports.client import SuperiorPlatform
from canteen.bulletins.direct_reports.errors import PlatformUnavailable
from tests.databases import settings_for

ROOT = Path(__file__).parents[2]
FOLDERS = ("backend", "canteen", "meeting", "property", "feedback", "console", "miniapp_api")
# What can open a connection.
NETWORK = {
    "httpx", "requests", "aiohttp", "urllib.request", "urllib3", "http.client", "socket", "ssl", "smtplib",
    "ftplib", "imaplib", "poplib", "telnetlib", "xmlrpc.client", "asyncio", "obstore", "psycopg",
}  # fmt: skip
# Who may, and where the address comes from.
CALLERS = {
    "backend/outside.py": "the service's address, of the settings",
    "backend/identity/providers.py": "the pool that clients of WeChat, WeCom and 浙政钉 share",
    "backend/notifications/delivery/channels.py": "the same, for messages",
    "backend/wechat/client.py": "WECHAT_BASE_URL",
    "backend/wecom/client.py": "WECOM_BASE_URL",
    "backend/zwdd/client.py": "ZWDD_BASE_URL",
    "backend/sms/gateway.py": "SMS_URL",
    "feedback/moderation/checking.py": "WECHAT_BASE_URL, to have texts checked",
    "canteen/bulletins/direct_reports/client.py": "HOUQIN_SUPERIOR_URL",
    "backend/media/storage.py": "HOUQIN_MEDIA_URL and its endpoint",
    "backend/devices/gateway/uplink.py": "the gateway's own configuration, on another machine",
    "backend/devices/gateway/sources.py": "a scale beside the gateway, of its configuration",
    "backend/devices/simulator.py": "a command to try a server out: the address is its argument",
    "backend/serve.py": "this machine: is the port free, is the server ready",
    "backend/doctor.py": "this machine: does the server answer",
    "miniapp_api/simulator.py": "the simulator on this machine, in the demo alone",
    "backend/wechat/simulator/callbacks.py": "the simulator's own: it calls us back",
    "backend/wechat/simulator/check_api.py": "the simulator's own: it looks at our pictures",
    "backend/db.py": "DATABASE_URL",
    "backend/statements.py": "DATABASE_URL",
    "backend/scheduler.py": "nobody: it asks for this machine's name",
    "backend/backups/databases.py": "DATABASE_URL",
}


@cache
def sources() -> list[tuple[str, ast.Module]]:
    """Every module of the program that could be meant, by its path."""
    words = {each.partition(".")[0] for each in NETWORK} | {"follow_redirects", "verify"}
    found = []
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            text = "" if "node_modules" in path.parts else path.read_text()
            if any(word in text for word in words):
                found.append((path.relative_to(ROOT).as_posix(), ast.parse(text)))
    return found


def imported(tree: ast.Module) -> set[str]:
    """The modules that are imported anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_these_modules_can_call_anybody():
    """A new one is added here with where it takes the address from, and looked at for it."""
    able = {path for path, tree in sources() if imported(tree) & NETWORK}
    assert able - set(CALLERS) == set()


def test_no_redirect_is_followed_and_no_proxy_of_the_environment_is_asked():
    """A service that was taken over cannot send us to where it cannot go itself."""
    wrong = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            if given.get("follow_redirects", "False") != "False":
                wrong.append(f"{path}:{node.lineno} follows")
            called = ast.unparse(node.func)
            opens = ("httpx.Client", "httpx.AsyncClient", "httpx.get", "httpx.post", "httpx.request")
            if called in opens and given.get("trust_env") != "False":
                wrong.append(f"{path}:{node.lineno} asks the environment")
            if given.get("verify") == "False":
                wrong.append(f"{path}:{node.lineno} believes any certificate")
    assert wrong == []


class _Redirecting(BaseHTTPRequestHandler):
    """Sends everybody on to its own /secret, and notes who came."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined] # Ours, see below.
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_secret = self.path.startswith("/secret")
        self.send_response(200 if is_secret else 307)
        if not is_secret:
            self.send_header("Location", "/secret")
        self.send_header("Content-Length", "2" if is_secret else "0")
        self.end_headers()
        self.wfile.write(b"{}" if is_secret else b"")

    do_POST = do_GET  # noqa: N815 # The library looks for these names.

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def redirecting() -> Iterator[tuple[str, list[str]]]:
    """A server that redirects: its address, and what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting)
    server.asked = []  # type: ignore[attr-defined] # What the handler notes.
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.asked  # type: ignore[attr-defined] # As above.
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_service_that_sends_us_elsewhere_is_out_of_order():
    with redirecting() as (url, asked):
        service = Service("fake", url, 60.0, Unavailable, pauses_s=())
        with service.http, pytest.raises(Unavailable):
            service.ask("POST", "/cgi-bin/token", body={"secret": "s"})
    assert asked == ["/cgi-bin/token"]


def test_so_is_a_superior_platform(tmp_path):
    app = create_app(settings_for(tmp_path))
    with app.app_context(), redirecting() as (url, asked):
        platform = SuperiorPlatform(SuperiorSettings(url, "PLATFORM-1", "s" * 43, "U1"))
        with platform._http, pytest.raises(PlatformUnavailable):
            platform.send(b"{}")
    assert len(asked) == 1
    assert "/secret" not in asked
