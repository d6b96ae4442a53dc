"""The WeChat simulator as a real HTTP server in a thread, and what a test does with it."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.config import Mode, WechatApp
from backend.wechat.simulator.app import create_simulator
from backend.wechat.simulator.people import openid_of, people_file
from backend.wechat.simulator.server import make_simulator_server

APP = WechatApp("wx0000000000demo01", "demo-secret-of-the-simulator")
OTHER_APP = WechatApp("wx0000000000other2", "secret-of-the-other-simulated-app")
PEOPLE = (
    {
        "staff_no": "1001",
        "name": "王建国",
        "phone": "13800000001",
        "department": "办公室",
        "title": "科员",
        "group": "职工",
    },
    {
        "staff_no": "9001",
        "name": "李敏",
        "phone": "13900009001",
        "department": "机关服务中心",
        "title": "系统管理员",
        "group": "管理员",
    },
)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """What the simulator needs of the settings."""

    data_dir: Path
    wechat_apps: Mapping[str, WechatApp] = field(default_factory=lambda: {"default": APP, "other": OTHER_APP})
    mode: Mode = Mode.DEMO


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulator that listens at `url`, with `APP` as its default app and `OTHER_APP` as `other`."""

    url: str
    people_file: Path
    http: httpx.Client

    def code(self, staff_no: str = "1001", **query: str) -> str:
        """What `wx.login` would give to this member of staff."""
        return str(self._ask("GET", "/simulator/code", params={"staff_no": staff_no, **query})["code"])

    def phone_code(self, staff_no: str = "1001", **query: str) -> str:
        """What the phone button would give to this member of staff."""
        return str(self._ask("GET", "/simulator/phone-code", params={"staff_no": staff_no, **query})["code"])

    def openid(self, staff_no: str = "1001", app: WechatApp = APP) -> str:
        """The openid of this member of staff."""
        return openid_of(app.appid, staff_no)

    def fail(self, path: str, **fault: Any) -> None:
        """Let the next call of the path fail: `errcode`, `timeout_s`, `http_status` or `text`; `times`."""
        self._ask("POST", "/simulator/faults", json={"path": path, **fault})

    def heal(self) -> None:
        """Drop all faults."""
        self._ask("DELETE", "/simulator/faults")

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """The calls of WeChat's API so far, secrets masked."""
        found: list[dict[str, Any]] = self._ask("GET", "/simulator/requests", params={"path": path})["list"]
        return found

    def forget(self) -> None:
        """Empty the log of requests."""
        self._ask("DELETE", "/simulator/requests")

    def _ask(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.http.request(method, self.url + path, **kwargs)
        assert answer.status_code == 200, answer.text
        assert answer.json()["code"] == 0
        return answer.json()["data"]


def write_people(path: Path, people: Sequence[Mapping[str, str]]) -> None:
    """Write the file of people as the demo does: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(list(people), ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


@contextmanager
def run_simulator(
    data_dir: Path,
    *,
    people: Sequence[Mapping[str, str]] = PEOPLE,
    has_unionid: bool = False,
) -> Iterator[RunningSimulator]:
    """A simulator on a free port of 127.0.0.1, in a thread of this process: `clock.at` moves it, too."""
    path = people_file(data_dir)
    write_people(path, people)
    simulator = create_simulator(SimulatorSettings(data_dir), has_unionid=has_unionid)
    server = make_simulator_server(simulator, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with httpx.Client(trust_env=False) as http:
            yield RunningSimulator(f"http://127.0.0.1:{server.server_port}", path, http)
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def wechat_simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    """A simulator of its own for one test."""
    with run_simulator(tmp_path) as running:
        yield running
