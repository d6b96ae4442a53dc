"""A bureau's SMS gateway below /sms, as `docs/operations.md` describes the protocol to its integrator.

The signature is computed here anew, not by `backend.sms.signing`, so that the one proves the other.
"""

import hashlib
import hmac
import json
import re
import secrets
from typing import Any, Final

from flask import Blueprint, Response, request

from backend import clock
from backend.wechat.simulator.answers import answer
from backend.wechat.simulator.callbacks import Posted
from backend.wechat.simulator.mailbox import Channel, Delivered
from backend.wechat.simulator.world import World, world

blueprint = Blueprint("sms", __name__, url_prefix="/sms")

CALLBACK: Final = "/api/v1/callbacks/sms"
_PHONE: Final = re.compile(r"1[3-9][0-9]{9}|\+[0-9]{6,15}")
_APART_S: Final = 300


@blueprint.post("/messages")
def send() -> Response:
    """Take a text message or a call; the same reference again does nothing."""
    here, body = world(), request.get_data()
    timestamp, given = (
        request.headers.get("X-Houqin-Timestamp", ""),
        request.headers.get("X-Houqin-Signature"),
    )
    if not _is_signed(here, timestamp, given or "", body):
        return _refused("bad_signature", "签名无效")
    try:
        told = json.loads(body)
        channel = Channel(told["kind"])
        phone, text, reference = (str(told[name]) for name in ("phone", "text", "reference"))
    except (ValueError, KeyError, TypeError):
        return _refused("bad_request", "内容无法解析")
    if channel not in (Channel.SMS, Channel.CALL) or not text or not 0 < len(reference) <= 64:
        return _refused("bad_request", "内容不完整")
    if not _PHONE.fullmatch(phone):
        return _refused("bad_phone", "号码无效")
    message = here.mailbox.find(reference, channel)
    if message is None:
        title = "短信通知" if channel is Channel.SMS else "语音来电"
        number = here.owner_of_phone(phone)
        message = here.mailbox.add(
            clock.now(), channel, number, title, [("", text)], phone=phone, reference=reference
        )
        if channel is Channel.SMS and here.options.sms_receipts:
            tell(here, message, "delivered")
    return answer({"code": 0, "message": "ok", "id": f"g{message.id}"})


def tell(here: World, message: Delivered, state: str, reason: str = "") -> None:
    """Call our application back with what became of a message, signed."""
    message.state = state
    receipt: dict[str, Any] = {
        "reference": message.reference,
        "id": f"g{message.id}",
        "state": state,
        "at": clock.local(clock.now()).isoformat(timespec="seconds"),
        "reason": reason,
    }

    def make() -> Posted:
        body = json.dumps(receipt, ensure_ascii=False).encode()
        timestamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Houqin-Timestamp": timestamp,
            "X-Houqin-Signature": _signature(here, timestamp, body),
        }
        return Posted(CALLBACK, {}, headers, body)

    here.callbacks.post_later(receipt, make, lambda response: response.status_code == 200)


def _signature(here: World, timestamp: str, body: bytes) -> str:
    return hmac.new(here.sms_key.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def _is_signed(here: World, timestamp: str, given: str, body: bytes) -> bool:
    if not here.sms_key or not re.fullmatch(r"[0-9]{1,11}", timestamp):
        return False
    is_fresh = abs(clock.now().timestamp() - int(timestamp)) <= _APART_S
    return secrets.compare_digest(_signature(here, timestamp, body).encode(), given.encode()) and is_fresh


def _refused(code: str, message: str) -> Response:
    return answer({"code": code, "message": message})
