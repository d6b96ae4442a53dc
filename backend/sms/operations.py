"""Writes of receipts, within an open unit of work."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.db import unit
from backend.sms.gateway import Receipt
from backend.sms.models import SmsReceipt

_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def store_receipt(receipt: Receipt) -> bool:
    """Keep a receipt; False if one of the same reference and state is kept already."""
    connection = unit()
    insert = _INSERT[connection.dialect.name](SmsReceipt).values(
        reference=receipt.reference,
        state=receipt.state.value,
        gateway_id=receipt.gateway_id,
        reason=receipt.reason,
        happened_at=receipt.happened_at,
        received_at=clock.now(),
    )
    stored = connection.execute(insert.on_conflict_do_nothing().returning(SmsReceipt.id))
    return stored.scalar_one_or_none() is not None


def forget_receipts(before: datetime) -> int:
    """Drop the receipts that came before an instant; returns how many."""
    return unit().execute(delete(SmsReceipt).where(SmsReceipt.received_at < before)).rowcount
