"""Whether the ledger agrees with itself and with the balances."""

from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all

from backend.db import db, table
from canteen.accounts.models import AccountBalance, LedgerEntry, LedgerPosting

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the ledger does not agree with itself or with a balance; amounts in fen."""

    what: str
    subject: str
    ledger_fen: int
    balance_fen: int


def differences() -> list[Difference]:
    """Every entry whose legs do not sum to zero, and every balance that is not the sum of its postings.

    Each question is one statement, which sees one moment, so that orders may go on meanwhile.
    """
    total = func.coalesce(func.sum(_POSTING.c.amount_fen), 0)
    unbalanced = (
        select(_ENTRY.c.id, total)
        .outerjoin_from(_ENTRY, _POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
        .group_by(_ENTRY.c.id)
        .having((total != 0) | (func.count(_POSTING.c.id) == 0))
        .order_by(_ENTRY.c.id)
    )
    found = [
        Difference("entry", f"entry {entry_id}", int(fen), 0)
        for entry_id, fen in db.session.execute(unbalanced)
    ]
    both = union_all(
        select(
            _POSTING.c.staff_id,
            _POSTING.c.account.label("bucket"),
            _POSTING.c.amount_fen.label("booked_fen"),
            literal(0).label("kept_fen"),
        ).where(_POSTING.c.staff_id.is_not(None)),
        select(_BALANCE.c.staff_id, _BALANCE.c.bucket, literal(0), _BALANCE.c.balance_fen),
    ).subquery()
    booked, kept = func.sum(both.c.booked_fen), func.sum(both.c.kept_fen)
    wrong = (
        select(both.c.staff_id, both.c.bucket, booked, kept)
        .group_by(both.c.staff_id, both.c.bucket)
        .having(booked != kept)
        .order_by(both.c.staff_id, both.c.bucket)
    )
    return found + [
        Difference("balance", f"staff {staff_id} {bucket}", int(booked_fen), int(kept_fen))
        for staff_id, bucket, booked_fen, kept_fen in db.session.execute(wrong)
    ]
