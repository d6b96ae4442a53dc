"""The WeChat simulator as a real HTTP server in a thread, and what a test does with it."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask

from backend.config import Mode, WechatApp, WecomApp, ZwddApp
from backend.wechat.simulator.app import create_simulator
from backend.wechat.simulator.people import account_of, openid_of, people_file, userid_of
from backend.wechat.simulator.server import make_simulator_server

APP = WechatApp(
    "wx0000000000demo01",
    "demo-secret-of-the-simulator",
    "demoPushToken",
    "demoPushAesKeyOfTheSimulator000000000000000",
)
OTHER_APP = WechatApp("wx0000000000other2", "secret-of-the-other-simulated-app")
WECOM = WecomApp("ww000000000000demo", "demo-secret-of-wecom", 1000002, APP.appid)
ZWDD = ZwddApp("houqin_demo-0000", "demo-secret-of-zwdd", "196729")
SMS_KEY = "demo-key-of-the-sms-gateway-simulator"
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
    wecom: WecomApp | None = WECOM
    zwdd: ZwddApp | None = ZWDD
    sms_key: str = SMS_KEY
    app_url: str = ""


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

    def userid(self, staff_no: str = "1001") -> str:
        """The userid of this member of staff in WeCom."""
        return userid_of(staff_no)

    def account_id(self, staff_no: str = "1001") -> str:
        """The accountId of this member of staff in 浙政钉."""
        return account_of(staff_no)

    def settings(self) -> dict[str, Any]:
        """What a deployment changes in its settings to live with this simulator."""
        return {
            "wechat_base_url": self.url,
            "wechat_apps": {"default": APP},
            "wecom": WECOM,
            "wecom_base_url": f"{self.url}/wecom",
            "zwdd": ZWDD,
            "zwdd_base_url": f"{self.url}/zwdd",
            "sms_url": f"{self.url}/sms/messages",
            "sms_key": SMS_KEY,
        }

    def consent(self, template_id: str, decision: str = "accept", staff_no: str = "1001") -> None:
        """Press accept or reject in the box that asks for a subscribe message; the event is pushed."""
        wish = {"staff_no": staff_no, "template_ids": [template_id], "decision": decision}
        self._ask("POST", "/simulator/phone/consent", json=wish)

    def grant(self, template_id: str, remaining: int = 1, staff_no: str = "1001") -> None:
        """Set how many messages WeChat lets be sent; nobody is told."""
        wish = {"staff_no": staff_no, "template_id": template_id, "remaining": remaining}
        self._ask("POST", "/simulator/phone/quota", json=wish)

    def switch(self, template_id: str, *, is_on: bool, staff_no: str = "1001") -> None:
        """Switch a template on or off in the settings; switching off is pushed."""
        wish = {"staff_no": staff_no, "template_id": template_id, "is_on": is_on}
        self._ask("POST", "/simulator/phone/switch", json=wish)

    def phone(self, staff_no: str = "1001") -> dict[str, Any]:
        """One person's phone: `templates` with what remains, and `messages`."""
        return dict(self._ask("GET", "/simulator/phone", params={"staff_no": staff_no}))

    def messages(self, staff_no: str = "", channel: str = "") -> list[dict[str, Any]]:
        """What arrived, the newest first; of one person or channel."""
        query = {"staff_no": staff_no, "channel": channel}
        found: list[dict[str, Any]] = self._ask("GET", "/simulator/messages", params=query)["list"]
        return found

    def answer(self, message_id: int, answer: str = "acknowledge") -> None:
        """Acknowledge a text message or call, or let it `fail`; the gateway calls back."""
        self._ask("POST", f"/simulator/messages/{message_id}/{answer}")

    def template(self, template_id: str, keys: Mapping[str, str], **more: Any) -> None:
        """Give the mini-program a template: `keys` with their labels; `title`, `is_long_term`."""
        wish = {"template_id": template_id, "title": template_id, "keys": dict(keys), **more}
        self._ask("POST", "/simulator/templates", json=wish)

    def options(self, **options: Any) -> None:
        """Change how the platforms behave; see `backend.wechat.simulator.world.Options`."""
        self._ask("POST", "/simulator/options", json=options)

    def callbacks(self) -> list[dict[str, Any]]:
        """What was posted to our application, once settled, with the `statuses` of the attempts."""
        found: list[dict[str, Any]] = self._ask("GET", "/simulator/callbacks", params={"wait_s": 10})["list"]
        return found

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
        answer = self.http.request(method, self.url + path, timeout=30, **kwargs)
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
        # It speaks plain HTTP: to load the authorities for TLS would take longer than most tests.
        with httpx.Client(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as http:
            yield RunningSimulator(f"http://127.0.0.1:{server.server_port}", path, http)
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def wechat_simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    """A simulator of its own for one test."""
    with run_simulator(tmp_path) as running:
        yield running


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """An application as a server on a free port of 127.0.0.1, in a thread of this process: its address."""
    server = make_simulator_server(app, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
