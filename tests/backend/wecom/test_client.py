"""The real WeCom client against the simulator, on both databases."""

import logging
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from backend import clock
from backend import errors as kinds
from backend.wecom import errors
from backend.wecom.client import WecomClient
from tests.factories import NINE
from tests.simulator import WECOM, RunningSimulator

TOKEN = "/wecom/cgi-bin/gettoken"
SESSION = "/wecom/cgi-bin/miniprogram/jscode2session"
SEND = "/wecom/cgi-bin/message/send"
ITEMS = {"会议室": "402", "会议地点": "广州TIT-会议室"}


def notify(client: WecomClient, simulator: RunningSimulator, **changes: str) -> str:
    """A notice to 1001."""
    texts = {"title": "会议室预订成功通知", "description": "4月27日 16:16", "page": "pages/index", **changes}
    userid = texts.pop("userid", simulator.userid())
    return client.send_notice(userid, items=ITEMS, **texts)


# Logins


def test_a_code_gives_the_userid_once(client: WecomClient, wechat_simulator: RunningSimulator) -> None:
    code = wechat_simulator.code("1001", host="wecom")

    assert client.code_to_userid(code) == wechat_simulator.userid("1001")
    with pytest.raises(errors.CodeInvalid) as refusal:
        client.code_to_userid(code)
    assert refusal.value.msg == "企业微信登录凭证无效或已使用，请重试"


def test_a_code_of_another_platform_is_refused(
    client: WecomClient, wechat_simulator: RunningSimulator
) -> None:
    for code in (wechat_simulator.code("1001"), wechat_simulator.code("1001", host="zwdd"), "made-up", ""):
        with pytest.raises(errors.CodeInvalid):
            client.code_to_userid(code)


def test_a_member_of_another_corporation_is_refused(
    client: WecomClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(SESSION, text='{"errcode":0,"corpid":"ww-other","userid":"u1001"}')

    with pytest.raises(errors.CodeInvalid):
        client.code_to_userid("code")


def test_nothing_secret_is_logged(
    client: WecomClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    code = wechat_simulator.code("1001", host="wecom")
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        client.code_to_userid(code)
        notify(client, wechat_simulator)

    told = caplog.text + str(events)
    assert "/cgi-bin/message/send" in told
    for secret in (WECOM.secret, code, "session_key", wechat_simulator.userid(), "广州"):
        assert secret not in told


# Notices


def test_a_notice_arrives_and_leads_into_the_mini_program(
    client: WecomClient, wechat_simulator: RunningSimulator
) -> None:
    msgid = notify(client, wechat_simulator)

    (message,) = wechat_simulator.messages("1001")
    assert msgid
    assert (message["channel"], message["title"]) == ("wecom", "会议室预订成功通知")
    assert message["page"] == "pages/index"
    assert [(line["label"], line["text"]) for line in message["lines"]] == [
        ("", "4月27日 16:16"),
        *ITEMS.items(),
    ]


def test_texts_are_made_to_fit(client: WecomClient, wechat_simulator: RunningSimulator) -> None:
    assert notify(client, wechat_simulator, title="急", description="短", page="")
    assert notify(client, wechat_simulator, title="很" * 40, description="很" * 40)

    assert [message["title"] for message in wechat_simulator.messages()] == ["很" * 11 + "…", "急通知提醒"]


def test_nobody_of_this_userid_is_81013(client: WecomClient, wechat_simulator: RunningSimulator) -> None:
    with pytest.raises(errors.Refused) as refusal:
        notify(client, wechat_simulator, userid="nobody")
    assert refusal.value.data == {"errcode": 81013}

    wechat_simulator.fail(SEND, text='{"errcode":0,"errmsg":"ok","invaliduser":"u1001","msgid":"m"}')
    with pytest.raises(errors.Refused) as refusal:
        notify(client, wechat_simulator)
    assert refusal.value.data == {"errcode": 81013}


def test_the_thirty_first_notice_of_a_minute_is_too_much(
    client: WecomClient, wechat_simulator: RunningSimulator
) -> None:
    with clock.at(NINE):
        for _ in range(30):
            notify(client, wechat_simulator)
        with pytest.raises(errors.TooFrequent) as refusal:
            notify(client, wechat_simulator)
        assert isinstance(refusal.value, kinds.TooMany)
        assert refusal.value.data == {"errcode": 45009}
        assert notify(client, wechat_simulator, userid=wechat_simulator.userid("9001"))
    with clock.at(NINE + timedelta(minutes=1)):
        assert notify(client, wechat_simulator)


@pytest.mark.parametrize(
    ("errcode", "expected"),
    [
        (45033, errors.TooFrequent),
        (40056, errors.Misconfigured),
        (60020, errors.Misconfigured),
        (48002, errors.Misconfigured),
        (40058, errors.Refused),
        (99999, errors.Refused),
    ],
)
def test_each_errcode_is_told_with_its_number_and_asked_once(
    client: WecomClient, wechat_simulator: RunningSimulator, errcode: int, expected: type[kinds.AppError]
) -> None:
    wechat_simulator.fail(SEND, errcode=errcode)

    with pytest.raises(expected) as refusal:
        notify(client, wechat_simulator)

    assert refusal.value.data == {"errcode": errcode}
    assert refusal.value.code.startswith("wecom.")
    assert refusal.value.msg
    assert len(wechat_simulator.requests(SEND)) == 1


def test_a_busy_wecom_is_asked_three_times(client: WecomClient, wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.fail(SEND, errcode=-1, times=3)

    with pytest.raises(errors.WecomUnavailable) as refusal:
        notify(client, wechat_simulator)

    assert refusal.value.data == {"errcode": -1}
    assert len(wechat_simulator.requests(SEND)) == 3


@pytest.mark.parametrize("fault", [{"http_status": 500}, {"text": "<html>"}, {"text": "[]"}], ids=str)
def test_an_answer_that_cannot_be_read_is_unavailable(
    client: WecomClient, wechat_simulator: RunningSimulator, fault: dict[str, str]
) -> None:
    wechat_simulator.fail(SEND, **fault)

    with pytest.raises(errors.WecomUnavailable) as refusal:
        notify(client, wechat_simulator)
    assert refusal.value.data == {}


# Tokens


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_stale_token_is_replaced_and_the_call_repeated_exactly_once(
    client: WecomClient, wechat_simulator: RunningSimulator, errcode: int
) -> None:
    wechat_simulator.fail(SEND, errcode=errcode)

    assert notify(client, wechat_simulator)

    assert [call["errcode"] for call in wechat_simulator.requests(SEND)] == [errcode, 0]
    assert len(wechat_simulator.requests(TOKEN)) == 2
    wechat_simulator.fail(SEND, errcode=errcode, times=2)
    with pytest.raises(errors.Misconfigured):
        notify(client, wechat_simulator)
    assert len(wechat_simulator.requests(SEND)) == 4


def test_one_token_serves_until_shortly_before_its_end(
    client: WecomClient, wechat_simulator: RunningSimulator
) -> None:
    with clock.at(NINE):
        notify(client, wechat_simulator)
    with clock.at(NINE + timedelta(minutes=114)):
        notify(client, wechat_simulator)
    assert len(wechat_simulator.requests(TOKEN)) == 1
    with clock.at(NINE + timedelta(minutes=116)):
        notify(client, wechat_simulator)
    assert len(wechat_simulator.requests(TOKEN)) == 2


def test_a_wrong_secret_is_misconfigured(client: WecomClient, wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.fail(TOKEN, errcode=40001)

    with capture_logs() as events, pytest.raises(errors.Misconfigured):
        notify(client, wechat_simulator)

    assert any(event["log_level"] == "error" for event in events)
