"""The simulator as a process, and one refresh at a time across processes."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from backend.config import Settings
from tests.databases import ENVIRONMENT
from tests.simulator import APP, PEOPLE, RunningSimulator, write_people

pytestmark = pytest.mark.processes

# Says when it is ready, so that all of them begin together.
CALLER = """
import sys
from backend import vault
from backend.app import create_app
from backend.config import settings
from backend.wechat.client import WechatClient
from backend.wechat.tokens import TokenStore

url, code, openid = sys.argv[1:]
with create_app().app_context():
    client = WechatClient(
        settings().wechat_apps["default"], url, 5.0, TokenStore(vault.encrypt, vault.decrypt)
    )
    print("ready", flush=True)
    sys.stdin.readline()
    print(client.phone_number(code, openid), flush=True)
    client.close()
"""


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


def wait_for(url: str, started: subprocess.Popen[str]) -> httpx.Response:
    give_up_at = time.monotonic() + 30
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
                process("-c", CALLER, wechat_simulator.url, wechat_simulator.phone_code(), openid, env=env)
            )
            for _ in range(3)
        ]
        for caller in callers:
            assert caller.stdout is not None
            assert caller.stdout.readline() == "ready\n"
        for caller in callers:
            assert caller.stdin is not None
            caller.stdin.write("go\n")
            caller.stdin.flush()
        answers = [caller.communicate(timeout=60) for caller in callers]

    assert [answer[0].strip().splitlines()[-1] for answer in answers] == ["13800000001"] * 3, answers
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
        _, stderr = started.communicate(timeout=30)

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
        _, stderr = started.communicate(timeout=30)

    assert started.returncode == 1
    assert stderr == "simulator: the WeChat simulator does not run in production\n"
