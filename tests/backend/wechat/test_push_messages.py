"""Push messages by themselves: signatures, encryption, reading. No database."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from backend.wechat import push
from backend.wechat.errors import PushMalformed, PushRefused

KEY = "demoPushAesKeyOfTheSimulator000000000000000"
OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wx0000000000demo01"
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)

POPUP_XML = b"""<xml><ToUserName><![CDATA[gh_123456789abc]]></ToUserName>
<FromUserName><![CDATA[otFpruAK8D-E6EfStSYonYSBZ8_4]]></FromUserName><CreateTime>1610969440</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe_msg_popup_event]]></Event>
<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc]]></TemplateId>
<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List>
<List><TemplateId><![CDATA[9nLIlbOQZC5Y89AZteFEux3WCXRRRG5Wfzkpssu4bLI]]></TemplateId>
<SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>2</PopupScene></List>
</SubscribeMsgPopupEvent></xml>"""
POPUP_JSON = b"""{"ToUserName": "gh_123456789abc", "FromUserName": "o7esq5OI1Uej6Xixw1lA2H7XDVbc",
"CreateTime": "1620973045", "MsgType": "event", "Event": "subscribe_msg_popup_event",
"List": {"TemplateId": "hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2vzyvQu7O68", "SubscribeStatusString": "accept",
"PopupScene": "0"}}"""


def read(body: bytes, app: str = "default") -> push.Pushed:
    """What a body says."""
    return push.read(app, push.parse(body))


# Signatures


def test_the_official_vector() -> None:
    assert push.signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    push.check_signature("f464b24fc39322e44b38aa78f5edd27bd1441696", "AAAAA", "1714036504", "1514711492")


@pytest.mark.parametrize("given", ["", "f464", "F464B24FC39322E44B38AA78F5EDD27BD1441696", "编", "f" * 40])
def test_another_signature_is_refused(given: str) -> None:
    with pytest.raises(PushRefused):
        push.check_signature(given, "AAAAA", "1714036504", "1514711492")


@pytest.mark.parametrize(
    ("apart", "is_taken"),
    [
        (timedelta(), True),
        (timedelta(minutes=-10), True),
        (timedelta(minutes=10), True),
        (timedelta(minutes=-10, seconds=-1), False),
        (timedelta(minutes=10, seconds=1), False),
    ],
)
def test_what_was_signed_more_than_ten_minutes_away_is_refused(apart: timedelta, is_taken: bool) -> None:
    timestamp = str(int((AT + apart).timestamp()))
    if is_taken:
        push.check_age(timestamp, AT)
    else:
        with pytest.raises(PushRefused):
            push.check_age(timestamp, AT)


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1.5", "１７１４", "9" * 12, " 1714036504"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    with pytest.raises(PushRefused):
        push.check_age(timestamp, AT)


# Encryption


@pytest.mark.parametrize("length", [0, 1, 10, 11, 12, 31, 32, 33, 5000])
def test_what_was_encrypted_is_decrypted(length: int) -> None:
    message = ("红烧肉" * length).encode()[:length]
    ciphertext = push.encrypt(KEY, APPID, message)

    assert len(base64.b64decode(ciphertext)) % 32 == 0
    assert push.decrypt(KEY, APPID, ciphertext) == message
    assert push.encrypt(KEY, APPID, message) != ciphertext


def test_a_message_of_another_app_or_key_is_refused() -> None:
    ciphertext = push.encrypt(KEY, APPID, b"{}")
    for key, appid in ((KEY, "wx0000000000other2"), (KEY, ""), (OTHER_KEY, APPID)):
        with pytest.raises(PushRefused):
            push.decrypt(key, appid, ciphertext)


def sealed(plain: bytes) -> str:
    """Bytes as they are under the key: whoever holds it may still send nonsense."""
    raw = base64.b64decode(KEY + "=")
    encryptor = Cipher(algorithms.AES256(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\x00" * 32,  # Padding of zero.
        b"x" * 31 + b"\x21",  # Padding longer than a block.
        b"x" * 30 + b"\x03\x02",  # Padding that is not all the same.
        b"r" * 16 + b"\x00\x00\x00\x02" + b"{}" + APPID.encode() + b"x" * 23 + b"\x18",  # The same, complete.
        b"\x20" * 32,  # Nothing but padding.
        b"r" * 16 + b"\xff\xff\xff\xff" + b"{}" + APPID.encode() + b"\x18" * 24,  # Longer than it is.
        b"r" * 16 + b"\x00\x00\x00\x02" + b"{}" + APPID.encode() + b"!" + b"\x17" * 23,  # Another app.
    ],
    ids=range(8),
)
def test_nonsense_under_the_right_key_is_refused(plain: bytes) -> None:
    with pytest.raises(PushRefused):
        push.decrypt(KEY, APPID, sealed(plain))


def test_a_ciphertext_that_was_tampered_with_never_passes_as_another_message() -> None:
    ciphertext = base64.b64decode(push.encrypt(KEY, APPID, b'{"MsgType": "event"}'))
    for position in (0, 17, 33, len(ciphertext) - 1):
        changed = bytearray(ciphertext)
        changed[position] ^= 1
        try:
            message = push.decrypt(KEY, APPID, base64.b64encode(changed).decode())
        except PushRefused:
            continue
        # CBC alone proves nothing of the random head; the signature over the ciphertext does.
        assert message == b'{"MsgType": "event"}'
        assert position == 0


@pytest.mark.parametrize("ciphertext", ["", "=", "not base64!", "QUJD", "编码"])
def test_what_is_no_ciphertext_is_refused(ciphertext: str) -> None:
    with pytest.raises(PushRefused):
        push.decrypt(KEY, APPID, ciphertext)


# Reading


def test_the_official_xml_is_read() -> None:
    pushed = read(POPUP_XML)

    assert (pushed.kind, pushed.openid) == ("subscribe_msg_popup_event", "otFpruAK8D-E6EfStSYonYSBZ8_4")
    assert [(item["TemplateId"][:3], item["SubscribeStatusString"]) for item in pushed.payload["List"]] == [
        ("VRR", "accept"),
        ("9nL", "reject"),
    ]
    assert "SubscribeMsgPopupEvent" not in pushed.payload


def test_a_single_item_is_a_list_too() -> None:
    pushed = read(POPUP_JSON)

    assert pushed.openid == "o7esq5OI1Uej6Xixw1lA2H7XDVbc"
    assert [item["SubscribeStatusString"] for item in pushed.payload["List"]] == ["accept"]
    one_in_xml = POPUP_XML.partition(b"</List>")[0] + b"</List></SubscribeMsgPopupEvent></xml>"
    assert len(read(one_in_xml).payload["List"]) == 1


def test_xml_and_json_of_one_event_are_the_same() -> None:
    as_xml = b"""<xml><FromUserName>o1</FromUserName><CreateTime>7</CreateTime><MsgType>event</MsgType>
    <Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent><List><TemplateId>t</TemplateId>
    <MsgID>9</MsgID><ErrorCode>0</ErrorCode></List></SubscribeMsgSentEvent></xml>"""
    as_json = b"""{"FromUserName": "o1", "CreateTime": "7", "MsgType": "event",
    "Event": "subscribe_msg_sent_event", "List": [{"TemplateId": "t", "MsgID": "9", "ErrorCode": "0"}]}"""

    assert read(as_xml) == read(as_json)


def test_of_what_a_person_wrote_nothing_is_kept_but_that_it_came() -> None:
    pushed = read(
        b"<xml><FromUserName>o1</FromUserName><CreateTime>7</CreateTime><MsgType>text</MsgType>"
        b"<Content>private words</Content><MsgId>22</MsgId></xml>"
    )

    assert (pushed.kind, pushed.is_event) == ("message", False)
    assert "private" not in str(pushed)


def event(**changes: Any) -> dict[str, Any]:
    """A media check's result."""
    basis = {"FromUserName": "o1", "CreateTime": 7, "MsgType": "event", "Event": "wxa_media_check"}
    return {**basis, "trace_id": "t1", **changes}


def test_a_retry_has_the_same_key_and_anything_else_another() -> None:
    first = push.read("default", event())

    assert push.read("default", event()).dedupe_key == first.dedupe_key
    others = [
        push.read("other", event()),
        push.read("default", event(FromUserName="o2")),
        push.read("default", event(CreateTime=8)),
        push.read("default", event(Event="other_event")),
        push.read("default", event(trace_id="t2")),
    ]
    assert len({first.dedupe_key, *(other.dedupe_key for other in others)}) == 6


def test_a_message_is_known_by_its_number_alone() -> None:
    first = push.read("default", {"FromUserName": "o1", "CreateTime": 7, "MsgType": "text", "MsgId": 22})

    again = {"FromUserName": "o1", "CreateTime": 7, "MsgType": "text", "MsgId": 22, "Content": "other"}
    other = {"FromUserName": "o1", "CreateTime": 7, "MsgType": "text", "MsgId": 23}
    assert push.read("default", again).dedupe_key == first.dedupe_key
    assert push.read("default", other).dedupe_key != first.dedupe_key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b'{"MsgType": "event"}',
        b'{"MsgType": "event", "Event": 7}',
        b'{"MsgType": "event", "Event": "a b"}',
        b'{"MsgType": "event", "Event": "e", "FromUserName": ["o1"]}',
        b'{"MsgType": "event", "Event": "e", "FromUserName": "o 1"}',
        b'{"MsgType": "event", "Event": "e", "x": "\\u0000"}',
        b'{"MsgType": "event", "Event": "e", "x": "\\ud800"}',
        b'{"MsgType": "event", "Event": "e", "x": ' + b"[" * 500 + b"]" * 500 + b"}",
        b"<xml>",
        b"<html><MsgType>event</MsgType><Event>e</Event></html>",
        b"<xml>text</xml>",
        b"<xml>" + b"<a>" * 300 + b"</a>" * 300 + b"</xml>",
        b'<?xml version="1.0" encoding="none"?><xml><MsgType>event</MsgType></xml>',
        b'<!DOCTYPE xml [<!ENTITY e "lol">]><xml><MsgType>event</MsgType><Event>&e;</Event></xml>',
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><MsgType>event</MsgType><Event>e</Event></xml>',
    ],
    ids=lambda body: body[:40].decode(),
)
def test_what_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(PushMalformed):
        read(body)
