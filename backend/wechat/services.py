"""Use cases of WeChat's push callback. WeChat acts, not a person: there is no actor."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from backend import clock
from backend.config import WechatApp, settings
from backend.db import atomic
from backend.errors import Malformed
from backend.wechat import operations, push
from backend.wechat.errors import PushAppUnknown, PushRefused
from backend.wechat.push import Pushed

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(days=30)


def verify_address(*, app: str, query: Mapping[str, str]) -> str:
    """What to answer when WeChat verifies the address of the callback.

    The age is not looked at: nothing is kept. Raises PushAppUnknown or PushRefused.
    """
    registered = _app(app)
    _check_plain(registered, query)
    return query.get("echostr", "")


def receive(*, app: str, query: Mapping[str, str], body: bytes) -> bool:
    """Keep what WeChat pushed to be handled later; False if it is kept already.

    An app with an AES key takes encrypted messages alone, whose signature covers their content.
    Raises PushAppUnknown, PushRefused or PushMalformed, and keeps nothing.
    """
    registered = _app(app)
    try:
        pushed = push.read(app, _open(registered, query, body))
    except (PushRefused, Malformed) as refusal:
        log.warning("wechat push refused", app=app, reason=refusal.code)
        raise
    is_new = _store(app, pushed)
    log.info("wechat push", app=app, kind=pushed.kind, is_new=is_new)
    return is_new


@atomic
def forget_handled() -> int:
    """Drop events that were handled `KEPT_FOR` ago; returns how many."""
    return operations.forget_handled(clock.now() - KEPT_FOR)


@atomic
def _store(app: str, pushed: Pushed) -> bool:
    return operations.store_event(app, pushed)


def _app(name: str) -> WechatApp:
    registered = settings().wechat_apps.get(name)
    if registered is None or not registered.push_token:
        raise PushAppUnknown
    return registered


def _check_plain(app: WechatApp, query: Mapping[str, str]) -> None:
    parts = (app.push_token, query.get("timestamp", ""), query.get("nonce", ""))
    push.check_signature(query.get("signature", ""), *parts)


def _open(app: WechatApp, query: Mapping[str, str], body: bytes) -> push.Payload:
    if not app.push_aes_key:
        _check_plain(app, query)
        push.check_age(query.get("timestamp", ""), clock.now())
        return push.parse(body)
    ciphertext = _ciphertext(body)
    parts = (app.push_token, query.get("timestamp", ""), query.get("nonce", ""), ciphertext)
    push.check_signature(query.get("msg_signature", ""), *parts)
    push.check_age(query.get("timestamp", ""), clock.now())
    return push.parse(push.decrypt(app.push_aes_key, app.appid, ciphertext))


def _ciphertext(body: bytes) -> str:
    """What is signed in secure mode; whoever does not encrypt proves nothing."""
    try:
        ciphertext = push.parse(body).get("Encrypt")
    except Malformed as error:
        raise PushRefused from error
    if not isinstance(ciphertext, str) or not ciphertext:
        raise PushRefused
    return ciphertext
