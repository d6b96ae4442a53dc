"""Use cases of the gateway's callback. The gateway acts, not a person: there is no actor."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from backend import clock
from backend.config import settings
from backend.db import atomic
from backend.sms import operations
from backend.sms.errors import NotConfigured
from backend.sms.gateway import Receipt, verify_callback

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(days=180)


def receive_receipt(*, headers: Mapping[str, str], body: bytes) -> Receipt:
    """Keep what the gateway called back with, once; the same again changes nothing and is answered alike.

    Raises NotConfigured, SignatureWrong or ReceiptMalformed, and keeps nothing.
    """
    running = settings()
    if not (running.sms_url and running.sms_key):
        raise NotConfigured
    receipt = verify_callback(running.sms_key, headers, body)
    is_new = _store(receipt)
    log.info("sms receipt", reference=receipt.reference, state=receipt.state.value, is_new=is_new)
    return receipt


@atomic
def forget_old() -> int:
    """Drop receipts older than `KEPT_FOR`; returns how many."""
    return operations.forget_receipts(clock.now() - KEPT_FOR)


@atomic
def _store(receipt: Receipt) -> bool:
    return operations.store_receipt(receipt)
