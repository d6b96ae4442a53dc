"""Writes of a payroll import, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import table, unit
from canteen.accounts import operations as accounts
from canteen.accounts.models import Bucket, EntryKind
from canteen.accounts.operations import Move
from canteen.accounts.payroll.models import PayrollBatch, PayrollItem
from canteen.accounts.payroll.policies import Payment

_BATCH, _ITEM = table(PayrollBatch), table(PayrollItem)
CLAIM_BATCH = {
    name: dialect.insert(_BATCH).on_conflict_do_nothing().returning(_BATCH.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def claim_batch(**columns: Any) -> int | None:
    """Take the batch's number and file; None if either is taken, whose import is committed by now."""
    connection = unit()
    batch_id: int | None = connection.execute(CLAIM_BATCH[connection.dialect.name], columns).scalar()
    return batch_id


def pay_in(
    batch_id: int, batch_no: str, payments: Sequence[Payment], *, at: datetime, entered_by: int
) -> None:
    """Book every payment to its person's personal bucket; a fixed number of statements."""
    accounts.open_balances({payment.staff_id for payment in payments})
    moves = [
        Move(payment.staff_id, payment.amount_fen, payment.memo or f"工资代扣 {batch_no}")
        for payment in payments
    ]
    entries = accounts.move_all(EntryKind.PAYROLL, Bucket.PERSONAL, moves, at=at, entered_by=entered_by)
    rows = [
        {
            "batch_id": batch_id,
            "row_number": payment.row,
            "staff_id": payment.staff_id,
            "entry_id": entries[payment.staff_id],
            "amount_fen": payment.amount_fen,
        }
        for payment in payments
    ]
    unit().execute(insert(_ITEM), rows)
