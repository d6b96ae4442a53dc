"""Reads of statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, String, case, func, literal, null, select, union_all

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import BigInt, UTCDateTime, db, table
from backend.paging import Page
from canteen.accounts import policies
from canteen.accounts import queries as account_queries
from canteen.accounts.models import AccountBalance, Bucket, EntryKind, LedgerEntry, LedgerPosting
from canteen.accounts.paying import BucketMove
from canteen.accounts.queries import HeldAccount
from canteen.accounts.titles import BUCKET_NAMES, ENTRY_NAMES

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)


@dataclass(frozen=True, slots=True)
class BucketLine:
    """One bucket over a month, in fen: opening + in - out = closing."""

    bucket: Bucket
    opening_fen: int
    in_fen: int
    out_fen: int

    @property
    def bucket_name(self) -> str:
        """What the bucket is called."""
        return BUCKET_NAMES[self.bucket.value]

    @property
    def closing_fen(self) -> int:
        """What is there at the end."""
        return self.opening_fen + self.in_fen - self.out_fen


@dataclass(frozen=True, slots=True)
class KindLine:
    """What the entries of one kind did to one bucket in a month, in fen."""

    kind: EntryKind
    bucket: Bucket
    entries: int
    in_fen: int
    out_fen: int

    @property
    def kind_name(self) -> str:
        """What the kind is called."""
        return ENTRY_NAMES[self.kind]

    @property
    def bucket_name(self) -> str:
        """What the bucket is called."""
        return BUCKET_NAMES[self.bucket.value]


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One entry of a month."""

    id: int
    kind: EntryKind
    happened_at: datetime
    order_id: int | None
    corrects_id: int | None
    memo: str
    buckets: Sequence[BucketMove]

    @property
    def kind_name(self) -> str:
        """What the kind is called."""
        return ENTRY_NAMES[self.kind]

    @property
    def amount_fen(self) -> int:
        """The sum over the buckets."""
        return sum(each.amount_fen for each in self.buckets)


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of one account, as far as it has come; entries by time."""

    staff_id: int
    month: date
    buckets: Sequence[BucketLine]
    kinds: Sequence[KindLine]
    entries: Sequence[StatementEntry]

    @property
    def opening_fen(self) -> int:
        """Both buckets at the beginning."""
        return sum(line.opening_fen for line in self.buckets)

    @property
    def in_fen(self) -> int:
        """What came in."""
        return sum(line.in_fen for line in self.buckets)

    @property
    def out_fen(self) -> int:
        """What went out."""
        return sum(line.out_fen for line in self.buckets)

    @property
    def closing_fen(self) -> int:
        """Both buckets at the end."""
        return sum(line.closing_fen for line in self.buckets)


@dataclass(frozen=True, slots=True)
class MonthOfAccount:
    """A month of one account without its entries, beside whose it is."""

    account: HeldAccount
    buckets: Sequence[BucketLine]

    @property
    def closing_fen(self) -> int:
        """Both buckets at the end."""
        return sum(line.closing_fen for line in self.buckets)


def month_statement(staff_id: int, month: date) -> Statement:
    """A month of an account; one SQL statement. For whoever has checked that it may be read."""
    since, until = policies.month_span(month)
    own = _ENTRY.c.staff_id == staff_id, _POSTING.c.staff_id == staff_id
    joined = select(
        _ENTRY.c.id,
        _ENTRY.c.kind,
        _ENTRY.c.happened_at,
        _ENTRY.c.order_id,
        _ENTRY.c.corrects_id,
        _ENTRY.c.memo,
        _POSTING.c.account,
        _POSTING.c.amount_fen,
    ).join_from(_ENTRY, _POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
    nothing = (
        literal(0).label("id"),
        literal("").label("kind"),
        null().cast(UTCDateTime).label("happened_at"),
        null().cast(BigInt).label("order_id"),
        null().cast(BigInt).label("corrects_id"),
        literal("").label("memo"),
    )
    held = select(*nothing, _BALANCE.c.bucket.label("account"), _BALANCE.c.balance_fen.label("amount_fen"))
    later = (
        select(*nothing, _POSTING.c.account, -func.sum(_POSTING.c.amount_fen))
        .join_from(_ENTRY, _POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
        .where(*own, _ENTRY.c.happened_at >= until)
        .group_by(_POSTING.c.account)
    )
    # The balances, what was booked after the month, and the month: of one moment, as one statement.
    whole = union_all(
        held.where(_BALANCE.c.staff_id == staff_id),
        later,
        joined.where(*own, _ENTRY.c.happened_at >= since, _ENTRY.c.happened_at < until),
    )
    rows = db.session.execute(whole).all()
    closing = dict.fromkeys(Bucket, 0)
    booked = []
    for row in rows:
        if row.id:
            booked.append(row)
        else:
            closing[Bucket(row.account)] += int(row.amount_fen)
    entries = _entries(booked)
    kinds = _kinds(entries)
    buckets = [_bucket_line(bucket, fen, kinds) for bucket, fen in closing.items()]
    return Statement(staff_id, month.replace(day=1), buckets, kinds, entries)


def _entries(rows: Iterable[Any]) -> list[StatementEntry]:
    moves: dict[int, list[BucketMove]] = {}
    facts: dict[int, Any] = {}
    for row in rows:
        moves.setdefault(row.id, []).append(BucketMove(Bucket(row.account), int(row.amount_fen)))
        facts[row.id] = row
    ordered = sorted(facts.values(), key=lambda row: (row.happened_at, row.id))
    return [
        StatementEntry(
            row.id,
            EntryKind(row.kind),
            row.happened_at,
            row.order_id,
            row.corrects_id,
            row.memo,
            moves[row.id],
        )
        for row in ordered
    ]


def _kinds(entries: Iterable[StatementEntry]) -> list[KindLine]:
    """By bucket and kind, in the order in which both are declared."""
    moved: dict[tuple[EntryKind, Bucket], list[int]] = {}
    for entry in entries:
        for move in entry.buckets:
            moved.setdefault((entry.kind, move.bucket), []).append(move.amount_fen)
    return [
        KindLine(
            kind,
            bucket,
            len(moved[kind, bucket]),
            sum(fen for fen in moved[kind, bucket] if fen > 0),
            -sum(fen for fen in moved[kind, bucket] if fen < 0),
        )
        for bucket in Bucket
        for kind in EntryKind
        if (kind, bucket) in moved
    ]


def _bucket_line(bucket: Bucket, closing_fen: int, kinds: Iterable[KindLine]) -> BucketLine:
    of_bucket = [line for line in kinds if line.bucket is bucket]
    in_fen, out_fen = sum(line.in_fen for line in of_bucket), sum(line.out_fen for line in of_bucket)
    return BucketLine(bucket, closing_fen - in_fen + out_fen, in_fen, out_fen)


def page_months(actor: Actor, *, month: date, **filters: Any) -> Page:
    """A month of the accounts that `page_accounts` finds by these filters, as `MonthOfAccount`s.

    Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    found = account_queries.page_accounts(actor, **filters)
    lines = _lines_of([account.staff_id for account in found.rows], month)
    rows = [MonthOfAccount(account, lines[account.staff_id]) for account in found.rows]
    return Page(rows, found.total, found.page, found.page_size)


# More people than this are found by reading the whole month at once.
_FEW = 500


def _lines_of(staff_ids: Collection[int], month: date) -> dict[int, list[BucketLine]]:
    """Both buckets of each of these accounts over a month; one statement."""
    since, until = policies.month_span(month)
    amount = _POSTING.c.amount_fen
    is_within = _ENTRY.c.happened_at < until

    def total(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)

    moved = (
        select(
            _ENTRY.c.staff_id,
            _POSTING.c.account,
            literal(0, Integer).label("held_fen"),
            total(~is_within).label("later_fen"),
            total(is_within & (amount > 0)).label("in_fen"),
            total(is_within & (amount < 0)).label("out_fen"),
        )
        .join_from(_ENTRY, _POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
        .where(_ENTRY.c.happened_at >= since, _POSTING.c.staff_id.is_not(None))
        .group_by(_ENTRY.c.staff_id, _POSTING.c.account)
    )
    zero = literal(0, Integer)
    held = select(
        _BALANCE.c.staff_id,
        _BALANCE.c.bucket.cast(String).label("account"),
        _BALANCE.c.balance_fen,
        zero.label("later_fen"),
        zero.label("in_fen"),
        zero.label("out_fen"),
    )
    if len(staff_ids) <= _FEW:
        moved = moved.where(_ENTRY.c.staff_id.in_(staff_ids))
        held = held.where(_BALANCE.c.staff_id.in_(staff_ids))
    found: dict[tuple[int, str], list[int]] = {}
    for staff_id, account, *amounts in db.session.execute(union_all(held, moved)):
        sums = found.setdefault((staff_id, account), [0, 0, 0, 0])
        for place, fen in enumerate(amounts):
            sums[place] += int(fen)
    return {
        staff_id: [_month_line(bucket, found.get((staff_id, bucket.value))) for bucket in Bucket]
        for staff_id in staff_ids
    }


def _month_line(bucket: Bucket, sums: Sequence[int] | None) -> BucketLine:
    held_fen, later_fen, in_fen, out_fen = sums or (0, 0, 0, 0)
    return BucketLine(bucket, held_fen - later_fen - in_fen - out_fen, in_fen, -out_fen)
