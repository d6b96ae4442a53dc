"""The real client against the simulator, without a database: logins, failures and what is logged."""

import dataclasses
import logging
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from backend import errors as kinds
from backend.wechat import errors
from backend.wechat.client import WechatClient, WechatSession
from backend.wechat.tokens import TokenStore
from tests.simulator import APP, OTHER_APP, RunningSimulator, run_simulator

SESSION = "/sns/jscode2session"


@pytest.fixture
def hasty(wechat_simulator: RunningSimulator, http: httpx.Client, tokens: TokenStore) -> WechatClient:
    """A client that waits for a tenth of a second at most."""
    return WechatClient(APP, wechat_simulator.url, 0.1, tokens, http, pauses_s=(0.001, 0.001))


def test_a_login_code_gives_the_openid(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    session = client.code_to_session(wechat_simulator.code("1001"))

    assert session == WechatSession(openid=wechat_simulator.openid("1001"), unionid=None)


def test_the_unionid_is_there_if_wechat_gives_it(
    tmp_path: Any, http: httpx.Client, tokens: TokenStore
) -> None:
    with run_simulator(tmp_path, has_unionid=True) as simulator:
        session = WechatClient(APP, simulator.url, 5.0, tokens, http).code_to_session(simulator.code())

    assert session.unionid
    assert session.unionid != session.openid


def test_the_session_key_is_nowhere(
    client: WechatClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    code = wechat_simulator.code()
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        session = client.code_to_session(code)

    assert {field.name for field in dataclasses.fields(session)} == {"openid", "unionid"}
    # The log has lines of httpx, of httpcore and of ours.
    assert SESSION in caplog.text
    assert any(event["event"] == "wechat call" for event in events)
    for secret in ("session_key", code, APP.secret):
        assert secret not in caplog.text
        assert secret not in str(events)


def test_a_used_code_is_refused_in_chinese(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    code = wechat_simulator.code()
    client.code_to_session(code)

    with pytest.raises(errors.CodeInvalid) as refusal:
        client.code_to_session(code)

    assert isinstance(refusal.value, kinds.Invalid)
    assert refusal.value.code == "wechat.code_invalid"
    assert refusal.value.msg == "微信登录凭证无效或已使用，请重试"


def test_a_code_of_another_app_is_refused(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    with pytest.raises(errors.CodeInvalid):
        client.code_to_session(wechat_simulator.code(app="other"))


@pytest.mark.parametrize("code", ["", "made-up", "编码", "a b&c=d"])
def test_nonsense_is_refused_as_a_code(client: WechatClient, code: str) -> None:
    with pytest.raises(errors.CodeInvalid):
        client.code_to_session(code)


@pytest.mark.parametrize(
    ("errcode", "expected", "kind"),
    [
        (40029, errors.CodeInvalid, kinds.Invalid),
        (40163, errors.CodeInvalid, kinds.Invalid),
        (45011, errors.TooFrequent, kinds.TooMany),
        (40226, errors.UserBlocked, kinds.Forbidden),
        (40013, errors.Misconfigured, kinds.Unavailable),
        (40125, errors.Misconfigured, kinds.Unavailable),
        (40164, errors.Misconfigured, kinds.Unavailable),
        (40243, errors.Misconfigured, kinds.Unavailable),
        (99999, errors.Refused, kinds.Unavailable),
    ],
)
def test_each_errcode_has_its_meaning_and_is_asked_once(
    client: WechatClient,
    wechat_simulator: RunningSimulator,
    errcode: int,
    expected: type[kinds.AppError],
    kind: type[kinds.AppError],
) -> None:
    wechat_simulator.fail(SESSION, errcode=errcode)

    with capture_logs() as events, pytest.raises(expected) as refusal:
        client.code_to_session(wechat_simulator.code())

    assert isinstance(refusal.value, kind)
    assert refusal.value.code.startswith("wechat.")
    assert any("\u4e00" <= char <= "\u9fff" for char in refusal.value.msg)
    assert len(wechat_simulator.requests(SESSION)) == 1
    told = [event for event in events if event["log_level"] == "error"]
    assert bool(told) == (expected is errors.Misconfigured)


def test_every_answer_is_logged_with_its_rid(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    with capture_logs() as events, pytest.raises(errors.CodeInvalid):
        client.code_to_session("made-up")

    (call,) = events
    assert (call["path"], call["errcode"]) == (SESSION, 40029)
    assert len(call["rid"]) == 26


@pytest.mark.parametrize("busy", [1, 2])
def test_a_busy_wechat_is_asked_again(
    client: WechatClient, wechat_simulator: RunningSimulator, busy: int
) -> None:
    wechat_simulator.fail(SESSION, errcode=-1, times=busy)

    assert client.code_to_session(wechat_simulator.code()).openid == wechat_simulator.openid()
    assert len(wechat_simulator.requests(SESSION)) == busy + 1


def test_a_wechat_that_stays_busy_is_given_up_after_three_attempts(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail(SESSION, errcode=-1, times=9)

    with pytest.raises(errors.WechatUnavailable):
        client.code_to_session(wechat_simulator.code())

    assert len(wechat_simulator.requests(SESSION)) == 3


def test_a_timeout_is_unavailable_and_not_repeated_as_the_code_may_be_used_up(
    hasty: WechatClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    wechat_simulator.fail(SESSION, timeout_s=0.3)
    code = wechat_simulator.code()
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events, pytest.raises(errors.WechatUnavailable) as refusal:
        hasty.code_to_session(code)

    assert isinstance(refusal.value, kinds.Unavailable)
    assert refusal.value.__cause__ is None
    assert [event["failure"] for event in events] == ["ReadTimeout"]
    assert code not in caplog.text + str(events)
    assert len(wechat_simulator.requests(SESSION)) == 1
    with pytest.raises(errors.CodeInvalid):
        hasty.code_to_session(code)


@pytest.mark.parametrize(
    "fault",
    [
        {"http_status": 500},
        {"http_status": 302},
        {"text": "<html>502</html>"},
        {"text": "[]"},
        {"text": "null"},
        {"text": ""},
        {"text": '{"errcode": "0"}'},
        {"text": "{}"},
        {"text": '{"openid": 7}'},
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_read_is_unavailable(
    client: WechatClient, wechat_simulator: RunningSimulator, fault: dict[str, Any]
) -> None:
    wechat_simulator.fail(SESSION, **fault)

    with pytest.raises(errors.WechatUnavailable):
        client.code_to_session(wechat_simulator.code())

    assert len(wechat_simulator.requests(SESSION)) == 1


def test_a_wechat_that_is_not_there_is_unavailable(
    wechat_simulator: RunningSimulator, http: httpx.Client, tokens: TokenStore
) -> None:
    nowhere = WechatClient(APP, "http://127.0.0.1:1", 0.5, tokens, http, pauses_s=(0.001,))

    with capture_logs() as events, pytest.raises(errors.WechatUnavailable):
        nowhere.code_to_session("code")

    assert [event["event"] for event in events] == ["wechat call: no connection"] * 2


def test_a_wrong_secret_is_our_fault_and_not_shown(
    wechat_simulator: RunningSimulator, http: httpx.Client, tokens: TokenStore
) -> None:
    wrong = dataclasses.replace(OTHER_APP, secret="not the secret of this app")
    client = WechatClient(wrong, wechat_simulator.url, 5.0, tokens, http)

    with capture_logs() as events, pytest.raises(errors.Misconfigured):
        client.code_to_session(wechat_simulator.code(app="other"))

    assert [event["errcode"] for event in events if event["log_level"] == "error"] == [40125]
    assert wrong.secret not in str(events)


def test_the_own_connection_pool_ignores_the_environment_and_can_be_closed(
    wechat_simulator: RunningSimulator, tokens: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    client = WechatClient(APP, wechat_simulator.url + "/", 5.0, tokens)

    assert client.code_to_session(wechat_simulator.code()).openid
    client.close()
