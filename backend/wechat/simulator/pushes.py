"""WeChat's push messages to the callback of an app: plain or encrypted, as XML or JSON."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from backend import clock
from backend.wechat import push
from backend.wechat.simulator.callbacks import Posted
from backend.wechat.simulator.world import BodyFormat, World

ACCOUNT: Final = "gh_0000demo0001"
_WRAPPERS: Final = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


def push_event(world: World, appid: str, openid: str, event: str, fields: Mapping[str, Any]) -> None:
    """Push an event to the app, a moment later. An app without a push token gets none."""
    found = next(((name, app) for name, app in world.apps.items() if app.appid == appid), None)
    if found is None or not found[1].push_token:
        return
    name, app = found
    told = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": int(clock.now().timestamp()),
        "MsgType": "event",
        "Event": event,
        **fields,
    }
    body_format = world.options.push_format
    is_encrypted = bool(app.push_aes_key) and world.options.push_encrypted

    def make() -> Posted:
        body = as_xml(told) if body_format is BodyFormat.XML else as_json(told)
        timestamp, nonce = str(int(clock.now().timestamp())), str(secrets.randbelow(10**10))
        query = {
            "signature": push.signature(app.push_token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
        }
        if is_encrypted:
            ciphertext = push.encrypt(app.push_aes_key, app.appid, body)
            envelope = {"ToUserName": ACCOUNT, "Encrypt": ciphertext}
            body = as_xml(envelope) if body_format is BodyFormat.XML else as_json(envelope)
            query["encrypt_type"] = "aes"
            query["msg_signature"] = push.signature(app.push_token, timestamp, nonce, ciphertext)
        kind = "text/xml" if body_format is BodyFormat.XML else "application/json"
        return Posted(f"/api/v1/callbacks/wechat/{name}", query, {"Content-Type": kind}, body)

    world.callbacks.post_later(told, make, lambda answer: answer.text == "success")


def as_json(fields: Mapping[str, Any]) -> bytes:
    """The fields as WeChat's JSON: a single item of `List` is an object, not a list."""
    plain = {name: _single(value) if name == "List" else value for name, value in fields.items()}
    return json.dumps(plain, ensure_ascii=False).encode()


def as_xml(fields: Mapping[str, Any]) -> bytes:
    """The fields as WeChat's XML: the `List` of a subscription event is wrapped, items are repeated."""
    items = fields.get("List")
    if items is not None:
        wrapper = _WRAPPERS[str(fields["Event"])]
        fields = {name: value for name, value in fields.items() if name != "List"} | {
            wrapper: {"List": items}
        }
    return f"<xml>{_elements(fields)}</xml>".encode()


def _single(items: Sequence[Any]) -> Any:
    return items[0] if len(items) == 1 else items


def _elements(fields: Mapping[str, Any]) -> str:
    return "".join(
        _element(name, each)
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    if isinstance(value, str):
        text = f"<![CDATA[{value}]]>" if "]]>" not in value else escape(value)
        return f"<{name}>{text}</{name}>"
    return f"<{name}>{value}</{name}>"
