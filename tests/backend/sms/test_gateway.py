"""The real gateway client against the simulator. No database."""

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from backend import clock
from backend.sms import signing
from backend.sms.errors import ReceiptMalformed, Refused, SignatureWrong, SmsUnavailable
from backend.sms.gateway import ReceiptState, SmsGateway, verify_callback
from tests.factories import NINE
from tests.simulator import SMS_KEY, RunningSimulator

PATH = "/sms/messages"
PHONE = "13800000001"


def signed(told: Any, key: str = SMS_KEY) -> tuple[dict[str, str], bytes]:
    """Headers and body of a callback, signed apart from the code."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(clock.now().timestamp()))
    digest = hmac.new(key.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return {"X-Houqin-Timestamp": timestamp, "X-Houqin-Signature": digest}, body


def test_a_message_and_a_call_arrive(gateway: SmsGateway, wechat_simulator: RunningSimulator) -> None:
    first = gateway.send_sms(PHONE, "三楼漏水，请立即处理", "r-1")
    second = gateway.call(PHONE, "三楼漏水，请立即处理", "r-1")

    assert first != second
    call, message = wechat_simulator.messages("1001")
    assert [(each["channel"], each["title"]) for each in (message, call)] == [
        ("sms", "短信通知"),
        ("call", "语音来电"),
    ]
    assert call["lines"] == [{"label": "", "text": "三楼漏水，请立即处理"}]
    assert (call["phone"], call["reference"], call["state"]) == (PHONE, "r-1", "")


def test_a_reference_that_comes_again_sends_nothing_more(
    gateway: SmsGateway, wechat_simulator: RunningSimulator
) -> None:
    assert gateway.send_sms(PHONE, "一", "r-1") == gateway.send_sms(PHONE, "一", "r-1")

    assert len(wechat_simulator.messages()) == 1


@pytest.mark.parametrize(
    ("phone", "text", "reference", "code"),
    [("12", "x", "r", "bad_phone"), (PHONE, "", "r", "bad_request"), (PHONE, "x", "", "bad_request")],
)
def test_what_the_gateway_refuses_is_told_by_its_code(
    gateway: SmsGateway, phone: str, text: str, reference: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        gateway.send_sms(phone, text, reference)

    assert refusal.value.data == {"gateway_code": code}
    assert code in refusal.value.msg


def test_another_key_or_an_old_request_is_refused(wechat_simulator: RunningSimulator) -> None:
    url = f"{wechat_simulator.url}{PATH}"
    with pytest.raises(Refused) as refusal:
        SmsGateway(url, "another key of the same length as ours", 5.0).send_sms(PHONE, "x", "r")
    assert refusal.value.data == {"gateway_code": "bad_signature"}

    headers, body = signed({"kind": "sms", "phone": PHONE, "text": "x", "reference": "r"})
    with clock.at(clock.now() + timedelta(minutes=6)):
        late = httpx.post(url, headers=headers, content=body, trust_env=False).json()
    assert late["code"] == "bad_signature"
    altered = httpx.post(url, headers=headers, content=body + b" ", trust_env=False).json()
    assert altered["code"] == "bad_signature"
    assert httpx.post(url, headers=headers, content=body, trust_env=False).json()["code"] == 0


@pytest.mark.parametrize(
    "fault", [{"http_status": 500}, {"text": "<html>"}, {"text": "[]"}, {"text": ""}], ids=str
)
def test_an_answer_that_cannot_be_read_is_unavailable(
    gateway: SmsGateway, wechat_simulator: RunningSimulator, fault: dict[str, Any]
) -> None:
    wechat_simulator.fail(PATH, **fault)

    with pytest.raises(SmsUnavailable):
        gateway.send_sms(PHONE, "x", "r")

    assert len(wechat_simulator.requests(PATH)) == 1


def test_a_gateway_that_is_not_there_is_asked_again_and_unavailable() -> None:
    nowhere = SmsGateway("http://127.0.0.1:1/send", SMS_KEY, 0.5, pauses_s=(0.001,))

    with capture_logs() as events, pytest.raises(SmsUnavailable):
        nowhere.call(PHONE, "x", "r")

    assert [event["event"] for event in events] == ["sms call: no connection"] * 2


def test_no_number_and_no_text_is_logged(
    gateway: SmsGateway, wechat_simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with capture_logs() as events:
        gateway.send_sms(PHONE, "三楼漏水", "r-1")
        with pytest.raises(Refused):
            gateway.call("1380000", "三楼漏水", "r-2")

    told = caplog.text + str(events)
    assert "sms call" in told
    for personal in (PHONE, "1380000", "漏水", SMS_KEY):
        assert personal not in told


# Callbacks


def test_a_signature_covers_timestamp_and_body() -> None:
    assert (
        signing.sign("key", "1795395600", b"{}")
        == "50931329cad85c50ef60e3c8e444548be8f35bf8cb739a2d28e8fc6b70075140"
    )


def test_a_signed_receipt_is_read(gateway: SmsGateway) -> None:
    told = {
        "reference": "r-1",
        "state": "failed",
        "at": "2026-11-23T09:00:00+08:00",
        "id": 7,
        "reason": "停机",
    }

    receipt = gateway.verify_callback(*signed(told))

    assert (receipt.reference, receipt.state, receipt.reason) == ("r-1", ReceiptState.FAILED, "停机")
    assert (receipt.happened_at, receipt.gateway_id) == (NINE, "7")
    with clock.at(NINE):
        bare = verify_callback(SMS_KEY, *signed({"reference": "r-1", "state": "acknowledged"}))
    assert (bare.state, bare.happened_at) == (ReceiptState.ACKNOWLEDGED, NINE)


def test_headers_come_in_any_case(gateway: SmsGateway) -> None:
    headers, body = signed({"reference": "r-1", "state": "delivered"})

    assert gateway.verify_callback({name.upper(): value for name, value in headers.items()}, body)


def test_a_receipt_that_is_not_signed_lately_with_our_key_is_refused(gateway: SmsGateway) -> None:
    told = {"reference": "r-1", "state": "delivered"}
    with clock.at(NINE):
        headers, body = signed(told)
        for given_headers, given_body in (
            signed(told, key="another"),
            ({}, body),
            (headers, body + b" "),
            ({**headers, "X-Houqin-Timestamp": "1795395601"}, body),
            ({**headers, "X-Houqin-Timestamp": "soon"}, body),
            ({**headers, "X-Houqin-Timestamp": "9" * 40}, body),
            ({**headers, "X-Houqin-Signature": "编码"}, body),
        ):
            with pytest.raises(SignatureWrong):
                gateway.verify_callback(given_headers, given_body)
        assert gateway.verify_callback(headers, body)
    for minutes, is_taken in ((5, True), (-5, True), (6, False), (-6, False)):
        with clock.at(NINE + timedelta(minutes=minutes)):
            if is_taken:
                assert gateway.verify_callback(headers, body)
            else:
                with pytest.raises(SignatureWrong):
                    gateway.verify_callback(headers, body)


def test_without_a_key_nothing_is_signed() -> None:
    headers, body = signed({"reference": "r-1", "state": "delivered"}, key="")

    with pytest.raises(SignatureWrong):
        verify_callback("", headers, body)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"\xff",
        {"reference": "r-1"},
        {"state": "delivered"},
        {"reference": "r-1", "state": "lost"},
        {"reference": "", "state": "delivered"},
        {"reference": "r" * 65, "state": "delivered"},
        {"reference": 7, "state": "delivered"},
        {"reference": "r-1", "state": ["delivered"]},
        {"reference": "r-1", "state": "delivered", "at": "2026-11-23T09:00:00"},
        {"reference": "r-1", "state": "delivered", "at": 7},
        {"reference": "r\u0000", "state": "delivered"},
        {"reference": "r-1", "state": "delivered", "at": "0001-01-01T00:00:00+08:00"},
    ],
    ids=str,
)
def test_a_signed_receipt_that_says_nothing_is_malformed(gateway: SmsGateway, told: Any) -> None:
    with pytest.raises(ReceiptMalformed):
        gateway.verify_callback(*signed(told))
