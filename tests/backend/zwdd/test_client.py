"""The real client of 浙政钉 against the simulator, on both databases."""

import logging
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from backend import clock
from backend import errors as kinds
from backend.wechat.tokens import TokenStore
from backend.zwdd import errors
from backend.zwdd.client import ZwddClient
from tests.factories import NINE
from tests.simulator import ZWDD, RunningSimulator

TOKEN = "/zwdd/gettoken.json"
USER = "/zwdd/rpc/oauth2/dingtalk_app_user.json"
NOTICE = "/zwdd/message/workNotification"


def notify(client: ZwddClient, simulator: RunningSimulator, **changes: str) -> str:
    """A notice to 1001."""
    texts = {"title": "取餐提醒", "text": "第一食堂 11:30 & 取餐号 A012", "reference": "r-1", **changes}
    return client.send_notice(texts.pop("account_id", simulator.account_id()), **texts)


def test_a_code_gives_the_account_once(client: ZwddClient, wechat_simulator: RunningSimulator) -> None:
    code = wechat_simulator.code("1001", host="zwdd")

    assert client.code_to_account(code) == wechat_simulator.account_id("1001")
    with pytest.raises(errors.CodeInvalid) as refusal:
        client.code_to_account(code)
    assert refusal.value.msg == "浙政钉登录凭证无效或已使用，请重试"


def test_a_code_of_another_platform_is_refused(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    for code in (wechat_simulator.code("1001"), wechat_simulator.code("1001", host="wecom"), "made-up", ""):
        with pytest.raises(errors.CodeInvalid):
            client.code_to_account(code)


def test_a_notice_arrives_as_text_or_as_a_card(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    assert notify(client, wechat_simulator)
    assert notify(client, wechat_simulator, reference="r-2", url="https://example.com/menu")

    card, text = wechat_simulator.messages("1001")
    assert (text["title"], text["channel"], text["page"]) == ("取餐提醒", "zwdd", "")
    assert [line["text"] for line in text["lines"]] == ["第一食堂 11:30 & 取餐号 A012"]
    assert (card["title"], card["page"]) == ("取餐提醒", "https://example.com/menu")
    assert [line["text"] for line in card["lines"]] == ["第一食堂 11:30 & 取餐号 A012"]


def test_a_reference_that_comes_again_sends_nothing_more(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    assert notify(client, wechat_simulator) == notify(client, wechat_simulator)

    assert len(wechat_simulator.messages()) == 1


def test_an_unknown_receiver_is_refused_by_the_inner_flag(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    with pytest.raises(errors.Refused) as refusal:
        notify(client, wechat_simulator, account_id="1")

    assert refusal.value.data == {"reason": "400002"}
    assert refusal.value.msg == "浙政钉拒绝了此次操作（400002）"


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ('{"success":false,"Code":"InvalidSignature"}', errors.Misconfigured, "InvalidSignature"),
        ('{"success":false,"Code":"Throttling.User"}', errors.TooFrequent, "Throttling.User"),
        ('{"success":true,"content":{"success":false,"responseCode":"7"}}', errors.Refused, "7"),
        ('{"success":true}', errors.Refused, "unknown"),
        ('{"success":"true","content":{"success":true}}', errors.Misconfigured, "unknown"),
        ('{"content":{"success":true,"data":{}}}', errors.Misconfigured, "unknown"),
    ],
)
def test_both_flags_must_be_true(
    client: ZwddClient,
    wechat_simulator: RunningSimulator,
    text: str,
    expected: type[kinds.AppError],
    reason: str,
) -> None:
    wechat_simulator.fail(NOTICE, text=text)

    with pytest.raises(expected) as refusal:
        notify(client, wechat_simulator)

    assert refusal.value.data == {"reason": reason}
    assert len(wechat_simulator.requests(NOTICE)) == 1


@pytest.mark.parametrize(
    "fault", [{"http_status": 502}, {"text": "<html>"}, {"text": "null"}, {"text": ""}], ids=str
)
def test_an_answer_that_cannot_be_read_is_unavailable(
    client: ZwddClient, wechat_simulator: RunningSimulator, fault: dict[str, str]
) -> None:
    wechat_simulator.fail(NOTICE, **fault)

    with pytest.raises(errors.ZwddUnavailable):
        notify(client, wechat_simulator)


def test_an_account_that_is_missing_from_the_answer_is_unavailable(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(USER, text='{"success":true,"content":{"success":true,"data":{}}}')

    with pytest.raises(errors.ZwddUnavailable):
        client.code_to_account("code")


@pytest.mark.parametrize(
    "changes", [{"app_secret": "another"}, {"app_key": "another"}, {"client_ip": ""}], ids=str
)
def test_what_is_not_signed_well_is_refused_by_the_gateway(
    tokens: TokenStore, http: httpx.Client, wechat_simulator: RunningSimulator, changes: dict[str, str]
) -> None:
    stranger = ZwddClient(replace(ZWDD, **changes), f"{wechat_simulator.url}/zwdd", 5.0, tokens, http)

    with capture_logs() as events, pytest.raises(errors.Misconfigured):
        notify(stranger, wechat_simulator)

    assert any(event["log_level"] == "error" for event in events)
    assert wechat_simulator.messages() == []


def test_a_request_that_is_replayed_altered_or_late_is_refused(
    client: ZwddClient, http: httpx.Client, wechat_simulator: RunningSimulator
) -> None:
    sent: list[httpx.Request] = []
    http.event_hooks = {"request": [sent.append]}
    with clock.at(NINE):
        notify(client, wechat_simulator)
        http.event_hooks = {}
        (request,) = sent

        def again(path: str = "", nonce: str = "") -> str:
            url = str(request.url).replace("/message/workNotification", path or "/message/workNotification")
            headers = {**request.headers, **({"X-Hmac-Auth-Nonce": nonce} if nonce else {})}
            return str(http.post(url, content=request.content, headers=headers).json().get("Code"))

        assert again() == "InvalidNonce"
        assert again(nonce="1") == "InvalidSignature"
        assert again(path="/rpc/oauth2/dingtalk_app_user.json") == "InvalidSignature"
    with clock.at(NINE + timedelta(minutes=6)):
        assert again() == "InvalidTimestamp"


def test_a_stale_token_is_replaced_and_the_call_repeated_exactly_once(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    stale = (
        '{"success":true,"content":{"success":false,"responseCode":"x","responseMessage":"access_token过期"}}'
    )
    wechat_simulator.fail(USER, text=stale)

    assert client.code_to_account(wechat_simulator.code("1001", host="zwdd"))

    assert len(wechat_simulator.requests(USER)) == 2
    assert len(wechat_simulator.requests(TOKEN)) == 2
    wechat_simulator.fail(USER, text=stale, times=2)
    with pytest.raises(errors.Misconfigured):
        client.code_to_account("code")
    assert len(wechat_simulator.requests(USER)) == 4


def test_a_token_that_ran_out_is_fetched_again(
    client: ZwddClient, wechat_simulator: RunningSimulator
) -> None:
    with clock.at(NINE):
        client.code_to_account(wechat_simulator.code("1001", host="zwdd"))
    with clock.at(NINE + timedelta(hours=3)):
        client.code_to_account(wechat_simulator.code("1001", host="zwdd"))

    assert len(wechat_simulator.requests(TOKEN)) == 2


def test_nothing_secret_is_logged(
    client: ZwddClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    code = wechat_simulator.code("1001", host="zwdd")
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        client.code_to_account(code)
        notify(client, wechat_simulator)

    told = caplog.text + str(events)
    assert "/message/workNotification" in told
    for secret in (ZWDD.app_secret, code, wechat_simulator.account_id(), "取餐号"):
        assert secret not in told
    assert ZWDD.app_secret not in str(wechat_simulator.requests())
