"""Writes of the ledger, within an open unit of work.

Whoever moves a person's money locks that person's balances first (`LOCK_BALANCES`); everything else that a
use case locks comes after.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import table, unit
from canteen.accounts import ledger, policies
from canteen.accounts.ledger import Entry, legs_between
from canteen.accounts.models import (
    AccountBalance,
    Bucket,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)
from canteen.accounts.paying import LOCK_BALANCES, NET_PAID, NET_PAID_OF

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)

OPEN_BALANCES = {
    name: dialect.insert(_BALANCE).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_SOURCES = {Bucket.SUBSIDY: LedgerAccount.FISCAL, Bucket.PERSONAL: LedgerAccount.RECEIVED}


def lock_balances(staff_id: int) -> dict[Bucket, int]:
    """The person's balances in fen, locked until the unit ends."""
    return {Bucket(bucket): fen for bucket, fen in LOCK_BALANCES.rows(unit(), {"staff_id": staff_id})}


def charge(
    *,
    staff_id: int,
    balances: Mapping[Bucket, int],
    amount_fen: int,
    order_id: int,
    canteen_id: int,
    spending_order: Sequence[Bucket],
    at: datetime,
    entered_by: int | None = None,
    memo: str = "",
) -> None:
    """Let a person pay for an order out of the locked `balances`. Raises BalanceShort.

    `entered_by` is who caused it, by default the person.
    """
    if amount_fen == 0:
        return
    paid = policies.split_charge(amount_fen, balances, spending_order)
    moves = {bucket: -fen for bucket, fen in paid.items()}
    legs = legs_between(staff_id, moves, LedgerAccount.SALES, canteen_id)
    entry = Entry(EntryKind.ORDER, staff_id, legs, order_id=order_id, memo=memo)
    ledger.write(entry, at=at, entered_by=staff_id if entered_by is None else entered_by)


def refund(
    *,
    staff_id: int,
    amount_fen: int,
    order_id: int,
    canteen_id: int,
    spending_order: Sequence[Bucket],
    at: datetime,
    entered_by: int | None = None,
    memo: str = "",
) -> None:
    """Give back part or all of what an order cost, to the buckets it came from, last spent first.

    The person's balances must be locked.
    """
    if amount_fen == 0:
        return
    rows = unit().execute(NET_PAID, {"order_id": order_id})
    paid = {Bucket(account): int(fen) for account, fen in rows}
    given = Refund(staff_id, amount_fen, order_id, canteen_id, spending_order)
    entry = _refund_entry(given, paid, memo)
    ledger.write(entry, at=at, entered_by=staff_id if entered_by is None else entered_by)


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back for one order."""

    staff_id: int
    amount_fen: int
    order_id: int
    canteen_id: int
    spending_order: Sequence[Bucket]


def lock_balances_of(staff_ids: Collection[int]) -> dict[int, dict[Bucket, int]]:
    """Several people's balances in fen, locked until the unit ends, by rising person."""
    locked = (
        select(_BALANCE.c.staff_id, _BALANCE.c.bucket, _BALANCE.c.balance_fen)
        .where(_BALANCE.c.staff_id.in_(staff_ids))
        .order_by(_BALANCE.c.staff_id, _BALANCE.c.bucket)
        .with_for_update()
    )
    held: dict[int, dict[Bucket, int]] = {}
    for staff_id, bucket, balance_fen in unit().execute(locked):
        held.setdefault(staff_id, {})[Bucket(bucket)] = balance_fen
    return held


def open_balances(staff_ids: Collection[int]) -> dict[int, dict[Bucket, int]]:
    """`lock_balances_of`, where who has no account yet gets one."""
    connection = unit()
    rows = [
        {"staff_id": staff_id, "bucket": bucket.value, "balance_fen": 0}
        for staff_id in sorted(staff_ids)
        for bucket in Bucket
    ]
    connection.execute(OPEN_BALANCES[connection.dialect.name], rows)
    return lock_balances_of(staff_ids)


def refund_all(refunds: Sequence[Refund], *, at: datetime, entered_by: int, memo: str) -> None:
    """`refund` for several orders at once; statements do not grow with their number.

    The people's balances must be locked.
    """
    wanted = {refund.order_id: refund for refund in refunds if refund.amount_fen}
    if not wanted:
        return
    paid: dict[int, dict[Bucket, int]] = {order_id: {} for order_id in wanted}
    for order_id, account, fen in unit().execute(NET_PAID_OF, {"ids": list(wanted)}):
        paid[order_id][Bucket(account)] = int(fen)
    entries = [_refund_entry(refund, paid[order_id], memo) for order_id, refund in wanted.items()]
    ledger.write_all(entries, at=at, entered_by=entered_by)


def _refund_entry(refund: Refund, paid: Mapping[Bucket, int], memo: str) -> Entry:
    moves = policies.split_refund(refund.amount_fen, paid, refund.spending_order)
    legs = legs_between(refund.staff_id, moves, LedgerAccount.SALES, refund.canteen_id)
    return Entry(EntryKind.REFUND, refund.staff_id, legs, order_id=refund.order_id, memo=memo)


def deposit(
    *, staff_id: int, bucket: Bucket, amount_fen: int, at: datetime, entered_by: int, memo: str
) -> int:
    """Grant a subsidy or book what somebody paid in; returns the entry's id. `amount_fen` is positive."""
    open_balances([staff_id])
    kind = EntryKind.GRANT if bucket is Bucket.SUBSIDY else EntryKind.TOP_UP
    return move(kind, bucket, staff_id, amount_fen, at=at, entered_by=entered_by, memo=memo)


def move(
    kind: EntryKind,
    bucket: Bucket,
    staff_id: int,
    amount_fen: int,
    *,
    at: datetime,
    entered_by: int,
    memo: str,
    corrects_id: int | None = None,
) -> int:
    """Move fen between a person's locked bucket and where its money comes from; returns the entry's id.

    A bucket has one source, and money that leaves it goes back there: no subsidy ever becomes cash.
    """
    legs = legs_between(staff_id, {bucket: amount_fen}, _SOURCES[bucket])
    entry = Entry(kind, staff_id, legs, corrects_id=corrects_id, memo=memo)
    return ledger.write(entry, at=at, entered_by=entered_by)


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one bucket of one person."""

    staff_id: int
    amount_fen: int
    memo: str


def move_all(
    kind: EntryKind, bucket: Bucket, moves: Collection[Move], *, at: datetime, entered_by: int
) -> dict[int, int]:
    """`move` for several people, each of them once; returns the entries' ids by person.

    Their balances must be locked. Statements do not grow with their number.
    """
    entries = [
        Entry(
            kind,
            each.staff_id,
            legs_between(each.staff_id, {bucket: each.amount_fen}, _SOURCES[bucket]),
            memo=each.memo,
        )
        for each in moves
    ]
    entry_ids = ledger.write_all(entries, at=at, entered_by=entered_by)
    return {entry.staff_id: entry_id for entry, entry_id in zip(entries, entry_ids, strict=True)}
