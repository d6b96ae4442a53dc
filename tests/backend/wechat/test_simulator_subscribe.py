"""The simulator's subscribe messages and pushes: as strict as WeChat, with real callbacks to us."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from flask import Flask

from backend.config import Settings
from backend.db import db
from backend.notifications.demo_templates import DEMO
from backend.wechat import queries
from backend.wechat.simulator.template_fields import DEMO_TEMPLATES
from tests.backend.wechat.raw_api import stable
from tests.simulator import APP, RunningSimulator, listening

SEND = "/cgi-bin/message/subscribe/send"
TEMPLATE = "demo-dish-withdrawn"
GOOD = {"thing1": "红烧肉", "thing2": "午餐", "thing3": "食材不足", "amount4": "¥6.00"}


def send(simulator: RunningSimulator, **changes: Any) -> dict[str, Any]:
    """A message as the documentation says."""
    body = {
        "touser": simulator.openid(),
        "template_id": TEMPLATE,
        "page": "pages/orders/index?id=7",
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": {key: {"value": value} for key, value in GOOD.items()},
        **changes,
    }
    query = {"access_token": stable(simulator)["access_token"]}
    return dict(simulator.http.post(simulator.url + SEND, params=query, json=body).json())


def with_value(key: str, value: Any) -> dict[str, Any]:
    """Good data with one value changed."""
    return {**{name: {"value": text} for name, text in GOOD.items()}, key: {"value": value}}


def test_a_message_needs_a_consent_and_uses_it_up(wechat_simulator: RunningSimulator) -> None:
    assert send(wechat_simulator)["errcode"] == 43101
    wechat_simulator.consent(TEMPLATE)
    wechat_simulator.consent(TEMPLATE)

    assert [send(wechat_simulator)["errcode"] for _ in range(3)] == [0, 0, 43101]


def test_a_consent_is_of_one_person_and_one_template(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.consent(TEMPLATE, staff_no="9001")
    wechat_simulator.consent("demo-menu-published")

    assert send(wechat_simulator)["errcode"] == 43101


def test_a_long_term_consent_lasts_until_it_is_switched_off(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.template("long", {"thing1": "内容"}, is_long_term=True)
    message = {"template_id": "long", "data": {"thing1": {"value": "内容"}}}
    assert send(wechat_simulator, **message)["errcode"] == 43101
    wechat_simulator.consent("long")
    assert [send(wechat_simulator, **message)["errcode"] for _ in range(3)] == [0, 0, 0]

    wechat_simulator.switch("long", is_on=False)

    assert send(wechat_simulator, **message)["errcode"] == 43101


def test_switching_off_clears_the_count_for_good(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.grant(TEMPLATE, 3)
    wechat_simulator.switch(TEMPLATE, is_on=False)
    wechat_simulator.switch(TEMPLATE, is_on=True)

    assert send(wechat_simulator)["errcode"] == 43101
    wechat_simulator.consent(TEMPLATE)
    assert send(wechat_simulator)["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"touser": "o-nobody"}, 40003),
        ({"touser": ""}, 40003),
        ({"template_id": "none"}, 40037),
        ({"template_id": None}, 40037),
        ({"page": "/pages/orders/index"}, 41030),
        ({"page": "orders"}, 41030),
        ({"page": "https://example.com/a"}, 41030),
        ({"miniprogram_state": "release"}, 40097),
        ({"data": {}}, 47003),
        ({"data": None}, 47003),
    ],
)
def test_a_message_that_is_wrong_is_refused_and_uses_nothing_up(
    wechat_simulator: RunningSimulator, changes: dict[str, Any], errcode: int
) -> None:
    wechat_simulator.grant(TEMPLATE)

    assert send(wechat_simulator, **changes)["errcode"] == errcode
    assert send(wechat_simulator)["errcode"] == 0


def test_pages_may_be_told_one_by_one(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.grant(TEMPLATE, 2)
    wechat_simulator.options(pages=["pages/home/index"])

    assert send(wechat_simulator)["errcode"] == 41030
    assert send(wechat_simulator, page="pages/home/index?tab=1")["errcode"] == 0


# WeChat's table of parameter types: what fits, and what is just too much.
FITS = {
    "thing1": ["一" * 20, "a"],
    "number1": ["12.50", "7"],
    "letter1": ["A" * 32],
    "symbol1": ["!@#$%"],
    "character_string1": ["A-0123", "9" * 32],
    "time1": ["15:01", "2019年10月1日 15:01", "2026-11-23 09:00", "09:00~10:00"],
    "date1": ["2019年10月1日", "2019年10月1日 15:01", "2019-12-25 09:42"],
    "amount1": ["¥6.00", "1234567890", "12.5元"],
    "phone_number1": ["+86-0766-66888866"],
    "car_number1": ["粤A8Z888"],
    "name1": ["张" * 10, "a" * 20],
    "phrase1": ["已撤销"],
}
TOO_MUCH = {
    "thing1": ["一" * 21, "两\n行", "a\tb"],
    "number1": ["12份", "1,000"],
    "letter1": ["A1", "A" * 33],
    "symbol1": ["!@#$%^", "A"],
    "character_string1": ["取餐号", "9" * 33],
    "time1": ["25:01", "下午三点", "2019年10月1日"],
    "date1": ["15:01", "10月1日"],
    "amount1": ["六元", "12345678901", "¥¥6"],
    "phone_number1": ["1" * 18, "电话"],
    "car_number1": ["粤A8Z888888"],
    "name1": ["张" * 11, "a" * 21, "张" + "a" * 10],
    "phrase1": ["已经全部撤销", "OK"],
}


@pytest.mark.parametrize("key", FITS)
def test_a_value_must_fit_its_kind(wechat_simulator: RunningSimulator, key: str) -> None:
    wechat_simulator.template("one", {key: "参数"})
    wechat_simulator.grant("one", len(FITS[key]))

    def errcode(value: Any) -> int:
        return int(send(wechat_simulator, template_id="one", data={key: {"value": value}})["errcode"])

    assert [errcode(value) for value in FITS[key]] == [0] * len(FITS[key])
    refused = [*TOO_MUCH[key], "", None, 7, ["x"]]
    assert [errcode(value) for value in refused] == [47003] * len(refused)


def test_wechat_says_which_value_is_wrong(wechat_simulator: RunningSimulator) -> None:
    missing = {key: value for key, value in with_value("thing1", "x").items() if key != "thing3"}

    assert "data.thing3.value is empty" in send(wechat_simulator, data=missing)["errmsg"]
    told = send(wechat_simulator, data=with_value("amount4", "六元"))["errmsg"]
    assert told.startswith("argument invalid! data.amount4.value invalid")


def test_the_templates_of_the_demo_are_the_simulators() -> None:
    mapped = {entry["template_id"]: set(entry["keys"]) for entry in DEMO["default"].values()}

    assert {template.template_id: set(template.keys) for template in DEMO_TEMPLATES} == mapped


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("phone/consent", {"staff_no": "1001", "template_ids": ["none"]}),
        ("phone/consent", {"staff_no": "1001", "template_ids": []}),
        ("phone/consent", {"staff_no": "1001", "template_ids": [TEMPLATE], "decision": "maybe"}),
        ("phone/consent", {"staff_no": "", "template_ids": [TEMPLATE]}),
        ("phone/switch", {"staff_no": "1001", "template_id": TEMPLATE, "is_on": "no"}),
        ("phone/quota", {"staff_no": "1001", "template_id": TEMPLATE, "remaining": -1}),
        ("phone/quota", {"staff_no": "1001", "template_id": TEMPLATE, "colour": "red"}),
        ("templates", {"template_id": "x", "title": "x", "keys": {"colour1": "颜色"}}),
        ("options", {"push_format": "yaml"}),
        ("options", {"send_takes_s": "long"}),
        ("messages/999/acknowledge", {}),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    wechat_simulator: RunningSimulator, path: str, wish: dict[str, Any]
) -> None:
    answer = wechat_simulator.http.post(f"{wechat_simulator.url}/simulator/{path}", json=wish)

    assert answer.status_code in (404, 422)
    assert answer.json()["msg"]


# Pushed to our application


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A deployment of the simulated app."""
    return replace(settings, wechat_apps={"default": APP})


@pytest.fixture
def pushed_to(app: Flask, wechat_simulator: RunningSimulator) -> Iterator[RunningSimulator]:
    """A simulator that pushes to our application, which listens."""
    with listening(app) as url:
        wechat_simulator.options(callback_url=url, delay_s=0.01)
        yield wechat_simulator
        wechat_simulator.callbacks()


@pytest.mark.parametrize("body_format", ["json", "xml"])
def test_what_a_person_presses_and_what_was_sent_is_pushed(
    pushed_to: RunningSimulator, body_format: str
) -> None:
    pushed_to.options(push_format=body_format)
    pushed_to.consent(TEMPLATE)
    pushed_to.callbacks()
    msgid = send(pushed_to)["msgid"]
    pushed_to.callbacks()
    pushed_to.switch(TEMPLATE, is_on=False)

    assert [callback["statuses"] for callback in pushed_to.callbacks()] == [[200]] * 3
    db.session.rollback()
    events = queries.waiting_events()
    assert [event.kind for event in events] == [
        "subscribe_msg_popup_event",
        "subscribe_msg_sent_event",
        "subscribe_msg_change_event",
    ]
    assert {event.openid for event in events} == {pushed_to.openid()}
    popup, sent, change = (event.payload["List"][0] for event in events)
    assert (popup["TemplateId"], popup["SubscribeStatusString"]) == (TEMPLATE, "accept")
    assert (sent["MsgID"], sent["ErrorCode"]) == (str(msgid), "0")
    assert (change["TemplateId"], change["SubscribeStatusString"]) == (TEMPLATE, "reject")


def test_a_media_check_is_pushed_with_its_trace(pushed_to: RunningSimulator) -> None:
    pushed_to.options(media_suggest="risky")
    body = {
        "media_url": "https://example.com/photo.jpg",
        "media_type": 2,
        "version": 2,
        "scene": 1,
        "openid": pushed_to.openid(),
    }
    query = {"access_token": stable(pushed_to)["access_token"]}
    url = f"{pushed_to.url}/wxa/media_check_async"
    answer = pushed_to.http.post(url, params=query, json=body).json()

    pushed_to.callbacks()

    db.session.rollback()
    (event,) = queries.waiting_events()
    assert (event.kind, event.payload["trace_id"]) == ("wxa_media_check", answer["trace_id"])
    assert event.payload["result"]["suggest"] == "risky"
    assert pushed_to.http.post(url, params=query, json={**body, "media_type": 3}).json()["errcode"] == 40097


def test_a_callback_that_fails_is_tried_four_times(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.options(callback_url="http://127.0.0.1:1", delay_s=0.0)

    wechat_simulator.consent(TEMPLATE)

    assert [callback["statuses"] for callback in wechat_simulator.callbacks()] == [[0, 0, 0, 0]]


def test_the_phone_shows_what_remains_and_who_one_is(wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.grant(TEMPLATE, 2)
    send(wechat_simulator)

    phone = wechat_simulator.phone()

    remaining = {each["template_id"]: each["remaining"] for each in phone["templates"]}
    assert remaining[TEMPLATE] == 1
    assert phone["openid"] == wechat_simulator.openid()
    assert [message["channel_name"] for message in phone["messages"]] == ["微信订阅消息"]
    assert wechat_simulator.phone("9001")["messages"] == []


def test_the_page_of_phones_is_served(wechat_simulator: RunningSimulator) -> None:
    answer = httpx.get(f"{wechat_simulator.url}/simulator/static/phone.js", trust_env=False)

    assert answer.status_code == 200
    assert "https://" not in answer.text
