"""The simulator as a process, and one refresh at a time across processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from backend.config import Settings
from tests.databases import ENVIRONMENT
from tests.servers import Process, start
from tests.simulator import APP, PEOPLE, RunningSimulator, write_people

pytestmark = pytest.mark.processes


@contextmanager
def process(*arguments: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A Python process, which is gone afterwards."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(env),
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], processes: Sequence[Process]) -> None:
    give_up_at = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < give_up_at, [each.said for each in processes]
        time.sleep(0.02)  # Other processes: nothing else tells.


def wait_for(url: str, started: subprocess.Popen[str]) -> httpx.Response:
    give_up_at = time.monotonic() + 120
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.ConnectError:
            assert started.poll() is None, started.stderr and started.stderr.read()
            assert time.monotonic() < give_up_at
            time.sleep(0.05)  # Another process: nothing but its port tells that it listens.


def test_three_processes_make_one_refresh(settings: Settings, wechat_simulator: RunningSimulator) -> None:
    env = {**ENVIRONMENT, "HOUQIN_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url}
    openid = wechat_simulator.openid()
    # Slow enough that the others surely come while one refreshes.
    wechat_simulator.fail("/cgi-bin/stable_token", timeout_s=0.5)

    with ExitStack() as stack:
        callers = [
            stack.enter_context(
                start(
                    "tests.backend.wechat.caller",
                    [wechat_simulator.url, wechat_simulator.phone_code(), openid],
                    env,
                    settings.data_dir / f"caller-{number}.log",
                )
            )
            for number in range(3)
        ]
        until(lambda: all("ready" in each.said.splitlines() for each in callers), callers)
        for caller in callers:
            os.kill(caller.pid, signal.SIGUSR1)
        until(lambda: not any(each.is_running() for each in callers), callers)
        for caller in callers:
            assert caller.said.splitlines()[-1] == "13800000001", caller.said

    assert len(wechat_simulator.requests("/cgi-bin/stable_token")) == 1


def test_the_simulator_runs_as_a_process_and_ends_when_told(tmp_path: Path) -> None:
    port, people = free_port(), tmp_path / "people.json"
    write_people(people, PEOPLE)
    env = {**ENVIRONMENT, "HOUQIN_DATA": str(tmp_path)}
    arguments = ("--port", str(port), "--people", str(people), "--data", str(tmp_path))

    with process("-m", "backend.wechat.simulator", *arguments, env=env) as started:
        answer = wait_for(f"http://127.0.0.1:{port}/simulator/people", started)
        assert answer.json()["data"]["total"] == len(PEOPLE)
        code = httpx.get(f"http://127.0.0.1:{port}/simulator/code?staff_no=1001", trust_env=False)
        assert code.json()["data"]["code"]
        started.send_signal(signal.SIGTERM)
        _, stderr = started.communicate(timeout=120)

    assert (started.returncode, stderr) == (0, "")


def test_the_simulator_does_not_start_in_production(tmp_path: Path) -> None:
    env = {
        **ENVIRONMENT,
        "HOUQIN_MODE": "production",
        "HOUQIN_DATA": str(tmp_path),
        "WECHAT_APPID": APP.appid,
        "WECHAT_SECRET": APP.secret,
    }

    with process("-m", "backend.wechat.simulator", "--port", str(free_port()), env=env) as started:
        _, stderr = started.communicate(timeout=120)

    assert started.returncode == 1
    assert stderr == "simulator: the WeChat simulator does not run in production\n"
