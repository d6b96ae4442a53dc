"""Writes of the ledger, within an open unit of work.

Whoever moves a person's money locks that person's balances first (`LOCK_BALANCES`); everything else that a
use case locks comes after.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
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
# What people's buckets have paid for each of several orders, net of refunds.
NET_PAID_OF = (
    select(_ENTRY.c.order_id, _POSTING.c.account, -func.sum(_POSTING.c.amount_fen))
    .join_from(_POSTING, _ENTRY, _POSTING.c.entry_id == _ENTRY.c.id)
    .where(_ENTRY.c.order_id.in_(bindparam("ids", expanding=True)), _POSTING.c.staff_id.is_not(None))
    .group_by(_ENTRY.c.order_id, _POSTING.c.account)
)
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
    _enter(
        EntryKind.ORDER,
        staff_id,
        moves,
        at,
        order_id=order_id,
        canteen_id=canteen_id,
        entered_by=entered_by,
        memo=memo,
    )


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
    moves: Mapping[Bucket, int] = policies.split_refund(amount_fen, paid, spending_order)
    _enter(
        EntryKind.REFUND,
        staff_id,
        moves,
        at,
        order_id=order_id,
        canteen_id=canteen_id,
        entered_by=entered_by,
        memo=memo,
    )


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
    connection = unit()
    paid: dict[int, dict[Bucket, int]] = {order_id: {} for order_id in wanted}
    for order_id, account, fen in connection.execute(NET_PAID_OF, {"ids": list(wanted)}):
        paid[order_id][Bucket(account)] = int(fen)
    entries = connection.execute(
        insert(_ENTRY).returning(_ENTRY.c.id, _ENTRY.c.order_id),
        [
            {
                "kind": EntryKind.REFUND.value,
                "staff_id": refund.staff_id,
                "order_id": refund.order_id,
                "corrects_id": None,
                "happened_at": at,
                "entered_by": entered_by,
                "memo": memo,
            }
            for refund in wanted.values()
        ],
    )
    postings, balances = [], []
    for entry_id, order_id in entries:
        refund = wanted[order_id]
        moves = policies.split_refund(refund.amount_fen, paid[order_id], refund.spending_order)
        postings += _legs(entry_id, refund.staff_id, refund.canteen_id, LedgerAccount.SALES, moves)
        balances += [
            {"of_staff": refund.staff_id, "of_bucket": bucket.value, "amount_fen": fen}
            for bucket, fen in moves.items()
        ]
    INSERT_POSTINGS.many(connection, postings)
    ADD_TO_BALANCE.many(connection, balances)


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
    return _enter(
        kind,
        staff_id,
        {bucket: amount_fen},
        at,
        source=_SOURCES[bucket],
        entered_by=entered_by,
        memo=memo,
        corrects_id=corrects_id,
    )


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
    if not moves:
        return {}
    connection = unit()
    made = connection.execute(
        insert(_ENTRY).returning(_ENTRY.c.id, _ENTRY.c.staff_id),
        [
            {
                "kind": kind.value,
                "staff_id": each.staff_id,
                "happened_at": at,
                "entered_by": entered_by,
                "memo": each.memo,
            }
            for each in moves
        ],
    )
    entry_ids = {staff_id: entry_id for entry_id, staff_id in made}
    postings: list[dict[str, object]] = []
    for each in moves:
        entry_id, legs = entry_ids[each.staff_id], {bucket: each.amount_fen}
        postings += _legs(entry_id, each.staff_id, None, _SOURCES[bucket], legs)
    INSERT_POSTINGS.many(connection, postings)
    ADD_TO_BALANCE.many(
        connection,
        [
            {"of_staff": each.staff_id, "of_bucket": bucket.value, "amount_fen": each.amount_fen}
            for each in moves
        ],
    )
    return entry_ids


INSERT_RECEPTION_ENTRY = insert(_ENTRY).returning(_ENTRY.c.id)
RECEPTION_LEGS = select(
    _POSTING.c.account, _POSTING.c.canteen_id, _POSTING.c.department_id, _POSTING.c.amount_fen
).where(_POSTING.c.entry_id == bindparam("of_entry"))


def book_reception(
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

    It moves nobody's balance. `amount_fen` is positive, `asked_by` who filed the reception.
    """
    entry_id: int = (
        unit()
        .execute(
            INSERT_RECEPTION_ENTRY,
            {
                "kind": EntryKind.RECEPTION.value,
                "staff_id": asked_by,
                "reception_id": reception_id,
                "happened_at": at,
                "entered_by": entered_by,
                "memo": "",
            },
        )
        .scalar_one()
    )
    legs = (
        (LedgerAccount.RECEPTION.value, None, department_id, -amount_fen),
        (LedgerAccount.SALES.value, canteen_id, None, amount_fen),
    )
    _insert_reception_legs(entry_id, legs)
    return entry_id


def reverse_reception(entry_id: int, *, at: datetime, entered_by: int, memo: str) -> int:
    """Take back an entry of `book_reception` by its opposite; returns the new entry's id.

    A unique index refuses to take it back twice (IntegrityError).
    """
    connection = unit()
    booked = connection.execute(
        select(_ENTRY.c.staff_id, _ENTRY.c.reception_id).where(
            _ENTRY.c.id == entry_id, _ENTRY.c.kind == EntryKind.RECEPTION.value
        )
    ).one()
    legs = connection.execute(RECEPTION_LEGS, {"of_entry": entry_id}).all()
    reversal_id: int = connection.execute(
        INSERT_RECEPTION_ENTRY,
        {
            "kind": EntryKind.CORRECTION.value,
            "staff_id": booked.staff_id,
            "reception_id": booked.reception_id,
            "corrects_id": entry_id,
            "happened_at": at,
            "entered_by": entered_by,
            "memo": memo,
        },
    ).scalar_one()
    _insert_reception_legs(
        reversal_id, [(account, canteen, department, -fen) for account, canteen, department, fen in legs]
    )
    return reversal_id


def _insert_reception_legs(entry_id: int, legs: Iterable[tuple[str, int | None, int | None, int]]) -> None:
    unit().execute(
        insert(_POSTING),
        [
            {
                "entry_id": entry_id,
                "account": account,
                "canteen_id": canteen_id,
                "department_id": department_id,
                "amount_fen": fen,
            }
            for account, canteen_id, department_id, fen in legs
        ],
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
    corrects_id: int | None = None,
) -> int:
    """Write one entry: the buckets move by `moves`, the source by the opposite of their sum."""
    connection = unit()
    written = INSERT_ENTRY.row(
        connection,
        {
            "kind": kind.value,
            "staff_id": staff_id,
            "order_id": order_id,
            "corrects_id": corrects_id,
            "happened_at": at,
            "entered_by": staff_id if entered_by is None else entered_by,
            "memo": memo,
        },
    )
    assert written is not None  # noqa: S101 # An INSERT without a conflict clause returns its row or raises.
    entry_id: int = written[0]
    INSERT_POSTINGS.many(connection, _legs(entry_id, staff_id, canteen_id, source, moves))
    ADD_TO_BALANCE.many(
        connection,
        [
            {"of_staff": staff_id, "of_bucket": bucket.value, "amount_fen": fen}
            for bucket, fen in moves.items()
        ],
    )
    return entry_id


def _legs(
    entry_id: int,
    staff_id: int,
    canteen_id: int | None,
    source: LedgerAccount,
    moves: Mapping[Bucket, int],
) -> list[dict[str, object]]:
    """The postings of an entry: the buckets move by `moves`, the source by the opposite of their sum."""
    legs: list[tuple[str, int | None, int | None, int]]
    legs = [(bucket.value, staff_id, None, fen) for bucket, fen in moves.items()]
    legs.append((source.value, None, canteen_id, -sum(moves.values())))
    return [
        {
            "entry_id": entry_id,
            "account": account,
            "staff_id": of_staff,
            "canteen_id": of_canteen,
            "amount_fen": fen,
        }
        for account, of_staff, of_canteen, fen in legs
    ]
