"""The simulator behaves as WeChat does, asked over HTTP without our client."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from backend import clock
from backend.wechat.simulator.people import openid_of, unionid_of
from tests.backend.wechat.raw_api import errcode_of_token, exchange, normal, phone, stable
from tests.simulator import (
    APP,
    OTHER_APP,
    RunningSimulator,
    run_simulator,
)

START = clock.now()


# Login codes


def test_a_code_gives_the_openid_of_its_person_and_no_unionid(wechat_simulator: RunningSimulator) -> None:
    answer = exchange(wechat_simulator, wechat_simulator.code("1001"))

    assert answer.keys() == {"openid", "session_key"}
    assert answer["openid"] == openid_of(APP.appid, "1001")
    assert len(answer["openid"]) == 28


def test_the_unionid_is_the_same_in_every_app_once_it_is_switched_on(tmp_path: Path) -> None:
    with run_simulator(tmp_path, has_unionid=True) as simulator:
        here = exchange(simulator, simulator.code("1001"))
        there = exchange(simulator, simulator.code("1001", app="other"), OTHER_APP)

    assert here["unionid"] == there["unionid"] == unionid_of("1001")
    assert here["openid"] != there["openid"]


def test_openids_differ_by_person_and_by_app() -> None:
    openids = {openid_of(appid, person) for appid in ("wx1", "wx2") for person in ("1001", "1002")}

    assert len(openids) == 4


def test_a_code_works_once(wechat_simulator: RunningSimulator) -> None:
    code = wechat_simulator.code()

    assert "openid" in exchange(wechat_simulator, code)
    assert exchange(wechat_simulator, code)["errcode"] == 40029


def test_a_code_ends_after_five_minutes(wechat_simulator: RunningSimulator) -> None:
    with clock.at(START):
        in_time, late = wechat_simulator.code(), wechat_simulator.code()
    with clock.at(START + timedelta(minutes=5, microseconds=-1)):
        assert "openid" in exchange(wechat_simulator, in_time)
    with clock.at(START + timedelta(minutes=5)):
        assert exchange(wechat_simulator, late)["errcode"] == 40029


def test_a_code_is_bound_to_its_app(wechat_simulator: RunningSimulator) -> None:
    by_name, by_appid = wechat_simulator.code(app="other"), wechat_simulator.code(appid="wx-somebody-else")

    assert exchange(wechat_simulator, by_name)["errcode"] == 40029
    assert exchange(wechat_simulator, by_appid)["errcode"] == 40029
    assert "openid" in exchange(wechat_simulator, by_name, OTHER_APP)


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"appid": "wx-unknown"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"js_code": ""}, 41008),
        ({"js_code": "made-up"}, 40029),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_a_wrong_exchange_is_refused_and_uses_up_nothing(
    wechat_simulator: RunningSimulator, changes: dict[str, str], errcode: int
) -> None:
    code = wechat_simulator.code()

    refusal = exchange(wechat_simulator, code, **changes)

    assert refusal["errcode"] == errcode
    assert "rid: " in refusal["errmsg"]
    assert "openid" in exchange(wechat_simulator, code)


def test_a_wrong_method_or_address_is_an_errcode_too(wechat_simulator: RunningSimulator) -> None:
    http, url = wechat_simulator.http, wechat_simulator.url

    for answer, errcode in (
        (http.post(f"{url}/sns/jscode2session"), 43001),
        (http.get(f"{url}/cgi-bin/stable_token"), 43002),
        (http.post(f"{url}/cgi-bin/stable_token", content=b"{"), 47001),
        (http.get(f"{url}/cgi-bin/nothing"), 40066),
    ):
        assert (answer.status_code, answer.json()["errcode"]) == (200, errcode)


# Access tokens


def test_the_stable_token_is_the_same_for_everybody(wechat_simulator: RunningSimulator) -> None:
    with clock.at(START):
        first = stable(wechat_simulator)
    with clock.at(START + timedelta(seconds=100)):
        second = stable(wechat_simulator)

    assert first["expires_in"] == 7200
    assert second == {"access_token": first["access_token"], "expires_in": 7100}
    assert len(first["access_token"]) <= 512


def test_the_stable_token_rotates_five_minutes_early_and_both_are_valid(
    wechat_simulator: RunningSimulator,
) -> None:
    with clock.at(START):
        old = stable(wechat_simulator)["access_token"]
    with clock.at(START + timedelta(seconds=6899)):
        assert stable(wechat_simulator) == {"access_token": old, "expires_in": 301}
    with clock.at(START + timedelta(seconds=6900)):
        new = stable(wechat_simulator)
        assert new["access_token"] != old
        assert new["expires_in"] == 7200
        assert errcode_of_token(wechat_simulator, old) == 40029
        assert errcode_of_token(wechat_simulator, new["access_token"]) == 40029
    with clock.at(START + timedelta(seconds=7200)):
        assert errcode_of_token(wechat_simulator, old) == 42001
        assert errcode_of_token(wechat_simulator, new["access_token"]) == 40029


def test_a_forced_refresh_kills_the_old_stable_token(wechat_simulator: RunningSimulator) -> None:
    old = stable(wechat_simulator)["access_token"]

    new = stable(wechat_simulator, force_refresh=True)["access_token"]

    assert new != old
    assert errcode_of_token(wechat_simulator, old) == 40001
    assert errcode_of_token(wechat_simulator, new) == 40029


def test_forced_refreshes_are_thirty_seconds_apart_and_twenty_a_day(
    wechat_simulator: RunningSimulator,
) -> None:
    morning = clock.at_local(clock.today(), time(8))
    with clock.at(morning):
        assert "access_token" in stable(wechat_simulator, force_refresh=True)
    with clock.at(morning + timedelta(seconds=29)):
        assert stable(wechat_simulator, force_refresh=True)["errcode"] == 45011
    for time_of_day in range(1, 20):
        with clock.at(morning + time_of_day * timedelta(seconds=30)):
            assert "access_token" in stable(wechat_simulator, force_refresh=True)
    with clock.at(morning + timedelta(minutes=20)):
        assert stable(wechat_simulator, force_refresh=True)["errcode"] == 45009
        assert "access_token" in stable(wechat_simulator)
    with clock.at(morning + timedelta(days=1)):
        assert "access_token" in stable(wechat_simulator, force_refresh=True)


def test_each_normal_token_kills_the_previous_one_and_no_stable_one(
    wechat_simulator: RunningSimulator,
) -> None:
    kept = stable(wechat_simulator)["access_token"]
    first = normal(wechat_simulator)["access_token"]
    assert errcode_of_token(wechat_simulator, first) == 40029

    second = normal(wechat_simulator)["access_token"]

    assert errcode_of_token(wechat_simulator, first) == 40001
    assert errcode_of_token(wechat_simulator, second) == 40029
    assert errcode_of_token(wechat_simulator, kept) == 40029
    stable(wechat_simulator, force_refresh=True)
    assert errcode_of_token(wechat_simulator, second) == 40029


@pytest.mark.parametrize(("changes", "errcode"), [({"appid": "wx-unknown"}, 40013), ({"secret": "x"}, 40125)])
def test_no_token_without_the_right_app_and_secret(
    wechat_simulator: RunningSimulator, changes: dict[str, str], errcode: int
) -> None:
    assert stable(wechat_simulator, **changes)["errcode"] == errcode


# Phone codes


def test_a_phone_code_gives_the_number_once(wechat_simulator: RunningSimulator) -> None:
    token, code = stable(wechat_simulator)["access_token"], wechat_simulator.phone_code("1001")

    answer = phone(wechat_simulator, token, code=code, openid=wechat_simulator.openid("1001"))

    assert answer["errcode"] == 0
    assert answer["phone_info"]["purePhoneNumber"] == "13800000001"
    assert answer["phone_info"]["watermark"]["appid"] == APP.appid
    assert phone(wechat_simulator, token, code=code)["errcode"] == 40029


def test_the_country_code_comes_in_either_type(wechat_simulator: RunningSimulator) -> None:
    token = stable(wechat_simulator)["access_token"]

    answers = [phone(wechat_simulator, token, code=wechat_simulator.phone_code()) for _ in range(2)]

    assert {type(answer["phone_info"]["countryCode"]) for answer in answers} == {int, str}


def test_login_codes_and_phone_codes_are_not_taken_for_each_other(wechat_simulator: RunningSimulator) -> None:
    token = stable(wechat_simulator)["access_token"]

    assert phone(wechat_simulator, token, code=wechat_simulator.code())["errcode"] == 40029
    assert exchange(wechat_simulator, wechat_simulator.phone_code())["errcode"] == 40029


def test_a_phone_code_of_another_person_or_app_is_refused(wechat_simulator: RunningSimulator) -> None:
    token = stable(wechat_simulator)["access_token"]
    others_token = stable(wechat_simulator, OTHER_APP)["access_token"]
    code, others_openid = wechat_simulator.phone_code("1001"), wechat_simulator.openid("9001")

    assert phone(wechat_simulator, others_token, code=code)["errcode"] == 40013
    assert phone(wechat_simulator, token, code=code, openid=others_openid)["errcode"] == 40003


def test_a_phone_code_ends_after_five_minutes(wechat_simulator: RunningSimulator) -> None:
    with clock.at(START):
        code = wechat_simulator.phone_code()
    with clock.at(START + timedelta(minutes=5)):
        token = stable(wechat_simulator)["access_token"]
        assert phone(wechat_simulator, token, code=code)["errcode"] == 40029


def test_a_phone_call_without_a_good_token_is_refused(wechat_simulator: RunningSimulator) -> None:
    assert phone(wechat_simulator, "", code="x")["errcode"] == 41001
    assert phone(wechat_simulator, "made-up", code="x")["errcode"] == 40001
