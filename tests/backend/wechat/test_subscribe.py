"""Sending subscribe messages: the real client against the simulator, every errcode, nothing personal told."""

import logging

import pytest
from flask import Flask
from structlog.testing import capture_logs

from backend import errors as kinds
from backend.wechat import errors
from backend.wechat.client import WechatClient
from tests.simulator import RunningSimulator
from tests.threads import at_once

SEND = "/cgi-bin/message/subscribe/send"
TEMPLATE = "demo-menu-published"
DATA = {"thing1": "第一食堂", "thing2": "11月23日至27日"}


@pytest.fixture(autouse=True)
def _application(app: Flask) -> None:
    """Every test here stands on a database."""


def send(client: WechatClient, simulator: RunningSimulator, **changes: str) -> str:
    """One message to 1001."""
    arguments = {"openid": simulator.openid(), "template_id": TEMPLATE, "page": "pages/menu/index", **changes}
    return client.send_subscribe(data=DATA, **arguments)  # type: ignore[arg-type] # A mapping of text.


def refusal_of(client: WechatClient, simulator: RunningSimulator, **changes: str) -> errors.Refused:
    """How a message is refused."""
    with pytest.raises(errors.Refused) as refusal:
        send(client, simulator, **changes)
    return refusal.value


def test_a_message_arrives_on_the_phone_and_uses_one_consent_up(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.consent(TEMPLATE)

    msgid = send(client, wechat_simulator)

    (message,) = wechat_simulator.messages("1001")
    assert int(msgid) > 2**53
    assert (message["reference"], message["title"]) == (msgid, "菜单更新通知")
    assert (message["channel"], message["page"]) == ("wechat", "pages/menu/index")
    assert message["lines"] == [
        {"label": "餐厅", "text": "第一食堂"},
        {"label": "供餐日期", "text": "11月23日至27日"},
    ]
    body = wechat_simulator.requests(SEND)[0]["body"]
    assert (body["miniprogram_state"], body["lang"]) == ("formal", "zh_CN")
    assert refusal_of(client, wechat_simulator).data == {"errcode": 43101}


def test_without_consent_or_after_a_refusal_it_is_43101_and_asked_once(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    assert refusal_of(client, wechat_simulator).data == {"errcode": 43101}
    wechat_simulator.consent(TEMPLATE, "reject")
    assert refusal_of(client, wechat_simulator).data == {"errcode": 43101}
    assert len(wechat_simulator.requests(SEND)) == 2
    assert wechat_simulator.messages() == []


def test_the_refusals_of_wechats_table_are_told_apart(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.grant(TEMPLATE, 5)

    assert refusal_of(client, wechat_simulator, openid="o-of-another-app").data == {"errcode": 40003}
    assert refusal_of(client, wechat_simulator, template_id="none").data == {"errcode": 40037}
    assert refusal_of(client, wechat_simulator, page="/pages/menu/index").data == {"errcode": 41030}
    with pytest.raises(errors.Refused) as refusal:
        client.send_subscribe(openid=wechat_simulator.openid(), template_id=TEMPLATE, data={"thing1": "食堂"})
    assert refusal.value.data == {"errcode": 47003, "field": "thing2"}
    with pytest.raises(errors.Refused) as refusal:
        client.send_subscribe(
            openid=wechat_simulator.openid(), template_id=TEMPLATE, data={**DATA, "thing1": "长" * 21}
        )
    assert refusal.value.data == {"errcode": 47003, "field": "thing1"}
    assert wechat_simulator.phone()["templates"][1]["remaining"] == 5


@pytest.mark.parametrize(
    ("errcode", "expected", "kind"),
    [
        (43101, errors.Refused, kinds.Unavailable),
        (47003, errors.Refused, kinds.Unavailable),
        (43108, errors.Refused, kinds.Unavailable),
        (40003, errors.Refused, kinds.Unavailable),
        (40037, errors.Refused, kinds.Unavailable),
        (41030, errors.Refused, kinds.Unavailable),
        (45168, errors.Refused, kinds.Unavailable),
        (43107, errors.Refused, kinds.Unavailable),
        (48001, errors.Misconfigured, kinds.Unavailable),
        (45009, errors.TooFrequent, kinds.TooMany),
    ],
)
def test_every_errcode_is_told_with_its_number_and_asked_once(
    client: WechatClient,
    wechat_simulator: RunningSimulator,
    errcode: int,
    expected: type[kinds.AppError],
    kind: type[kinds.AppError],
) -> None:
    wechat_simulator.fail(SEND, errcode=errcode)

    with capture_logs() as events, pytest.raises(expected) as refusal:
        send(client, wechat_simulator)

    assert isinstance(refusal.value, kind)
    assert refusal.value.data["errcode"] == errcode
    assert len(wechat_simulator.requests(SEND)) == 1
    (call,) = [event for event in events if event["event"] == "wechat call" and event["path"] == SEND]
    assert (call["errcode"], call["log_level"], len(call["rid"])) == (errcode, "info", 26)


def test_a_busy_wechat_is_asked_three_times_and_told_by_its_number(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(SEND, errcode=-1, times=9)

    with pytest.raises(errors.WechatUnavailable) as refusal:
        send(client, wechat_simulator)

    assert refusal.value.data == {"errcode": -1}
    assert len(wechat_simulator.requests(SEND)) == 3


def test_an_answer_that_never_came_leaves_open_whether_it_was_sent(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(SEND, http_status=502)

    with pytest.raises(errors.WechatUnavailable) as refusal:
        send(client, wechat_simulator)

    assert refusal.value.data == {}
    assert len(wechat_simulator.requests(SEND)) == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_stale_token_is_replaced_and_the_message_sent_exactly_once(
    client: WechatClient, wechat_simulator: RunningSimulator, errcode: int
) -> None:
    wechat_simulator.grant(TEMPLATE, 5)
    wechat_simulator.fail(SEND, errcode=errcode)

    assert send(client, wechat_simulator)

    assert [call["errcode"] for call in wechat_simulator.requests(SEND)] == [errcode, 0]
    assert len(wechat_simulator.messages()) == 1


def test_two_sends_at_once_to_one_person_are_43108(
    client: WechatClient, wechat_simulator: RunningSimulator, app: Flask
) -> None:
    wechat_simulator.grant(TEMPLATE, 5)
    send(client, wechat_simulator)
    wechat_simulator.options(send_takes_s=0.5)

    def one() -> str | int:
        with app.app_context():
            try:
                return send(client, wechat_simulator)
            except errors.Refused as refusal:
                return int(refusal.data["errcode"])

    outcomes = at_once([one, one])

    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [43108]
    assert len(wechat_simulator.messages()) == 2


def test_who_and_what_is_not_logged(
    client: WechatClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    wechat_simulator.grant(TEMPLATE)
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        send(client, wechat_simulator)

    told = caplog.text + str(events)
    assert SEND in told
    for personal in (wechat_simulator.openid(), "第一食堂", "pages/menu"):
        assert personal not in told
