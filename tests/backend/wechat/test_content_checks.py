"""Content checks: the real client against the simulator, which refuses what WeChat refuses."""

from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from backend.wechat import errors
from backend.wechat.client import ContentVerdict, WechatClient, read_verdict
from tests.backend.wechat.raw_api import stable
from tests.simulator import OTHER_APP, RunningSimulator

TEXT, PHOTO = "/wxa/msg_sec_check", "/wxa/media_check_async"
URL = "https://example.com/media/1/full?e=1&s=x"


@pytest.fixture(autouse=True)
def _application(app: Flask) -> None:
    """Every test here stands on a database."""


def raw(simulator: RunningSimulator, path: str, **changes: Any) -> dict[str, Any]:
    """A call as the documentation says, with changes."""
    body = {"version": 2, "openid": simulator.openid(), "scene": 2, **changes}
    query = {"access_token": stable(simulator)["access_token"]}
    return dict(simulator.http.post(simulator.url + path, params=query, json=body).json())


@pytest.mark.parametrize(("suggest", "label"), [("pass", "100"), ("review", "21000"), ("risky", "20006")])
def test_a_text_is_what_wechat_suggests(
    client: WechatClient, wechat_simulator: RunningSimulator, suggest: str, label: str
) -> None:
    wechat_simulator.options(text_suggest=suggest)

    found = client.check_text("花盆倒了", wechat_simulator.openid())

    assert (found.suggest, found.label) == (suggest, label)
    assert found.trace_id


def test_the_documentations_own_example_is_always_risky(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    text = "请看：特3456书yuuo莞6543李zxcz蒜7782法fgnv级"

    assert client.check_text(text, wechat_simulator.openid()).suggest == "risky"


def test_a_photo_has_a_trace_and_the_call_says_that_it_is_one(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    trace = client.check_photo(URL, wechat_simulator.openid())

    assert len(trace) == 32
    (asked,) = wechat_simulator.requests(PHOTO)
    assert (asked["body"]["media_type"], asked["body"]["media_url"]) == (2, URL)


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"openid": "o-nobody"}, 40003),
        ({"openid": None}, 40003),
        ({"scene": 5}, 40129),
        ({"scene": None}, 40129),
        ({"version": 1}, 40097),
        ({"content": ""}, 44002),
        ({"content": None}, 44002),
        ({"content": "好" * 2501}, 45002),
    ],
)
def test_a_text_check_that_is_wrong_is_refused(
    wechat_simulator: RunningSimulator, changes: dict[str, Any], errcode: int
) -> None:
    assert raw(wechat_simulator, TEXT, **{"content": "好", **changes})["errcode"] == errcode
    assert raw(wechat_simulator, TEXT, content="好" * 2500)["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [({"media_type": 3}, 40097), ({"media_url": "photo.jpg"}, 44002), ({"openid": "o-nobody"}, 40003)],
)
def test_a_photo_check_that_is_wrong_is_refused(
    wechat_simulator: RunningSimulator, changes: dict[str, Any], errcode: int
) -> None:
    right = {"media_type": 2, "media_url": URL}

    assert raw(wechat_simulator, PHOTO, **{**right, **changes})["errcode"] == errcode
    assert raw(wechat_simulator, PHOTO, **right)["errcode"] == 0


def test_who_was_not_active_or_is_of_another_app_cannot_be_asked_about(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    with pytest.raises(errors.Refused) as foreign:
        client.check_text("好", wechat_simulator.openid(app=OTHER_APP))
    wechat_simulator.options(people_are_active=False)
    with pytest.raises(errors.Refused) as inactive:
        client.check_text("好", wechat_simulator.openid())
    with pytest.raises(errors.Refused):
        client.check_photo(URL, wechat_simulator.openid())

    assert (foreign.value.data["errcode"], inactive.value.data["errcode"]) == (43104, 61010)


def test_errcode_0_without_a_verdict_is_no_answer(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(TEXT, text='{"errcode": 0, "errmsg": "ok"}')

    with pytest.raises(errors.WechatUnavailable):
        client.check_text("好", wechat_simulator.openid())


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"errcode": 0, "result": {"suggest": "pass", "label": 100}, "trace_id": "t"}, ("pass", "100", "t")),
        ({"errcode": "0", "result": {"suggest": "risky", "label": "20002"}}, ("risky", "20002", "")),
        ({"errcode": -1008, "result": {"suggest": "pass", "label": 100}}, None),
        ({"result": {"suggest": "fine"}}, None),
        ({"result": {"suggest": None}}, None),
        ({"result": "pass"}, None),
        ({}, None),
    ],
)
def test_only_what_is_surely_a_verdict_is_read_as_one(
    told: dict[str, Any], verdict: tuple[str, str, str] | None
) -> None:
    assert read_verdict(told) == (ContentVerdict(*verdict) if verdict else None)


def test_neither_text_nor_openid_is_logged(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    with capture_logs() as told:
        client.check_text("张三在楼道抽烟", wechat_simulator.openid())

    assert told
    assert "张三" not in str(told)
    assert wechat_simulator.openid() not in str(told)
