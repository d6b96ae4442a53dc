"""The gateway's callback over HTTP, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.sms import jobs, queries
from backend.sms.gateway import ReceiptState, SmsGateway
from backend.sms.models import SmsReceipt
from tests.backend.sms.test_gateway import PHONE, signed
from tests.client import Answer, Client
from tests.factories import NINE
from tests.simulator import RunningSimulator
from tests.threads import at_once


def post(client: Client, headers: dict[str, str], body: bytes) -> Answer:
    """One callback."""
    return client.request(
        "POST", "/callbacks/sms", data=body, content_type="application/json", headers=headers
    )


def stored() -> list[tuple[str, str]]:
    """What is kept."""
    db.session.rollback()
    rows = db.session.scalars(select(SmsReceipt).order_by(SmsReceipt.id))
    return [(row.reference, row.state) for row in rows]


def test_a_receipt_is_kept_once_for_each_state(anonymous: Client) -> None:
    with clock.at(NINE):
        for state in ("delivered", "delivered", "acknowledged"):
            answer = post(anonymous, *signed({"reference": "r-1", "state": state}))
            assert (answer.status, answer.data) == (200, None)

    assert stored() == [("r-1", "delivered"), ("r-1", "acknowledged")]
    assert queries.states_of(["r-1", "r-2"]) == {
        "r-1": {ReceiptState.DELIVERED, ReceiptState.ACKNOWLEDGED},
    }


def test_receipts_at_once_are_kept_once(anonymous: Client) -> None:
    given = signed({"reference": "r-1", "state": "acknowledged"})

    answers = at_once([lambda: post(anonymous, *given)] * 4)

    assert [answer.status for answer in answers] == [200] * 4
    assert stored() == [("r-1", "acknowledged")]


def test_what_is_not_signed_is_refused_and_not_kept(anonymous: Client) -> None:
    headers, body = signed({"reference": "r-1", "state": "delivered"})

    wrong = post(anonymous, {**headers, "X-Houqin-Signature": "0" * 64}, body)
    assert (wrong.status, wrong.error) == (403, "sms.signature_wrong")
    assert post(anonymous, {}, body).error == "sms.signature_wrong"
    malformed = post(anonymous, *signed(b"nonsense"))
    assert (malformed.status, malformed.error) == (400, "sms.receipt_malformed")
    assert post(anonymous, *signed(b" " * 20_000)).error == "app.too_large"
    assert stored() == []


def test_a_deployment_without_a_gateway_takes_no_receipts(app_with, wechat_simulator) -> None:
    without = app_with(sms_url="", sms_key="")

    answer = post(Client(without), *signed({"reference": "r-1", "state": "delivered"}, key=""))

    assert (answer.status, answer.error) == (404, "sms.not_configured")


@pytest.mark.parametrize(("pressed", "state"), [("acknowledge", "acknowledged"), ("fail", "failed")])
def test_what_is_pressed_on_the_phone_reaches_us(
    gateway: SmsGateway, called_back: RunningSimulator, pressed: str, state: str
) -> None:
    gateway.call(PHONE, "三楼漏水", "r-1")
    (message,) = called_back.messages("1001")

    called_back.answer(message["id"], pressed)

    assert [callback["statuses"] for callback in called_back.callbacks()] == [[200]]
    assert stored() == [("r-1", state)]
    assert called_back.messages("1001")[0]["state"] == state


def test_a_text_message_is_confirmed_by_itself(gateway: SmsGateway, called_back: RunningSimulator) -> None:
    gateway.send_sms(PHONE, "三楼漏水", "r-1")

    called_back.callbacks()

    assert stored() == [("r-1", "delivered")]


def test_receipts_are_forgotten_after_half_a_year(app: Flask, anonymous: Client) -> None:
    with clock.at(NINE):
        post(anonymous, *signed({"reference": "r-1", "state": "delivered"}))
    (job,) = jobs.JOBS

    with clock.at(NINE + timedelta(days=180)):
        job.run()
        assert len(stored()) == 1
    with clock.at(NINE + timedelta(days=180, seconds=1)):
        job.run()
        assert stored() == []
