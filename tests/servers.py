"""Processes for tests: servers (granian with workers of its own, as `flask serve` starts it), and others.

They are forked from a process that has loaded the application (`tests.nursery`): to load it takes three
seconds, which was most of what a test with a server took. Nothing but that is shared: each has the
environment that it is given, composes its application, and opens its own connections.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Self

from benchmarks.servers import free_port

ROOT = Path(__file__).parents[1]
# A server takes a second; on a machine with far too much to do, and with several workers, many.
PATIENCE_S = 240


@dataclass(frozen=True, slots=True)
class Process:
    """What leads a group of processes; as a context it is killed. `log` is a file with what it says."""

    pid: int
    log: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def said(self) -> str:
        """Everything so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def is_running(self) -> bool:
        """Whether it is there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL of all of its group at once; harmless if they are gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        end = time.monotonic() + PATIENCE_S
        while self.is_running():
            assert time.monotonic() < end, f"process {self.pid} cannot be killed"
            time.sleep(0.005)


@dataclass(frozen=True, slots=True)
class Server(Process):
    """A granian on a port of the loopback."""

    port: int

    def workers(self) -> list[int]:
        """The processes that answer."""
        told = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(word) for word in told.split()]

    def listens(self) -> bool:
        """Whether somebody takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def server(environment: Mapping[str, str], *, workers: int, threads: int) -> Iterator[int]:
    """A server; yields its port. In the end it is killed: test_serve.py shows that it stops in order."""
    with start_server(environment, workers=workers, threads=threads) as started:
        yield started.port


def start_server(environment: Mapping[str, str], *, workers: int, threads: int) -> Server:
    """A server that takes connections already. It logs to `server.log` in its data folder."""
    port, log = free_port(), Path(environment["HOUQIN_DATA"]) / "server.log"
    words = [
        *("--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--no-access-log", "--log-level", "warning", "backend.web:application"),
    ]
    process = start("granian", words, {**environment, "PORT": str(port)}, log)
    started = Server(process.pid, log, port)
    end = time.monotonic() + PATIENCE_S
    while not started.listens():
        if not started.is_running() or time.monotonic() > end:
            started.kill()
            raise RuntimeError(f"the server did not start: {started.said}")
        time.sleep(0.01)
    return started


def start(module: str, words: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """A process that runs `python -m module words`, with the application's modules loaded already."""
    return Process(_nursery().fork(module, words, {**os.environ, **environment}, log), log)


class _Nursery:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            start_new_session=True,
        )
        # Servers are started beside tests, too (tests/console/driven/conftest.py).
        self._asking = Lock()

    def fork(self, module: str, words: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """The number of a new process."""
        asked = {"module": module, "words": words, "environment": environment, "log": str(log)}
        told = json.dumps(asked)
        with self._asking:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(told + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and with it whatever it has forked."""
        self._process.communicate(timeout=PATIENCE_S)


_making = Lock()


def _nursery() -> _Nursery:
    with _making:
        return _the_nursery()


@cache
def _the_nursery() -> _Nursery:
    made = _Nursery()
    atexit.register(made.close)
    return made
