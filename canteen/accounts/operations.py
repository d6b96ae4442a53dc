"""Writes of the ledger, within an open unit of work.

Whoever moves a person's money locks that person's balances first (`LOCK_BALANCES`); everything else that a
use case locks comes after.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import table, unit
from backend.statements import Statement
from canteen.accounts import policies
from canteen.accounts.models import (
    AccountBalance,
    Bucket,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)
from canteen.accounts.queries import LOCK_BALANCES, NET_PAID

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)

ADD_TO_BALANCE = Statement(
    update(_BALANCE)
    .where(_BALANCE.c.staff_id == bindparam("of_staff"), _BALANCE.c.bucket == bindparam("of_bucket"))
    .values(balance_fen=_BALANCE.c.balance_fen + bindparam("amount_fen"))
)
INSERT_ENTRY = Statement(
    insert(_ENTRY).returning(_ENTRY.c.id),
    ["kind", "staff_id", "order_id", "corrects_id", "happened_at", "entered_by", "memo"],
)
INSERT_POSTINGS = Statement(insert(_POSTING), ["entry_id", "account", "staff_id", "canteen_id", "amount_fen"])
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
) -> None:
    """Let a person pay for an order out of the locked `balances`. Raises BalanceShort."""
    if amount_fen == 0:
        return
    paid = policies.split_charge(amount_fen, balances, spending_order)
    moves = {bucket: -fen for bucket, fen in paid.items()}
    _enter(EntryKind.ORDER, staff_id, moves, at, order_id=order_id, canteen_id=canteen_id)


def refund(
    *,
    staff_id: int,
    amount_fen: int,
    order_id: int,
    canteen_id: int,
    spending_order: Sequence[Bucket],
    at: datetime,
) -> None:
    """Give back part or all of what an order cost, to the buckets it came from, last spent first.

    The person's balances must be locked.
    """
    if amount_fen == 0:
        return
    rows = unit().execute(NET_PAID, {"order_id": order_id})
    paid = {Bucket(account): int(fen) for account, fen in rows}
    moves: Mapping[Bucket, int] = policies.split_refund(amount_fen, paid, spending_order)
    _enter(EntryKind.REFUND, staff_id, moves, at, order_id=order_id, canteen_id=canteen_id)


def deposit(
    *, staff_id: int, bucket: Bucket, amount_fen: int, at: datetime, entered_by: int, memo: str
) -> int:
    """Grant a subsidy or book what somebody paid in; returns the entry's id. `amount_fen` is positive."""
    connection = unit()
    rows = [{"staff_id": staff_id, "bucket": each.value, "balance_fen": 0} for each in Bucket]
    connection.execute(OPEN_BALANCES[connection.dialect.name], rows)
    lock_balances(staff_id)
    kind = EntryKind.GRANT if bucket is Bucket.SUBSIDY else EntryKind.TOP_UP
    return _enter(
        kind, staff_id, {bucket: amount_fen}, at, source=_SOURCES[bucket], entered_by=entered_by, memo=memo
    )


def _enter(
    kind: EntryKind,
    staff_id: int,
    moves: Mapping[Bucket, int],
    at: datetime,
    *,
    order_id: int | None = None,
    canteen_id: int | None = None,
    source: LedgerAccount = LedgerAccount.SALES,
    entered_by: int | None = None,
    memo: str = "",
) -> int:
    """Write one entry: the buckets move by `moves`, the source by the opposite of their sum."""
    connection = unit()
    written = INSERT_ENTRY.row(
        connection,
        {
            "kind": kind.value,
            "staff_id": staff_id,
            "order_id": order_id,
            "corrects_id": None,
            "happened_at": at,
            "entered_by": staff_id if entered_by is None else entered_by,
            "memo": memo,
        },
    )
    assert written is not None  # noqa: S101 # An INSERT without a conflict clause returns its row or raises.
    entry_id: int = written[0]
    legs: list[tuple[str, int | None, int | None, int]]
    legs = [(bucket.value, staff_id, None, fen) for bucket, fen in moves.items()]
    legs.append((source.value, None, canteen_id, -sum(moves.values())))
    INSERT_POSTINGS.many(
        connection,
        [
            {
                "entry_id": entry_id,
                "account": account,
                "staff_id": of_staff,
                "canteen_id": of_canteen,
                "amount_fen": fen,
            }
            for account, of_staff, of_canteen, fen in legs
        ],
    )
    ADD_TO_BALANCE.many(
        connection,
        [
            {"of_staff": staff_id, "of_bucket": bucket.value, "amount_fen": fen}
            for bucket, fen in moves.items()
        ],
    )
    return entry_id
