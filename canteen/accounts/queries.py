"""Reads of the meal account."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db, table
from backend.identity.models import Department, Posting, Staff, StaffStatus
from backend.paging import Page, paginate
from canteen.accounts import policies
from canteen.accounts.errors import AccountNotFound, EntryNotFound
from canteen.accounts.models import AccountBalance, Bucket, EntryKind, LedgerEntry, LedgerPosting
from canteen.accounts.paying import BucketMove, spending_order
from canteen.accounts.titles import BUCKET_NAMES, ENTRY_NAMES

_BALANCE = table(AccountBalance)
_ENTRY = table(LedgerEntry)
_POSTING = table(LedgerPosting)


@dataclass(frozen=True, slots=True)
class BucketBalance:
    """The balance of one bucket, in fen."""

    bucket: Bucket
    balance_fen: int

    @property
    def bucket_name(self) -> str:
        """What the bucket is called."""
        return BUCKET_NAMES[self.bucket.value]


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account: every bucket, and their sum."""

    buckets: Sequence[BucketBalance]
    balance_fen: int


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One event as its account's owner sees it. `corrected_fen` is what was taken back of it later."""

    id: int
    kind: str
    happened_at: datetime
    order_id: int | None
    memo: str
    amount_fen: int
    buckets: Sequence[BucketMove]
    corrects_id: int | None
    corrected_fen: int

    @property
    def kind_name(self) -> str:
        """What the kind is called."""
        return ENTRY_NAMES[EntryKind(self.kind)]

    @property
    def correctable_fen(self) -> int:
        """What may still be taken back of it; 0 if it is mended elsewhere."""
        return self.amount_fen - self.corrected_fen if EntryKind(self.kind) in policies.CORRECTABLE else 0


@dataclass(frozen=True, slots=True)
class Booked:
    """What was put into, or taken out of, one bucket by one entry; `amount_fen` as it was booked."""

    id: int
    kind: EntryKind
    staff_id: int
    happened_at: datetime
    memo: str
    bucket: Bucket
    amount_fen: int

    @property
    def kind_name(self) -> str:
        """What the kind is called."""
        return ENTRY_NAMES[self.kind]


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """The account of a member of staff as its manager sees it, in fen."""

    staff_id: int
    staff_no: str
    name: str
    status: str
    department: str
    subsidy_fen: int
    personal_fen: int

    @property
    def balance_fen(self) -> int:
        """Both buckets together."""
        return self.subsidy_fen + self.personal_fen


_SUBSIDY, _PERSONAL = aliased(AccountBalance), aliased(AccountBalance)
_SUBSIDY_FEN, _PERSONAL_FEN = (
    func.coalesce(bucket.balance_fen, 0).label(name)
    for bucket, name in ((_SUBSIDY, "subsidy_fen"), (_PERSONAL, "personal_fen"))
)
_HELD: Any = (
    select(
        Staff.id,
        Staff.staff_no,
        Staff.name,
        Staff.status,
        func.coalesce(Department.name, ""),
        _SUBSIDY_FEN,
        _PERSONAL_FEN,
    )
    .outerjoin(_SUBSIDY, and_(_SUBSIDY.staff_id == Staff.id, _SUBSIDY.bucket == Bucket.SUBSIDY.value))
    .outerjoin(_PERSONAL, and_(_PERSONAL.staff_id == Staff.id, _PERSONAL.bucket == Bucket.PERSONAL.value))
    .outerjoin(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary))
    .outerjoin(Department, Department.id == Posting.department_id)
)
SORTS: Mapping[str, ColumnElement[Any]] = {
    "staff_no": cast(ColumnElement[Any], Staff.staff_no),
    "name": cast(ColumnElement[Any], Staff.name),
    "subsidy": _SUBSIDY_FEN,
    "personal": _PERSONAL_FEN,
    "balance": _SUBSIDY_FEN + _PERSONAL_FEN,
}


def get_account(actor: Actor, canteen_id: int | None = None) -> Account:
    """The actor's own account; a bucket that was never used stands at 0.

    With a canteen, the buckets stand in the order in which it takes from them now.
    """
    held: Mapping[str, int] = dict(
        db.session.execute(
            select(_BALANCE.c.bucket, _BALANCE.c.balance_fen).where(_BALANCE.c.staff_id == actor.staff_id)
        ).all()
    )
    order = Bucket if canteen_id is None else spending_order(canteen_id, clock.now())
    buckets = [BucketBalance(bucket, held.get(bucket.value, 0)) for bucket in order]
    return Account(buckets, sum(part.balance_fen for part in buckets))


def list_entries(
    actor: Actor, *, month: date | None = None, bucket: Bucket | None = None, page: int, page_size: int
) -> Page:
    """The actor's own entries, the latest first; four statements whatever the page.

    `month` leaves those of one month, `bucket` those that moved it.
    """
    return _entries(actor.staff_id, month=month, bucket=bucket, page=page, page_size=page_size)


def page_accounts(
    actor: Actor,
    *,
    q: str = "",
    sort: str = "staff_no",
    is_active: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The accounts of the roster as `HeldAccount`s, by name or the beginning of a staff number.

    `sort` is a key of SORTS, with a hyphen for the other way round. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    statement = _HELD
    if q:
        named = Staff.name.contains(q, autoescape=True), Staff.staff_no.startswith(q, autoescape=True)
        statement = statement.where(or_(*named))
    if is_active is not None:
        statement = statement.where((Staff.status == StaffStatus.ACTIVE.value) == is_active)
    column = SORTS.get(sort.removeprefix("-"), SORTS["staff_no"])
    statement = statement.order_by(column.desc() if sort.startswith("-") else column.asc(), Staff.id)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([HeldAccount(*row) for row in found.rows], found.total, page, page_size)


def held_account(actor: Actor, *, staff_id: int) -> HeldAccount:
    """The account of a member of staff. Raises Forbidden or AccountNotFound."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    return find_held(staff_id)


def find_held(staff_id: int) -> HeldAccount:
    """An account, for whoever has checked that it may be read. Raises AccountNotFound."""
    row = db.session.execute(_HELD.where(Staff.id == staff_id)).one_or_none()
    if row is None:
        raise AccountNotFound(staff_no="")
    return HeldAccount(*row)


def entries_of(
    actor: Actor,
    *,
    staff_id: int,
    month: date | None = None,
    bucket: Bucket | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The entries of a member of staff as `list_entries` gives one's own. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    return _entries(staff_id, month=month, bucket=bucket, page=page, page_size=page_size)


def totals(actor: Actor) -> Account:
    """What all accounts hold together. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    held = dict(
        db.session.execute(
            select(_BALANCE.c.bucket, func.sum(_BALANCE.c.balance_fen)).group_by(_BALANCE.c.bucket)
        ).all()
    )
    buckets = [BucketBalance(bucket, int(held.get(bucket.value, 0))) for bucket in Bucket]
    return Account(buckets, sum(part.balance_fen for part in buckets))


def _entries(staff_id: int, *, month: date | None, bucket: Bucket | None, page: int, page_size: int) -> Page:
    # What a department spent on guests names who asked for it, and is no entry of that person's account.
    statement = select(LedgerEntry).where(
        LedgerEntry.staff_id == staff_id, LedgerEntry.reception_id.is_(None)
    )
    if month is not None:
        since, until = policies.month_span(month)
        statement = statement.where(LedgerEntry.happened_at >= since, LedgerEntry.happened_at < until)
    if bucket is not None:
        moved = _POSTING.c.entry_id == LedgerEntry.id, _POSTING.c.account == bucket.value
        statement = statement.where(exists().where(*moved))
    statement = statement.order_by(LedgerEntry.happened_at.desc(), LedgerEntry.id.desc())
    found = paginate(statement, page=page, page_size=page_size)
    moves = _moves_of(staff_id, [entry.id for entry in found.rows])
    corrected = corrected_of(moves)
    rows = [
        AccountEntry(
            entry.id,
            entry.kind,
            entry.happened_at,
            entry.order_id,
            entry.memo,
            sum(each.amount_fen for each in moves[entry.id]),
            moves[entry.id],
            entry.corrects_id,
            corrected.get(entry.id, 0),
        )
        for entry in found.rows
    ]
    return Page(rows, found.total, page, page_size)


def _moves_of(staff_id: int, entry_ids: Collection[int]) -> dict[int, list[BucketMove]]:
    moves: dict[int, list[BucketMove]] = {entry_id: [] for entry_id in entry_ids}
    postings = db.session.execute(
        select(_POSTING.c.entry_id, _POSTING.c.account, _POSTING.c.amount_fen)
        .where(_POSTING.c.entry_id.in_(moves), _POSTING.c.staff_id == staff_id)
        .order_by(_POSTING.c.id)
    )
    for entry_id, account, amount_fen in postings:
        moves[entry_id].append(BucketMove(Bucket(account), amount_fen))
    return moves


def corrected_of(entry_ids: Collection[int]) -> dict[int, int]:
    """What was taken back of each of these entries, in fen, where anything was."""
    rows = db.session.execute(
        select(_ENTRY.c.corrects_id, -func.sum(_POSTING.c.amount_fen))
        .join_from(_POSTING, _ENTRY, _POSTING.c.entry_id == _ENTRY.c.id)
        .where(_ENTRY.c.corrects_id.in_(entry_ids), _POSTING.c.staff_id.is_not(None))
        .group_by(_ENTRY.c.corrects_id)
    )
    return {entry_id: int(fen) for entry_id, fen in rows}


def get_deposited(actor: Actor, entry_id: int) -> Booked:
    """`find_deposited` for a manager. Raises Forbidden besides."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    return find_deposited(entry_id)


def find_deposited(entry_id: int) -> Booked:
    """An entry that put money into one bucket. Raises EntryNotFound, or NotCorrectable for another kind."""
    entry = db.session.get(LedgerEntry, entry_id)
    if entry is None:
        raise EntryNotFound
    policies.ensure_correctable(EntryKind(entry.kind))
    (put_in,) = _moves_of(entry.staff_id, [entry_id])[entry_id]
    return Booked(
        entry_id,
        EntryKind(entry.kind),
        entry.staff_id,
        entry.happened_at,
        entry.memo,
        put_in.bucket,
        put_in.amount_fen,
    )


def find_holder(staff_no: str) -> Staff | None:
    """The member of staff whose account it is."""
    return db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one_or_none()
