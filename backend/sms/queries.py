"""Reads of receipts."""

from collections.abc import Collection

from sqlalchemy import select

from backend.db import db
from backend.sms.gateway import ReceiptState
from backend.sms.models import SmsReceipt


def states_of(references: Collection[str]) -> dict[str, set[ReceiptState]]:
    """What the gateway has said of these messages and calls so far; nothing of those it is silent about."""
    rows = db.session.execute(
        select(SmsReceipt.reference, SmsReceipt.state).where(SmsReceipt.reference.in_(references))
    )
    found: dict[str, set[ReceiptState]] = {}
    for reference, state in rows:
        found.setdefault(reference, set()).add(ReceiptState(state))
    return found
