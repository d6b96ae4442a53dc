"""How an entry of the ledger is written, within an open unit of work.

An entry has legs that sum to zero; a leg on a person's bucket moves that person's balance with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from backend.db import table, unit
from backend.statements import Statement
from canteen.accounts.models import (
    AccountBalance,
    Bucket,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)

INSERT_ENTRY = Statement(
    insert(_ENTRY).returning(_ENTRY.c.id),
    ["kind", "staff_id", "order_id", "reception_id", "corrects_id", "happened_at", "entered_by", "memo"],
)
INSERT_ENTRIES = insert(_ENTRY).returning(_ENTRY.c.id, _ENTRY.c.staff_id, _ENTRY.c.order_id)
INSERT_POSTINGS = Statement(
    insert(_POSTING), ["entry_id", "account", "staff_id", "canteen_id", "department_id", "amount_fen"]
)
ADD_TO_BALANCE = Statement(
    update(_BALANCE)
    .where(_BALANCE.c.staff_id == bindparam("of_staff"), _BALANCE.c.bucket == bindparam("of_bucket"))
    .values(balance_fen=_BALANCE.c.balance_fen + bindparam("amount_fen"))
)


@dataclass(frozen=True, slots=True)
class Leg:
    """What an entry does to one account: a person's bucket, a canteen's sales, or whose else it is."""

    account: str
    amount_fen: int
    staff_id: int | None = None
    canteen_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written; see `LedgerEntry`."""

    kind: EntryKind
    staff_id: int
    legs: Sequence[Leg]
    order_id: int | None = None
    reception_id: int | None = None
    corrects_id: int | None = None
    memo: str = ""


def legs_between(
    staff_id: int, moves: Mapping[Bucket, int], source: LedgerAccount, canteen_id: int | None = None
) -> list[Leg]:
    """The person's buckets move by `moves`, the source by the opposite of their sum."""
    legs = [Leg(bucket.value, fen, staff_id=staff_id) for bucket, fen in moves.items()]
    return [*legs, Leg(source.value, -sum(moves.values()), canteen_id=canteen_id)]


def write(entry: Entry, *, at: datetime, entered_by: int) -> int:
    """Write one entry and move the balances, which must be locked; returns its id."""
    written = INSERT_ENTRY.row(unit(), _columns(entry, at, entered_by))
    assert written is not None  # noqa: S101 # An INSERT without a conflict clause returns its row or raises.
    entry_id: int = written[0]
    _post([(entry_id, leg) for leg in entry.legs])
    return entry_id


def write_all(entries: Sequence[Entry], *, at: datetime, entered_by: int) -> list[int]:
    """`write` for several at once, each of another person or order; returns their ids in the same order.

    Statements do not grow with their number.
    """
    if not entries:
        return []
    rows = unit().execute(INSERT_ENTRIES, [_columns(entry, at, entered_by) for entry in entries])
    # What RETURNING gives need not be in the order of what was given.
    id_of = {(staff_id, order_id): entry_id for entry_id, staff_id, order_id in rows}
    entry_ids = [id_of[entry.staff_id, entry.order_id] for entry in entries]
    written = zip(entry_ids, entries, strict=True)
    _post([(entry_id, leg) for entry_id, entry in written for leg in entry.legs])
    return entry_ids


def _columns(entry: Entry, at: datetime, entered_by: int) -> dict[str, object]:
    return {
        "kind": entry.kind.value,
        "staff_id": entry.staff_id,
        "order_id": entry.order_id,
        "reception_id": entry.reception_id,
        "corrects_id": entry.corrects_id,
        "happened_at": at,
        "entered_by": entered_by,
        "memo": entry.memo,
    }


def _post(legs: Sequence[tuple[int, Leg]]) -> None:
    """Write the legs with their entries' ids, and move the balances that they are on."""
    postings = [
        {
            "entry_id": entry_id,
            "account": leg.account,
            "staff_id": leg.staff_id,
            "canteen_id": leg.canteen_id,
            "department_id": leg.department_id,
            "amount_fen": leg.amount_fen,
        }
        for entry_id, leg in legs
    ]
    INSERT_POSTINGS.many(unit(), postings)
    balances = [
        {"of_staff": leg.staff_id, "of_bucket": leg.account, "amount_fen": leg.amount_fen}
        for _, leg in legs
        if leg.staff_id is not None
    ]
    if balances:
        ADD_TO_BALANCE.many(unit(), balances)
