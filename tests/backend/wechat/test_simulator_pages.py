"""What the simulator offers besides WeChat's API: codes, people, faults, the log."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend import clock
from backend.config import Mode
from backend.wechat.simulator.app import SimulatorRefused, create_simulator
from backend.wechat.simulator.people import openid_of
from tests.backend.wechat.raw_api import exchange, phone, stable
from tests.simulator import (
    APP,
    PEOPLE,
    RunningSimulator,
    SimulatorSettings,
    write_people,
)

START = clock.now()


# Our own endpoints


def test_a_stranger_may_log_in_but_has_no_phone_unless_given(wechat_simulator: RunningSimulator) -> None:
    http, url = wechat_simulator.http, wechat_simulator.url
    token = stable(wechat_simulator)["access_token"]

    assert exchange(wechat_simulator, wechat_simulator.code("T_77"))["openid"] == openid_of(APP.appid, "T_77")
    refusal = http.get(f"{url}/simulator/phone-code", params={"staff_no": "T_77"})
    assert (refusal.status_code, refusal.json()["error"]) == (422, "simulator.no_phone")
    code = wechat_simulator.phone_code("T_77", phone="13700000077")
    assert phone(wechat_simulator, token, code=code)["phone_info"]["purePhoneNumber"] == "13700000077"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/simulator/code", 422, "simulator.staff_no_invalid"),
        ("/simulator/code?staff_no=", 422, "simulator.staff_no_invalid"),
        ("/simulator/code?staff_no=" + "1" * 21, 422, "simulator.staff_no_invalid"),
        ("/simulator/code?staff_no=1%20or%201", 422, "simulator.staff_no_invalid"),
        ("/simulator/code?staff_no=1001&app=none", 404, "simulator.app_unknown"),
        ("/simulator/phone-code?staff_no=1001&phone=call-me", 422, "app.invalid"),
        ("/simulator/none", 404, "simulator.error"),
    ],
)
def test_a_wrong_wish_is_answered_in_the_envelope(
    wechat_simulator: RunningSimulator, path: str, status: int, error: str
) -> None:
    answer = wechat_simulator.http.get(wechat_simulator.url + path)

    assert (answer.status_code, answer.json()["code"], answer.json()["error"]) == (status, status, error)
    assert answer.json()["msg"]


def test_a_code_comes_in_the_envelope_with_its_end(wechat_simulator: RunningSimulator) -> None:
    with clock.at(START):
        answer = wechat_simulator.http.get(f"{wechat_simulator.url}/simulator/code?staff_no=1001").json()

    assert (answer["code"], answer["msg"]) == (0, "ok")
    end = clock.local(START + timedelta(minutes=5)).replace(microsecond=0)
    assert answer["data"]["expires_at"] == end.isoformat()


def test_people_are_found_fixed_accounts_first_with_masked_phones(wechat_simulator: RunningSimulator) -> None:
    def find(query: str) -> list[dict[str, Any]]:
        answer = wechat_simulator.http.get(
            f"{wechat_simulator.url}/simulator/people", params={"query": query}
        ).json()
        return list(answer["data"]["list"])

    assert [person["staff_no"] for person in find("")] == ["9001", "1001"]
    assert [person["name"] for person in find("建国")] == ["王建国"]
    assert [person["staff_no"] for person in find("系统管理员")] == ["9001"]
    assert find("1001")[0]["phone"] == "138****0001"
    assert find("nobody") == []


def test_the_file_of_people_is_read_again_when_it_changes(wechat_simulator: RunningSimulator) -> None:
    url = f"{wechat_simulator.url}/simulator/people"
    assert wechat_simulator.http.get(url).json()["data"]["total"] == 2

    write_people(wechat_simulator.people_file, PEOPLE[:1])
    assert wechat_simulator.http.get(url).json()["data"]["total"] == 1

    wechat_simulator.people_file.write_text("[{")
    assert wechat_simulator.http.get(url).json()["data"]["total"] == 1

    wechat_simulator.people_file.unlink()
    assert wechat_simulator.http.get(url).json()["data"]["total"] == 0


@pytest.mark.parametrize("path", ["", "/", "/static/picker.js", "/static/picker.css", "/static/icon.svg"])
def test_the_page_and_its_files_are_served(wechat_simulator: RunningSimulator, path: str) -> None:
    answer = wechat_simulator.http.get(f"{wechat_simulator.url}/simulator{path}")

    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in answer.text


# Faults and the log


def test_a_fault_fails_so_many_calls_of_its_path_and_uses_up_no_code(
    wechat_simulator: RunningSimulator,
) -> None:
    wechat_simulator.fail("/sns/jscode2session", errcode=45011, times=2)
    code = wechat_simulator.code()

    assert [exchange(wechat_simulator, code).get("errcode") for _ in range(3)] == [45011, 45011, None]
    assert "access_token" in stable(wechat_simulator)


def test_faults_can_be_dropped(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.fail("/sns/jscode2session", errcode=-1, times=9)

    wechat_simulator.heal()

    assert "openid" in exchange(wechat_simulator, wechat_simulator.code())


def test_a_fault_may_be_an_http_status_or_a_page(wechat_simulator: RunningSimulator) -> None:
    url = f"{wechat_simulator.url}/cgi-bin/stable_token"
    wechat_simulator.fail("/cgi-bin/stable_token", http_status=502)
    wechat_simulator.fail("/cgi-bin/stable_token", text="<html>")

    assert wechat_simulator.http.post(url).status_code == 502
    assert wechat_simulator.http.post(url).text == "<html>"


def test_a_call_that_times_out_has_used_up_its_code(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.fail("/sns/jscode2session", timeout_s=0.3)
    code = wechat_simulator.code()

    with pytest.raises(httpx.ReadTimeout):
        wechat_simulator.http.get(
            f"{wechat_simulator.url}/sns/jscode2session",
            params={
                "appid": APP.appid,
                "secret": APP.secret,
                "js_code": code,
                "grant_type": "authorization_code",
            },
            timeout=0.1,
        )

    assert exchange(wechat_simulator, code)["errcode"] == 40029


@pytest.mark.parametrize(
    "fault",
    [
        [],
        {"path": "/sns/jscode2session"},
        {"errcode": -1},
        {"path": "/simulator/code", "errcode": -1},
        {"path": "/x", "errcode": -1, "http_status": 500},
        {"path": "/x", "errcode": "-1"},
        {"path": "/x", "errcode": -1, "times": 0},
        {"path": "/x", "errcode": -1, "times": None},
        {"path": "/x", "timeout_s": 61},
        {"path": "/x", "timeout_s": True},
        {"path": "/x", "errcode": -1, "colour": "red"},
        {"path": 7, "errcode": -1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(wechat_simulator: RunningSimulator, fault: Any) -> None:
    answer = wechat_simulator.http.post(f"{wechat_simulator.url}/simulator/faults", json=fault)

    assert (answer.status_code, answer.json()["error"]) == (422, "simulator.fault_invalid")


def test_the_log_shows_each_call_with_its_secrets_masked(wechat_simulator: RunningSimulator) -> None:
    code = wechat_simulator.code()
    exchange(wechat_simulator, code)
    exchange(wechat_simulator, code)
    token = stable(wechat_simulator)["access_token"]
    phone_code = wechat_simulator.phone_code()
    phone(wechat_simulator, token, code=phone_code, openid="o-somebody")

    log = wechat_simulator.requests()

    assert [(entry["path"], entry["errcode"]) for entry in log] == [
        ("/sns/jscode2session", 0),
        ("/sns/jscode2session", 40029),
        ("/cgi-bin/stable_token", 0),
        ("/wxa/business/getuserphonenumber", 40003),
    ]
    assert log[0]["query"]["appid"] == APP.appid
    assert log[3]["body"]["openid"] == "o-somebody"
    for secret in (APP.secret, code, token, phone_code):
        assert secret not in str(log)
    assert len(wechat_simulator.requests("/sns/jscode2session")) == 2
    wechat_simulator.forget()
    assert wechat_simulator.requests() == []


# Where it refuses to run


def test_it_does_not_exist_in_production(tmp_path: Path) -> None:
    with pytest.raises(SimulatorRefused):
        create_simulator(SimulatorSettings(tmp_path, mode=Mode.PRODUCTION))
    assert create_simulator(SimulatorSettings(tmp_path))
