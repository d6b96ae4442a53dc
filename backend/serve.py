"""`flask serve`: one process that starts everything a deployment on one machine needs, and stops it again.

Children: the web server (granian), the scheduler and, in the demo, the WeChat simulator. If one of them
ends by itself, all are stopped and the exit status is 1, so that whoever supervises this process (systemd,
a container) starts everything anew. If this process is killed outright, the kernel kills the children
(Linux; elsewhere they stay).
"""

import ctypes
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from select import select
from typing import Any

from backend.config import Mode, Settings, child_environment
from backend.errors import AppError

GRACE_S = 15.0
ASK_EVERY_S = 0.2
TELL_AFTER_S = 60.0

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class PortTaken(AppError):
    """Nothing can listen there."""

    code = "serve.port_taken"
    message = (
        "无法监听 {host}:{port}（{reason}）。"
        "请先停止占用该端口的程序，或换一个端口，例如：PORT={other} make run"
    )


@dataclass(frozen=True, slots=True)
class Child:
    """A process to start: its name, its command, and what its environment has besides ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def end_with_parent(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process `number` when its parent, which should be `parent`, is gone."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:  # It was gone before we asked.
        os.kill(os.getpid(), number)


def serve(settings: Settings, say: Callable[[str], None], greeting: str = "") -> int:
    """Start everything, say `greeting` once it is ready, watch until told to stop; the exit status.

    Raises PortTaken before anything was started.
    """
    ensure_port_is_free(settings.host, settings.port)
    settings = _with_free_simulator_port(settings, say)
    wake, told = _listen_for_signals()
    running: list[tuple[Child, subprocess.Popen[bytes]]] = []
    try:
        for child in children(settings):
            running.append((child, _start(child)))
        return _watch(running, wake, _Greeter(settings, say, greeting), say)
    finally:
        _stop([process for _, process in running], told)


def children(settings: Settings) -> list[Child]:
    """What to start, in this order; it is stopped in the opposite one."""
    flask = (sys.executable, "-m", "flask", "--app", "backend.web:application")
    ports = {"HOUQIN_SIMULATOR_PORT": str(settings.simulator_port)} if settings.simulator_port else {}
    found = [Child("定时任务", (*flask, "scheduler"), ports)]
    if settings.mode is Mode.DEMO:
        simulator = (sys.executable, "-m", "backend.wechat.simulator", "--port", str(settings.simulator_port))
        found.insert(0, Child("微信模拟器", simulator, ports))
    metrics = {"PROMETHEUS_MULTIPROC_DIR": str(_metrics_folder(settings))}
    found.append(Child("网站服务", _granian(settings), {**ports, **metrics}))
    return found


def _granian(settings: Settings) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--http": "1",
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": str(settings.workers),
        "--blocking-threads": str(settings.blocking_threads),
        "--workers-kill-timeout": str(int(GRACE_S) - 5),
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    flags = ["--factory", "--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "backend.granian_server", *words, *flags, "backend.web:application"]


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise PortTaken if a server could not listen there."""
    try:
        _bind(host, port)
    except OSError as error:
        reasons = {errno.EADDRINUSE: "端口已被占用", errno.EACCES: "没有权限"}
        reason = reasons.get(error.errno or 0, "地址无效")
        raise PortTaken(host=host, port=port, reason=reason, other=port + 10) from error


def _bind(host: str, port: int) -> int:
    """Listen there for a moment; the port, which the system chooses if it is 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as server:
        return int(server.getsockname()[1])


def _with_free_simulator_port(settings: Settings, say: Callable[[str], None]) -> Settings:
    if not settings.simulator_port:
        return settings
    try:
        _bind("127.0.0.1", settings.simulator_port)
    except OSError:
        port = _bind("127.0.0.1", 0)
        say(f"端口 {settings.simulator_port} 已被占用，微信模拟器改用 {port}。")
        return replace(settings, simulator_port=port)
    return settings


def _metrics_folder(settings: Settings) -> Path:
    """An empty folder in which the workers of this server add up what they count."""
    folder = settings.data_dir / "metrics" / str(settings.port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _start(child: Child) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 # The commands are ours.
        child.command,
        env=child_environment(child.environment),
        stdin=subprocess.DEVNULL,
        # A group of its own: Ctrl-C reaches this process alone, which then stops the children in order.
        start_new_session=True,
        # This process has one thread, which is what makes a preexec_fn safe.
        preexec_fn=lambda: end_with_parent(parent),
    )


def _listen_for_signals() -> tuple[int, list[int]]:
    """A descriptor that becomes readable when we are told to stop, and the signals that told so."""
    reader, writer = os.pipe()
    told: list[int] = []

    def note(number: int, _frame: Any) -> None:
        told.append(number)
        os.write(writer, b".")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, note)
    return reader, told


def _watch(
    running: Sequence[tuple[Child, subprocess.Popen[bytes]]],
    wake: int,
    greeter: "_Greeter",
    say: Callable[[str], None],
) -> int:
    """Wait until we are told to stop (0) or a child ends by itself (1)."""
    while True:
        told, _, _ = select([wake], [], [], ASK_EVERY_S)
        if told:
            return 0
        for child, process in running:
            if process.poll() is not None:
                say(f"{child.name}意外退出（{process.returncode}），正在停止全部服务。")
                return 1
        greeter.ask()


def _stop(processes: Sequence[subprocess.Popen[bytes]], told: Sequence[int]) -> None:
    """End the children, the last first; whoever is not gone in time, or at a second signal, is killed."""
    until, signals = time.monotonic() + GRACE_S, len(told)
    for process in reversed(processes):
        process.terminate()
        while process.poll() is None and time.monotonic() < until and len(told) <= signals:
            time.sleep(0.02)
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class _Greeter:
    """Asks the new server whether it is ready, and tells people once, either way."""

    def __init__(self, settings: Settings, say: Callable[[str], None], greeting: str) -> None:
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # Where to ask, not where to listen.
        self._host, self._port = everywhere.get(settings.host, settings.host), settings.port
        self._say, self._greeting = say, greeting
        self._started = time.monotonic()
        self._is_greeted = self._has_complained = False

    def ask(self) -> None:
        if self._is_greeted:
            return
        status, body = self._answer()
        if status == HTTPStatus.OK:
            self._is_greeted = True
            seconds = time.monotonic() - self._started
            self._say(f"{self._greeting}\n（启动用时 {seconds:.1f} 秒，按 Ctrl-C 停止）")
        elif time.monotonic() - self._started > TELL_AFTER_S and not self._has_complained:
            self._has_complained = True
            reason = json.loads(body)["msg"] if body else "没有应答"
            self._say(f"服务仍未就绪：{reason}。可运行 .venv/bin/flask doctor 查看原因。")

    def _answer(self) -> tuple[int, bytes]:
        """The status and the body of `/readyz`; 0 and nothing while nobody answers."""
        # The standard library's client: ours would be the most that this process has to load.
        connection = HTTPConnection(self._host, self._port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            return 0, b""
        finally:
            connection.close()
