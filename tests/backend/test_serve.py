"""The supervisor, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from backend.db import db
from tests.databases import ENVIRONMENT, settings_for
from tests.factories import Compound

pytestmark = [
    pytest.mark.processes,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc, and relies on Linux"),
]
# It takes four seconds, and twenty times as long on a machine with far too much to do.
PATIENCE_S = 300
SERVE = (sys.executable, "-m", "flask", "--app", "backend.web:application", "serve")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@dataclass
class Deployment:
    """A folder with a migrated database and one member of staff, and what runs on it."""

    folder: Path
    environment: dict
    port: int

    @property
    def log(self):
        return (self.folder / "serve.log").read_text()

    def processes(self):
        """Whatever runs on this folder: (process id, command line)."""
        mark, found = f"HOUQIN_DATA={self.folder}".encode(), {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return {number: command for number, command in found.items() if command}

    def having(self, word):
        """The processes whose command line has this word."""
        return [number for number, command in self.processes().items() if word in command]

    def get(self, path):
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)

    def is_up(self):
        return "后勤通已启动" in self.log and "scheduler started" in self.log

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_until(self, fact):
        until = time.monotonic() + PATIENCE_S
        while not fact():
            assert time.monotonic() < until, self.log
            time.sleep(0.05)

    @contextmanager
    def launched(self, command=SERVE):
        """The supervisor, as soon as it is started."""
        with (self.folder / "serve.log").open("w") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            for number in (process.pid, *self.processes()):
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            process.wait()

    @contextmanager
    def serving(self, command=SERVE):
        """The supervisor, once everything is ready."""
        with self.launched(command) as process:
            self.wait_until(lambda: self.is_up() or process.poll() is not None)
            yield process

    def ends_with(self, supervisor):
        """The status of the supervisor, once nothing is left."""
        status = supervisor.wait(timeout=PATIENCE_S)
        self.wait_until_all_are_gone()
        return status

    def wait_until_all_are_gone(self):
        # A process that ends loses its command line before its sockets.
        self.wait_until(lambda: not self.processes() and not self.listens())


def deployment_in(applications, folder, database_url=""):
    settings = settings_for(folder, database_url)
    with applications.on(settings) as app, app.app_context():
        Compound(app).staff()
        db.session.remove()
    port = free_port()
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "HOUQIN_DATA": str(folder),
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "HOUQIN_SIMULATOR_PORT": str(free_port()),
        "PYTHONUTF8": "1",
    }
    return Deployment(folder, environment, port)


@pytest.fixture
def deployment(applications, sqlite_template, tmp_path):
    with sqlite_template.copy(tmp_path):
        yield deployment_in(applications, tmp_path)


def test_everything_serves_until_it_is_told_to_stop(deployment):
    """Beside somebody who has the simulator's port; and a worker that dies is replaced."""
    taken = deployment.environment["HOUQIN_SIMULATOR_PORT"]
    with socket.create_server(("127.0.0.1", int(taken))), deployment.serving() as supervisor:
        assert deployment.get("/healthz").json()["data"] == {"status": "alive"}
        assert deployment.get("/readyz").status_code == 200
        assert f"端口 {taken} 已被占用，微信模拟器改用" in deployment.log
        code = deployment.get("/simulator/code?staff_no=1001").json()["data"]["code"]
        assert code
        assert f"http://127.0.0.1:{deployment.port}/" in deployment.log
        assert "9001       系统管理员" in deployment.log
        assert len(deployment.processes()) == 5  # supervisor, simulator, scheduler, web server, worker
        a_worker_that_dies_is_replaced(deployment)
        supervisor.terminate()
        assert deployment.ends_with(supervisor) == 0
        assert "scheduler stopped" in deployment.log


def a_worker_that_dies_is_replaced(deployment):
    worker = max(n for n, command in deployment.processes().items() if "granian" in command)
    os.kill(worker, signal.SIGKILL)

    def is_back():
        try:
            return deployment.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    deployment.wait_until(lambda: worker not in deployment.processes() and is_back())
    assert len(deployment.processes()) == 5


def test_two_workers_add_up_their_metrics_and_nothing_outlives_the_parent_if_asked(
    applications, postgres_template, tmp_path
):
    script = f"{' '.join(SERVE)} --stop-with-parent; true"
    with postgres_template.copy(tmp_path) as url:
        deployment = deployment_in(applications, tmp_path, url)
        deployment.environment["HOUQIN_WORKERS"] = "2"
        with deployment.serving(("sh", "-c", script)) as shell:
            assert len(deployment.having("granian")) == 3
            for _ in range(20):
                deployment.get("/healthz")
            told = deployment.get("/metrics").text
            counts = [line.split()[-1] for line in told.splitlines() if "health.healthz" in line]
            assert counts[-1] == "20.0"
            shell.kill()
            shell.wait()
            deployment.wait_until_all_are_gone()
            assert "scheduler stopped" in deployment.log


def test_nothing_outlives_a_supervisor_that_is_killed(deployment):
    with deployment.serving() as supervisor:
        supervisor.kill()
        supervisor.wait()
        deployment.wait_until_all_are_gone()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_stop_while_everything_starts_stops(deployment, number):
    with deployment.launched() as supervisor:
        deployment.wait_until(lambda: deployment.having("scheduler") or supervisor.poll() is not None)
        supervisor.send_signal(number)
        assert deployment.ends_with(supervisor) == 0


@pytest.mark.parametrize("word", ["scheduler", "granian", "simulator"])
def test_if_one_ends_by_itself_all_stop_and_the_status_says_so(deployment, word):
    """Also while they start: whoever asks is not kept waiting for a server that will never be ready."""
    with deployment.launched() as supervisor:
        deployment.wait_until(lambda: deployment.having(word) or supervisor.poll() is not None)
        os.kill(min(deployment.having(word)), signal.SIGKILL)
        assert deployment.ends_with(supervisor) == 1
        assert "意外退出" in deployment.log


def test_a_taken_port_is_told_before_anything_starts(deployment):
    with (
        socket.create_server(("127.0.0.1", deployment.port)),
        deployment.serving() as supervisor,
    ):
        assert supervisor.wait(timeout=PATIENCE_S) == 1
        assert f"无法监听 127.0.0.1:{deployment.port}（端口已被占用）" in deployment.log
        assert "scheduler" not in deployment.log


def test_wrong_settings_are_told_in_a_sentence(deployment):
    deployment.environment["HOUQIN_MODE"] = "holiday"
    with deployment.serving() as supervisor:
        assert supervisor.wait(timeout=PATIENCE_S) == 1
        assert deployment.log.startswith("✗ 配置有误：HOUQIN_MODE")
        assert "Traceback" not in deployment.log
