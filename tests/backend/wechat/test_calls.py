"""Calls that need a token, on both databases, against the simulator: phone numbers and raw calls."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from backend.db import db
from backend.wechat import errors
from backend.wechat.client import WechatClient
from backend.wechat.models import AccessToken
from tests.backend.wechat.conftest import unseal
from tests.simulator import APP, RunningSimulator

STABLE = "/cgi-bin/stable_token"
PHONE = "/wxa/business/getuserphonenumber"


@pytest.fixture(autouse=True)
def _application(app: Flask) -> None:
    """Every test here stands on a database."""


def phone(client: WechatClient, simulator: RunningSimulator) -> str:
    """One call that needs a token."""
    return client.phone_number(simulator.phone_code("1001"), simulator.openid("1001"))


# Phone numbers


def test_a_phone_code_gives_the_bare_number(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    # Twice, because WeChat gives the country code now as text, now as a number.
    assert [phone(client, wechat_simulator) for _ in range(2)] == ["13800000001"] * 2
    assert wechat_simulator.requests(PHONE)[0]["body"]["openid"] == wechat_simulator.openid("1001")


def test_a_foreign_number_never_looks_like_one_of_china(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    numbers = [
        client.phone_number(
            wechat_simulator.phone_code("1001", phone="15112345678", country="49"), wechat_simulator.openid()
        )
        for _ in range(2)
    ]

    assert numbers == ["+4915112345678"] * 2


def test_a_used_or_made_up_phone_code_is_refused(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    code, openid = wechat_simulator.phone_code(), wechat_simulator.openid()
    client.phone_number(code, openid)

    for refused in (code, "made-up", "", wechat_simulator.code()):
        with pytest.raises(errors.PhoneCodeInvalid) as refusal:
            client.phone_number(refused, openid)
        assert refusal.value.msg == "手机号凭证无效或已使用，请重新授权手机号"


def test_a_phone_code_of_another_person_is_refused(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    with pytest.raises(errors.PhoneCodeInvalid):
        client.phone_number(wechat_simulator.phone_code("1001"), wechat_simulator.openid("9001"))


def test_a_watermark_of_another_app_is_refused(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    foreign = '{"errcode":0,"phone_info":{"purePhoneNumber":"13800000001","watermark":{"appid":"wx-other"}}}'
    for text in (foreign, '{"errcode":0,"phone_info":{}}', '{"errcode":0,"phone_info":[]}', '{"errcode":0}'):
        wechat_simulator.fail(PHONE, text=text)
        with pytest.raises(errors.PhoneCodeInvalid):
            phone(client, wechat_simulator)


def test_nothing_secret_is_logged(
    client: WechatClient, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    code = wechat_simulator.phone_code()
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        client.phone_number(code, wechat_simulator.openid())

    told = caplog.text + str(events)
    token = unseal(db.session.scalars(select(AccessToken.token_cipher)).one() or b"")
    assert [event["path"] for event in events if event["event"] == "wechat call"] == [STABLE, PHONE]
    for secret in (APP.secret, code, token, "13800000001"):
        assert secret not in told


# Raw calls


def test_a_raw_call_sends_chinese_as_it_is(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    sent: list[bytes] = []
    client._service.http.event_hooks = {"request": [lambda request: sent.append(request.content)]}
    wechat_simulator.fail("/cgi-bin/message/subscribe/send", text='{"errcode":0,"msgid":7}')

    answer = client.call("/cgi-bin/message/subscribe/send", {"data": {"thing1": {"value": "红烧肉"}}})

    assert answer == {"errcode": 0, "msgid": 7}
    assert sent[-1] == '{"data": {"thing1": {"value": "红烧肉"}}}'.encode()


def test_an_errcode_of_a_raw_call_is_the_callers_to_interpret(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    wechat_simulator.fail("/cgi-bin/message/subscribe/send", errcode=43101)

    with pytest.raises(errors.Refused) as refusal:
        client.call("/cgi-bin/message/subscribe/send", {})

    assert refusal.value.data == {"errcode": 43101}
    assert "43101" in refusal.value.msg
