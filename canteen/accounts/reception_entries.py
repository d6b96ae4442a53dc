"""What departments spend on official guests, in the ledger: booked, and taken back by its opposite.

Nobody's balance moves. Within an open unit of work.
"""

from datetime import datetime

from sqlalchemy import select

from backend.db import table, unit
from canteen.accounts import ledger
from canteen.accounts.ledger import Entry, Leg
from canteen.accounts.models import EntryKind, LedgerAccount, LedgerEntry, LedgerPosting

_ENTRY, _POSTING = table(LedgerEntry), table(LedgerPosting)


def book(
    *,
    reception_id: int,
    department_id: int,
    canteen_id: int,
    amount_fen: int,
    asked_by: int,
    at: datetime,
    entered_by: int,
) -> int:
    """Book what a department spends on official guests at a canteen; returns the entry's id.

    `amount_fen` is positive, `asked_by` who filed the reception.
    """
    legs = (
        Leg(LedgerAccount.RECEPTION.value, -amount_fen, department_id=department_id),
        Leg(LedgerAccount.SALES.value, amount_fen, canteen_id=canteen_id),
    )
    entry = Entry(EntryKind.RECEPTION, asked_by, legs, reception_id=reception_id)
    return ledger.write(entry, at=at, entered_by=entered_by)


def reverse(entry_id: int, *, at: datetime, entered_by: int, memo: str) -> int:
    """Take back an entry of `book` by its opposite; returns the new entry's id.

    A unique index refuses to take it back twice (IntegrityError).
    """
    connection = unit()
    booked = connection.execute(
        select(_ENTRY.c.staff_id, _ENTRY.c.reception_id).where(
            _ENTRY.c.id == entry_id, _ENTRY.c.kind == EntryKind.RECEPTION.value
        )
    ).one()
    legs = connection.execute(
        select(
            _POSTING.c.account, _POSTING.c.amount_fen, _POSTING.c.canteen_id, _POSTING.c.department_id
        ).where(_POSTING.c.entry_id == entry_id)
    )
    entry = Entry(
        EntryKind.CORRECTION,
        booked.staff_id,
        [
            Leg(account, -fen, canteen_id=canteen_id, department_id=department_id)
            for account, fen, canteen_id, department_id in legs
        ],
        reception_id=booked.reception_id,
        corrects_id=entry_id,
        memo=memo,
    )
    return ledger.write(entry, at=at, entered_by=entered_by)
