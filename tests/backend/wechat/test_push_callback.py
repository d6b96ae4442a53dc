"""The push callback over HTTP, on both databases: plain and secure mode, refusals, replays, races."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select

from backend import clock
from backend.config import Settings, WechatApp
from backend.db import atomic, db
from backend.wechat import jobs, operations, push, queries
from backend.wechat.models import PushEvent
from backend.wechat.simulator.pushes import as_xml
from tests.client import Answer, Client
from tests.factories import NINE
from tests.simulator import APP
from tests.threads import at_once

PLAIN_APP = WechatApp("wx0000000000plain3", "secret", "AAAAA")
TOKENLESS_APP = WechatApp("wx0000000000none04", "secret")
NONCE = "1514711492"
EVENT = {
    "ToUserName": "gh_0",
    "FromUserName": "o-1001",
    "CreateTime": 1795000000,
    "MsgType": "event",
    "Event": "subscribe_msg_popup_event",
    "List": [{"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"}],
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A deployment with one app in secure mode, one in plain mode, and one without push messages."""
    apps = {"default": APP, "plain": PLAIN_APP, "silent": TOKENLESS_APP}
    return replace(settings, wechat_apps=apps)


@pytest.fixture(autouse=True)
def nine() -> Iterator[None]:
    """It is Monday at nine."""
    with clock.at(NINE):
        yield


def timestamp() -> str:
    """Now, as WeChat says it."""
    return str(int(clock.now().timestamp()))


def post(client: Client, app: str, query: dict[str, str], body: bytes) -> Answer:
    """One push."""
    path = f"/callbacks/wechat/{app}"
    return client.request("POST", path, query_string=query, data=body, content_type="text/xml")


def push_plain(client: Client, body: bytes, **query: str) -> Answer:
    """A push in plain mode."""
    at = query.pop("timestamp", timestamp())
    signed = {"signature": push.signature(PLAIN_APP.push_token, at, NONCE), "timestamp": at, "nonce": NONCE}
    return post(client, "plain", {**signed, **query}, body)


def secure(body: bytes, app: WechatApp = APP, *, xml: bool = False) -> tuple[dict[str, str], bytes]:
    """Query and body of a push in secure mode."""
    ciphertext, at = push.encrypt(app.push_aes_key, app.appid, body), timestamp()
    envelope = {"ToUserName": "gh_0", "Encrypt": ciphertext}
    query = {
        "signature": push.signature(app.push_token, at, NONCE),
        "msg_signature": push.signature(app.push_token, at, NONCE, ciphertext),
        "timestamp": at,
        "nonce": NONCE,
        "encrypt_type": "aes",
    }
    return query, as_xml(envelope) if xml else orjson.dumps(envelope)


def push_secure(client: Client, body: bytes, *, xml: bool = False) -> Answer:
    """A push in secure mode."""
    return post(client, "default", *secure(body, xml=xml))


def stored() -> list[PushEvent]:
    """What is kept."""
    db.session.rollback()
    return list(db.session.scalars(select(PushEvent).order_by(PushEvent.id)))


# Verifying the address


def test_wechats_official_example_is_echoed_bare(anonymous: Client) -> None:
    query = {"timestamp": "1714036504", "nonce": NONCE, "echostr": "4375120948345356249"}
    signature = "f464b24fc39322e44b38aa78f5edd27bd1441696"

    answer = anonymous.get("/callbacks/wechat/plain", **query, signature=signature)

    assert (answer.status, answer.body) == (200, b"4375120948345356249")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert anonymous.get("/callbacks/wechat/plain", **query).error == "wechat.push_refused"
    refused = anonymous.get("/callbacks/wechat/plain", **query, signature="f" * 40)
    assert (refused.status, refused.error) == (403, "wechat.push_refused")
    assert b"4375120948345356249" not in refused.body


def test_an_app_without_a_token_has_no_callback(anonymous: Client) -> None:
    at = timestamp()
    query = {"timestamp": at, "nonce": NONCE, "signature": push.signature("", at, NONCE), "echostr": "x"}
    for app in ("silent", "nowhere"):
        answer = anonymous.get(f"/callbacks/wechat/{app}", **query)
        assert (answer.status, answer.error) == (404, "wechat.push_app_unknown")
        assert post(anonymous, app, query, orjson.dumps(EVENT)).status == 404
    assert stored() == []


# Receiving


@pytest.mark.parametrize("as_bytes", [orjson.dumps, as_xml], ids=["json", "xml"])
def test_a_plain_event_is_kept_and_answered_success(
    anonymous: Client, as_bytes: Callable[[Any], bytes]
) -> None:
    answer = push_plain(anonymous, as_bytes(EVENT))

    assert (answer.status, answer.body) == (200, b"success")
    (event,) = stored()
    assert (event.app, event.kind, event.openid) == ("plain", "subscribe_msg_popup_event", "o-1001")
    assert event.payload["List"][0]["SubscribeStatusString"] == "accept"
    assert (event.received_at, event.handled_at) == (NINE, None)


@pytest.mark.parametrize("xml", [False, True], ids=["json", "xml"])
@pytest.mark.parametrize("as_bytes", [orjson.dumps, as_xml], ids=["json", "xml"])
def test_an_encrypted_event_is_kept(anonymous: Client, as_bytes: Callable[[Any], bytes], xml: bool) -> None:
    answer = push_secure(anonymous, as_bytes(EVENT), xml=xml)

    assert (answer.status, answer.body) == (200, b"success")
    (event,) = stored()
    assert (event.app, event.openid) == ("default", "o-1001")
    assert event.payload["List"] == EVENT["List"]


def test_what_is_not_signed_is_refused_and_not_kept(anonymous: Client) -> None:
    body = orjson.dumps(EVENT)
    old = str(int((NINE - timedelta(minutes=10, seconds=1)).timestamp()))
    for refused in (
        push_plain(anonymous, body, signature="0" * 40),
        push_plain(anonymous, body, nonce="another"),
        push_plain(anonymous, body, timestamp=old),
        push_plain(anonymous, body, timestamp="never"),
        post(anonymous, "plain", {}, body),
    ):
        assert (refused.status, refused.error) == (403, "wechat.push_refused")
    assert stored() == []


def test_secure_mode_takes_nothing_but_what_is_encrypted_and_signed(anonymous: Client) -> None:
    query, envelope = secure(orjson.dumps(EVENT))
    other_app = replace(APP, appid="wx0000000000other2")
    with clock.at(NINE - timedelta(minutes=11)):
        old = secure(orjson.dumps(EVENT))
    tampered = envelope.replace(b'"Encrypt":"', b'"Encrypt":"A')
    for given_query, body in (
        (query, orjson.dumps(EVENT)),
        (query, b"nonsense"),
        (query, b'{"Encrypt": ""}'),
        (query, tampered),
        ({**query, "msg_signature": query["signature"]}, envelope),
        ({name: value for name, value in query.items() if name != "msg_signature"}, envelope),
        secure(orjson.dumps(EVENT), other_app),
        old,
    ):
        refused = post(anonymous, "default", given_query, body)
        assert (refused.status, refused.error) == (403, "wechat.push_refused")
    assert stored() == []


def test_what_is_signed_but_cannot_be_read_is_malformed(anonymous: Client) -> None:
    assert push_plain(anonymous, b"hello").error == "wechat.push_malformed"
    answer = push_secure(anonymous, b"hello")
    assert (answer.status, answer.error) == (400, "wechat.push_malformed")
    assert stored() == []


def test_a_body_beyond_the_cap_is_refused(anonymous: Client) -> None:
    answer = push_plain(anonymous, b" " * (push.MAX_BYTES + 1))

    assert (answer.status, answer.error) == (413, "app.too_large")


def test_what_a_person_wrote_is_answered_but_its_words_are_not_kept(anonymous: Client) -> None:
    body = {"FromUserName": "o1", "CreateTime": 7, "MsgType": "text", "MsgId": 22, "Content": "私事"}

    assert push_plain(anonymous, orjson.dumps(body)).body == b"success"

    (event,) = stored()
    assert (event.kind, event.handled_at) == ("message", NINE)
    assert "私事" not in str(event.payload)


# Once


def test_a_retry_is_answered_and_kept_once(anonymous: Client) -> None:
    assert [push_plain(anonymous, orjson.dumps(EVENT)).body for _ in range(2)] == [b"success"] * 2
    with clock.at(NINE + timedelta(seconds=5)):
        assert push_plain(anonymous, orjson.dumps(EVENT)).body == b"success"
        # The same in another app, and the next event of the same second, are others.
        assert push_secure(anonymous, orjson.dumps(EVENT)).body == b"success"
        other = {**EVENT, "List": [{"TemplateId": "t2", "SubscribeStatusString": "accept"}]}
        assert push_plain(anonymous, orjson.dumps(other)).body == b"success"

    assert [event.app for event in stored()] == ["plain", "default", "plain"]


def test_retries_at_once_are_kept_once(anonymous: Client) -> None:
    calls = [lambda: push_secure(anonymous, orjson.dumps(EVENT))] * 4

    answers = at_once(calls)

    assert [answer.body for answer in answers] == [b"success"] * 4
    assert len(stored()) == 1


# Handling


@atomic
def mark(event_id: int, error: str = "") -> bool:
    """Mark as handled, in a unit of its own."""
    return operations.mark_handled(event_id, error=error)


def test_events_wait_in_their_order_until_they_are_handled_once(app: Flask, anonymous: Client) -> None:
    for second in range(3):
        push_plain(anonymous, orjson.dumps({**EVENT, "CreateTime": second}))
    waiting = queries.waiting_events(2)
    assert [event.payload["CreateTime"] for event in waiting] == [0, 1]

    assert mark(waiting[0].id) is True
    assert mark(waiting[0].id) is False
    assert mark(waiting[1].id, "无法识别" * 200) is True

    db.session.rollback()
    assert [event.payload["CreateTime"] for event in queries.waiting_events()] == [2]
    assert [len(event.error) for event in stored()] == [0, 500, 0]


def test_what_was_handled_a_month_ago_is_forgotten(app: Flask, anonymous: Client) -> None:
    for second in range(2):
        push_plain(anonymous, orjson.dumps({**EVENT, "CreateTime": second}))
    mark(queries.waiting_events()[0].id)
    (job,) = jobs.JOBS

    with clock.at(NINE + timedelta(days=30)):
        job.run()
        assert db.session.scalar(select(func.count()).select_from(PushEvent)) == 2
    with clock.at(NINE + timedelta(days=30, seconds=1)):
        job.run()

    assert [event.payload["CreateTime"] for event in stored()] == [1]
