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

from backend.app import create_app
from backend.db import db
from tests.databases import ENVIRONMENT, settings_for
from tests.factories import Compound

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc, and relies on Linux"),
]
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

    def process(self, *words):
        """The first process whose command line has the words."""
        return min(number for number, command in self.processes().items() if all(w in command for w in words))

    def get(self, path):
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)

    def is_up(self):
        return "后勤通已启动" in self.log and "scheduler started" in self.log

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_until(self, fact, seconds=90):
        until = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < until, self.log
            time.sleep(0.05)

    @contextmanager
    def serving(self, command=SERVE):
        """The supervisor, once everything is ready."""
        with (self.folder / "serve.log").open("w") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self.wait_until(lambda: self.is_up() or process.poll() is not None)
            yield process
        finally:
            for number in (process.pid, *self.processes()):
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            process.wait()


def deployment_in(folder, database_url=""):
    settings = settings_for(folder, database_url)
    app = create_app(settings)
    with app.app_context():
        Compound(app).staff()
        db.session.remove()
        db.engine.dispose()
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
def deployment(sqlite_template, tmp_path):
    with sqlite_template.copy(tmp_path):
        yield deployment_in(tmp_path)


@pytest.fixture(scope="module")
def running(sqlite_template, tmp_path_factory):
    """What goes on running, beside somebody who has the simulator's port: started once, it takes seconds."""
    folder = tmp_path_factory.mktemp("running")
    with sqlite_template.copy(folder):
        made = deployment_in(folder)
        port = int(made.environment["HOUQIN_SIMULATOR_PORT"])
        with socket.create_server(("127.0.0.1", port)), made.serving() as supervisor:
            yield made, supervisor


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_everything_serves_until_it_is_told_to_stop(deployment, number):
    with deployment.serving() as supervisor:
        assert deployment.get("/healthz").json()["data"] == {"status": "alive"}
        assert deployment.get("/readyz").status_code == 200
        code = deployment.get("/simulator/code?staff_no=1001").json()["data"]["code"]
        assert code
        assert f"http://127.0.0.1:{deployment.port}/" in deployment.log
        assert "9001       系统管理员" in deployment.log
        assert len(deployment.processes()) == 5  # supervisor, simulator, scheduler, web server, worker
        supervisor.send_signal(number)
        assert supervisor.wait(timeout=20) == 0
        assert deployment.processes() == {}
        assert not deployment.listens()
        assert "scheduler stopped" in deployment.log


def test_nothing_outlives_a_supervisor_that_is_killed(deployment):
    with deployment.serving() as supervisor:
        supervisor.kill()
        supervisor.wait()
        # A process that ends loses its command line before its sockets.
        deployment.wait_until(lambda: not deployment.processes() and not deployment.listens(), seconds=5)


def test_nothing_outlives_the_parent_if_asked(deployment):
    script = f"{' '.join(SERVE)} --stop-with-parent; true"
    with deployment.serving(("sh", "-c", script)) as shell:
        shell.kill()
        shell.wait()
        deployment.wait_until(lambda: not deployment.processes(), seconds=20)
        assert "scheduler stopped" in deployment.log


@pytest.mark.parametrize("words", [("scheduler",), ("granian",), ("simulator",)])
def test_if_one_ends_by_itself_all_stop_and_the_status_says_so(deployment, words):
    with deployment.serving() as supervisor:
        os.kill(deployment.process(*words), signal.SIGKILL)
        assert supervisor.wait(timeout=20) == 1
        assert "意外退出" in deployment.log
        deployment.wait_until(lambda: not deployment.processes(), seconds=5)


def test_a_worker_that_dies_is_replaced(running):
    deployment, supervisor = running
    worker = max(n for n, command in deployment.processes().items() if "granian" in command)
    os.kill(worker, signal.SIGKILL)

    def is_back():
        try:
            return deployment.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    deployment.wait_until(lambda: worker not in deployment.processes() and is_back())
    assert supervisor.poll() is None


def test_a_taken_port_is_told_before_anything_starts(deployment):
    with (
        socket.create_server(("127.0.0.1", deployment.port)),
        deployment.serving() as supervisor,
    ):
        assert supervisor.wait(timeout=20) == 1
        assert f"无法监听 127.0.0.1:{deployment.port}（端口已被占用）" in deployment.log
        assert "scheduler" not in deployment.log


def test_a_taken_port_of_the_simulator_is_evaded(running):
    deployment, _ = running
    port = deployment.environment["HOUQIN_SIMULATOR_PORT"]
    assert f"端口 {port} 已被占用，微信模拟器改用" in deployment.log
    assert deployment.get("/simulator/code?staff_no=1001").status_code == 200


def test_wrong_settings_are_told_in_a_sentence(deployment):
    deployment.environment["HOUQIN_MODE"] = "holiday"
    with deployment.serving() as supervisor:
        assert supervisor.wait(timeout=20) == 1
        assert deployment.log.startswith("✗ 配置有误：HOUQIN_MODE")
        assert "Traceback" not in deployment.log


def test_the_workers_of_a_server_add_up_their_metrics(postgres_template, tmp_path):
    with postgres_template.copy(tmp_path) as url:
        deployment = deployment_in(tmp_path, url)
        deployment.environment["HOUQIN_WORKERS"] = "2"
        with deployment.serving() as supervisor:
            assert len([c for c in deployment.processes().values() if "granian" in c]) == 3
            for _ in range(20):
                deployment.get("/healthz")
            told = deployment.get("/metrics").text
            counts = [line.split()[-1] for line in told.splitlines() if "health.healthz" in line]
            assert counts[-1] == "20.0"
            supervisor.terminate()
            assert supervisor.wait(timeout=20) == 0
        assert deployment.processes() == {}
