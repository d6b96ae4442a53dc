"""A thin client of the gateway. No phone number and no text is logged."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import httpx

from backend import clock
from backend.outside import PAUSES_S, Answer, Service
from backend.sms import signing
from backend.sms.errors import ReceiptMalformed, Refused, SignatureWrong, SmsUnavailable

MAX_REFERENCE: Final = 64
MAX_REASON: Final = 200
_REFERENCE = re.compile(r"[\x21-\x7e]{1,64}")
MAX_CALLBACK_BYTES: Final = 16 * 1024


class ReceiptState(StrEnum):
    """What became of a message or call; `acknowledged`: the person pressed the key that says so."""

    DELIVERED = "delivered"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the gateway says of a message or call. `happened_at` is the gateway's, or when we heard."""

    reference: str
    state: ReceiptState
    happened_at: datetime
    gateway_id: str = ""
    reason: str = ""


class SmsGateway:
    """The gateway of this deployment. Safe to share between threads.

    `url` is the whole address to post to; `key` signs both directions. `timeout_s` bounds each network
    wait.
    """

    def __init__(
        self,
        url: str,
        key: str,
        timeout_s: float,
        http: httpx.Client | None = None,
        *,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._key = key
        self._service = Service("sms", url, timeout_s, SmsUnavailable, http, facts=_facts, pauses_s=pauses_s)

    def close(self) -> None:
        """Close the connections to the gateway."""
        self._service.http.close()

    def send_sms(self, phone: str, text: str, reference: str) -> str:
        """Send a text message; the gateway's number of it. Raises SmsUnavailable or Refused.

        The gateway sends once under a reference, so that a send of unknown outcome may be repeated.
        """
        return self._send("sms", phone, text, reference)

    def call(self, phone: str, text: str, reference: str) -> str:
        """Ring the phone and read the text aloud; as `send_sms`. A key press is told by a receipt."""
        return self._send("call", phone, text, reference)

    def verify_callback(self, headers: Mapping[str, str], body: bytes) -> Receipt:
        """What the gateway called back with. Raises SignatureWrong or ReceiptMalformed."""
        return verify_callback(self._key, headers, body)

    def _send(self, kind: str, phone: str, text: str, reference: str) -> str:
        message = {"kind": kind, "phone": phone, "text": text, "reference": reference}
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **signing.headers_of(self._key, clock.now(), body)}
        answer = self._service.ask("POST", "", body=body, headers=headers)
        if answer.get("code") != 0:
            raise Refused(gateway_code=_code(answer))
        gateway_id = answer.get("id")
        return str(gateway_id)[:MAX_REFERENCE] if isinstance(gateway_id, int | str) else ""


def verify_callback(key: str, headers: Mapping[str, str], body: bytes) -> Receipt:
    """What a gateway that holds the key called back with. Raises SignatureWrong or ReceiptMalformed."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get(signing.TIMESTAMP.lower(), "")
    signature = given.get(signing.SIGNATURE.lower(), "")
    now = clock.now()
    if not signing.is_signed(key, timestamp, signature, body, now):
        raise SignatureWrong
    return _receipt(body, now)


def _code(answer: Answer) -> str:
    return str(answer.get("code"))[:40]


def _facts(answer: Answer) -> dict[str, Any]:
    """What the log says of an answer."""
    return {"gateway_code": _code(answer)}


def _receipt(body: bytes, now: datetime) -> Receipt:
    try:
        told = json.loads(body)
        reference, state = told["reference"], ReceiptState(told["state"])
        at = datetime.fromisoformat(told["at"]) if told.get("at") else now
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptMalformed from error
    is_named = isinstance(reference, str) and _REFERENCE.fullmatch(reference)
    if not is_named or at.tzinfo is None or not 2000 <= at.year <= 2999:
        raise ReceiptMalformed
    return Receipt(
        reference, state, at, _tidy(told.get("id"), MAX_REFERENCE), _tidy(told.get("reason"), MAX_REASON)
    )


def _tidy(value: Any, most: int) -> str:
    return "".join(char for char in str(value or "") if char.isprintable())[:most]
