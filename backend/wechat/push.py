"""WeChat's push messages: signatures, encryption and reading. Pure functions.

Source: developers.weixin.qq.com, message push and 消息加解密: SHA-1 over the sorted parts; AES-256-CBC with
the key's first 16 bytes as IV, PKCS#7 to 32, around 16 random bytes, a length, the message and the appid.
"""

import base64
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError  # Only names; defusedxml parses.

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from backend.wechat.errors import PushMalformed, PushRefused

Payload = dict[str, Any]

# WeChat tries again within seconds; what is older was recorded by somebody.
MAX_AGE: Final = timedelta(minutes=10)
MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 8
_BLOCK: Final = 32
_HEAD: Final = 20
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,60}")
_OPENID = re.compile(r"[0-9A-Za-z_-]{0,64}")
# Where the XML of a subscription event wraps what its JSON says directly.
_WRAPPERS: Final = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
# What is kept of a message that a person wrote: that it came, not what it says.
_OF_A_MESSAGE: Final = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId")


@dataclass(frozen=True, slots=True)
class Pushed:
    """One message or event. `kind` is the event's name, or `message` for what a person wrote."""

    kind: str
    openid: str
    dedupe_key: str
    payload: Payload

    @property
    def is_event(self) -> bool:
        """Whether it is an event, not a person's message."""
        return self.kind != MESSAGE


MESSAGE: Final = "message"


def signature(*parts: str) -> str:
    """The signature over parts (token, timestamp, nonce and, in secure mode, the ciphertext)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 # WeChat's choice.


def check_signature(given: str, *parts: str) -> None:
    """Raises PushRefused if the parts were not signed so."""
    if not hmac.compare_digest(signature(*parts), given.encode("ascii", "replace").decode()):
        raise PushRefused


def check_age(timestamp: str, now: datetime) -> None:
    """Raises PushRefused if the message was signed more than ten minutes from now."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        raise PushRefused
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > MAX_AGE:
        raise PushRefused


def encrypt(aes_key: str, appid: str, message: bytes) -> str:
    """The ciphertext of a message, as WeChat makes it."""
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + appid.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(aes_key: str, appid: str, ciphertext: str) -> bytes:
    """The message in a ciphertext. Raises PushRefused if it is not of this key and this app."""
    try:
        cipher = base64.b64decode(ciphertext, validate=True)
        decryptor = _cipher(aes_key).decryptor()
        plain = decryptor.update(cipher) + decryptor.finalize()
    except ValueError as error:
        raise PushRefused from error
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise PushRefused
    plain = plain[:-pad]
    if len(plain) < _HEAD:
        raise PushRefused
    (length,) = struct.unpack(">I", plain[16:_HEAD])
    message, owner = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
    if len(message) != length or not hmac.compare_digest(owner, appid.encode()):
        raise PushRefused
    return message


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))


def parse(body: bytes) -> Payload:
    """The fields of a body, which is XML or JSON by its content. Raises PushMalformed."""
    body = body.strip()
    return _parse_xml(body) if body.startswith(b"<") else _parse_json(body)


def read(app: str, payload: Payload) -> Pushed:
    """What a payload says, in one shape whether it came as XML or JSON. Raises PushMalformed.

    A retry has the same key: that of the MsgId or, for an event, of who, when, what and every detail,
    because two events of one second (two messages sent) are two.
    """
    is_event = payload.get("MsgType") == "event"
    kind = payload.get("Event") if is_event else MESSAGE
    openid = payload.get("FromUserName", "")
    if not (isinstance(kind, str) and _NAME.fullmatch(kind)):
        raise PushMalformed
    if not (isinstance(openid, str) and _OPENID.fullmatch(openid)):
        raise PushMalformed
    if is_event:
        payload = _with_list(payload)
        told: Any = payload
    else:
        payload = {name: payload[name] for name in _OF_A_MESSAGE if name in payload}
        told = str(payload.get("MsgId") or payload.get("CreateTime"))
    digest = hashlib.sha256(
        orjson.dumps([app, openid, str(payload.get("CreateTime")), kind, told], option=orjson.OPT_SORT_KEYS)
    )
    return Pushed(kind, openid, digest.hexdigest(), payload)


def _with_list(payload: Payload) -> Payload:
    """A subscription event with its `List` at the top, and always a list of objects."""
    found: Any = payload.get("List")
    for wrapper in _WRAPPERS:
        inner = payload.get(wrapper)
        if inner is not None:
            found = inner.get("List") if isinstance(inner, Mapping) else inner
    if found is None:
        return payload
    items = [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]
    return {**{name: value for name, value in payload.items() if name not in _WRAPPERS}, "List": items}


def _parse_json(body: bytes) -> Payload:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PushMalformed from error
    if not isinstance(found, dict):
        raise PushMalformed
    _check(found, MAX_DEPTH)
    return found


def _parse_xml(body: bytes) -> Payload:
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PushMalformed from error
    found = _fields(root, MAX_DEPTH)
    if root.tag != "xml" or not isinstance(found, dict):
        raise PushMalformed
    return found


def _fields(element: Element, depth: int) -> Any:
    """The text of a leaf; of anything else its fields, a repeated one as a list."""
    if depth == 0:
        raise PushMalformed
    if not len(element):
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    repeated: set[str] = set()
    for child in element:
        value = _fields(child, depth - 1)
        if child.tag in repeated:
            found[child.tag].append(value)
        elif child.tag in found:
            found[child.tag] = [found[child.tag], value]
            repeated.add(child.tag)
        else:
            found[child.tag] = value
    return found


def _check(value: Any, depth: int) -> None:
    """Raises PushMalformed for what is nested too deep, or is no text that a database could keep."""
    if depth == 0 or (isinstance(value, str) and "\x00" in value):
        raise PushMalformed
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        _check(each, depth - 1)
