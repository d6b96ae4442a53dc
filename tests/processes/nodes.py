"""Several machines on one: nodes that share a database, each of real processes on the loopback.

    with Postgres.like(postgres_template) as postgres, Cluster(tmp_path, postgres.url) as cluster:
        node = cluster.node("a")            # `flask serve` as a deployment runs it: web server and scheduler
        nginx = cluster.nginx(node.port)    # deploy/nginx before it
        Phone(nginx.url, token).insist("GET", "/api/v1/me")

Whatever a cluster has started ends with it, also when the test fails.
"""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

import httpx

from backend.config import Settings
from backend.serve import children
from benchmarks.servers import free_port
from tests.databases import ENVIRONMENT
from tests.processes.nginx import Nginx
from tests.processes.phones import Delivered, Phone
from tests.processes.postgres import Postgres

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
SERVE = (sys.executable, "-m", "flask", "--app", "backend.web:application", "serve")
# A node starts in three seconds on an idle machine, in ninety on one with far too much to do.
PATIENCE_S = 300.0
# Nodes speak HTTP: to read all certificates there are takes longer than to ask one of them something.
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# How the processes of a node are known among all others.
_MARK = "HOUQIN_NODE"


def until(condition: Callable[[], T], seconds: float = PATIENCE_S, told: Callable[[], str] = str) -> T:
    """What `condition` returns, once it is true; fails with what `told` says if that takes too long."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"it takes too long: {told()}"
        time.sleep(0.05)
    return found


class Node:
    """The processes of one machine. `process` leads them; `port` is 0 where nothing listens."""

    def __init__(
        self, folder: Path, name: str, command: Sequence[str], environment: dict[str, str], port: int
    ) -> None:
        self.folder, self.name, self.port = folder, name, port
        self._command, self._environment = command, {**environment, _MARK: str(folder)}
        self._told_before = 0
        self.process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The application's address, past every proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What its processes have said since it was started last."""
        return self._said()[self._told_before :].decode(errors="replace")

    @property
    def whole_log(self) -> str:
        """What they have said since it was started first."""
        return self._said().decode(errors="replace")

    def _said(self) -> bytes:
        path = self.folder / "log"
        return path.read_bytes() if path.exists() else b""

    def start(self, code: Path | None = None) -> Self:
        """Start it, on the same port as before; returns once it is ready.

        `code` is a folder whose packages come before those of the checkout: another release.
        """
        return self.launch(code).wait()

    def launch(self, code: Path | None = None) -> Self:
        """Start it; several that are launched before one is waited for start beside each other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "log"
        self._told_before = path.stat().st_size if path.exists() else 0
        with path.open("ab") as log:
            self.process = subprocess.Popen(  # The words are ours.
                self._command,
                env={**os.environ, **self._environment, "PYTHONPATH": str(code or ROOT)},
                cwd=code or ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def wait(self) -> Self:
        """Until it is ready; fails, with what it said, if it has ended."""
        until(lambda: self.process.poll() is not None or self.is_ready(), told=lambda: self.log)
        assert self.process.poll() is None, self.log
        return self

    def is_ready(self) -> bool:
        """Whether the web server says so and the scheduler has started, as far as there are any."""
        if self.port and not self._is_serving():
            return False
        is_serving_only = bool(self.port) and "backend.granian_server" in self._command
        return is_serving_only or "scheduler started" in self.log

    def get(self, path: str) -> httpx.Response:
        """A GET past every proxy."""
        return httpx.get(f"{self.url}{path}", timeout=60, trust_env=False, verify=_PLAIN)

    def processes(self) -> dict[int, str]:
        """All of this node that run: process id and command line."""
        mark, found = f"{_MARK}={self.folder}".encode(), {}
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ")
        return {number: command for number, command in found.items() if command}

    def pid(self, *words: str) -> int:
        """The first process whose command line has these words, e.g. "granian" or "scheduler"."""
        return min(n for n, command in self.processes().items() if all(word in command for word in words))

    def workers(self) -> list[int]:
        """The web server's processes that answer requests."""
        server = self.pid("granian")
        found = []
        for number in self.processes():
            with suppress(OSError):
                stat = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                command = Path(f"/proc/{number}/cmdline").read_text()
                # The resource tracker of multiprocessing is a child, too.
                if int(stat[1]) == server and "tracker" not in command:
                    found.append(number)
        return sorted(found)

    def terminate(self, timeout: float = PATIENCE_S) -> int:
        """SIGTERM: it answers what it has and ends; the exit status. Nothing of it is left."""
        self.process.terminate()
        status = self.process.wait(timeout=timeout)
        until(lambda: not self.processes(), told=lambda: str(self.processes()))
        return status

    def kill(self) -> None:
        """SIGKILL of everything that it is, at once: the machine is gone. Harmless if it is not running."""
        if not hasattr(self, "process"):
            return
        for _ in range(20):  # What was being started meanwhile is found by another look.
            left = list(self.processes())
            for number in left:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            self.process.poll()
            if not left:
                break
            time.sleep(0.05)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)

    def _is_serving(self) -> bool:
        try:
            return self.get("/readyz").is_success
        except httpx.HTTPError:
            return False


class Cluster:
    """Nodes that share a database, a photo store and secrets. Each keeps a folder below `folder`.

    They run in production mode, with the WeChat simulator as their WeChat and SMS gateway if `simulator()`
    was called before they were started. The secret key is the tests': a token that the test's own
    application made for the same database is good here.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self._running: list[Node | Nginx] = []
        self._simulator: Node | None = None
        self.environment = {
            **ENVIRONMENT,
            "HOUQIN_MODE": "production",
            "DATABASE_URL": database_url,
            "HOUQIN_MEDIA_URL": (folder / "media").as_uri(),
            "HOUQIN_PUBLIC_URL": "https://houqin.test",
            "WECHAT_APPID": "wx0000000000demo01",
            "WECHAT_SECRET": "demo-secret-of-the-simulator",
            # Nobody listens there: a simulator is started only where it is wanted.
            "WECHAT_BASE_URL": "http://127.0.0.1:1",
            "PYTHONUTF8": "1",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in reversed(self._running):
            each.kill()

    def node(
        self,
        name: str,
        *,
        code: Path | None = None,
        workers: int = 1,
        threads: int = 2,
        is_awaited: bool = True,
        **environment: str,
    ) -> Node:
        """A machine as deployed: `flask serve`, that is a web server and a scheduler."""
        given = self._given(name, workers, threads, environment)
        return self._start(Node(self.folder / name, name, SERVE, given, int(given["PORT"])), code, is_awaited)

    def web(
        self,
        name: str,
        *,
        code: Path | None = None,
        workers: int = 1,
        threads: int = 2,
        is_awaited: bool = True,
        **environment: str,
    ) -> Node:
        """The web server alone, by the command with which `flask serve` starts it."""
        given = self._given(name, workers, threads, environment)
        return self._start(self._child(name, "网站服务", given, int(given["PORT"])), code, is_awaited)

    def scheduler(
        self, name: str, *, code: Path | None = None, is_awaited: bool = True, **environment: str
    ) -> Node:
        """The scheduler alone, by the command with which `flask serve` starts it."""
        given = self._given(name, 1, 1, environment)
        return self._start(self._child(name, "定时任务", given, 0), code, is_awaited)

    def simulator(self) -> int:
        """The port of the WeChat simulator, which is started at the first call."""
        if self._simulator is None:
            port, folder = free_port(), self.folder / "simulator"
            command = (sys.executable, "-m", "backend.wechat.simulator", "--port", str(port))
            given = {**ENVIRONMENT, "HOUQIN_DATA": str(folder), "DATABASE_URL": "", "PYTHONUTF8": "1"}
            self._simulator = _Simulator(folder, "simulator", command, given, port)
            self._running.append(self._simulator)
            self._simulator.start()
            self.environment["WECHAT_BASE_URL"] = f"http://127.0.0.1:{port}"
            self.environment["SMS_URL"] = f"http://127.0.0.1:{port}/sms/messages"
            self.environment["SMS_KEY"] = "demo-key-of-the-sms-gateway-simulator"
        return self._simulator.port

    def nginx(self, *ports: int, changes: dict[str, str] | None = None) -> Nginx:
        """nginx with the file that is deployed, before the nodes at these ports."""
        nginx = Nginx(self.folder / "nginx", ports, changes)
        self._running.append(nginx)
        nginx.start()
        return nginx

    def _given(self, name: str, workers: int, threads: int, environment: dict[str, str]) -> dict[str, str]:
        return {
            **self.environment,
            "HOUQIN_DATA": str(self.folder / name),
            "PORT": str(free_port()),
            "HOUQIN_WORKERS": str(workers),
            "HOUQIN_BLOCKING_THREADS": str(threads),
            **environment,
        }

    def _child(self, name: str, title: str, given: dict[str, str], port: int) -> Node:
        found = next(each for each in children(Settings.from_env(given)) if each.name == title)
        return Node(self.folder / name, name, found.command, {**given, **found.environment}, port)

    def _start(self, node: Node, code: Path | None, is_awaited: bool) -> Node:
        self._running.append(node)
        node.launch(code)
        return node.wait() if is_awaited else node


class _Simulator(Node):
    """The WeChat simulator, which knows no `/readyz`."""

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/", timeout=10, trust_env=False, verify=_PLAIN).status_code < 500
        except httpx.HTTPError:
            return False


__all__ = ["Cluster", "Delivered", "Nginx", "Node", "Phone", "Postgres", "until"]
