"""The money: grants, top-ups, payments, refunds and receptions in the order of time, as double entries."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from backend import clock
from backend.flows.demo.orders import PlannedOrder
from backend.flows.demo.receptions import PlannedReception
from backend.workdays.policies import Calendar
from canteen.accounts.grants.operations import BY_ITSELF
from canteen.accounts.grants.policies import period_name
from canteen.accounts.models import Bucket, EntryKind, LedgerAccount
from canteen.accounts.policies import split_charge, split_refund
from canteen.accounts.rules import ExpiryPeriod

# Enough for an ordinary appetite: who eats more pays in, who eats less saves.
GRANT_FEN = 22_000
PLAN_NAME = "餐费补贴"
# Nobody lets the account run lower than this.
FLOOR_FEN = 20_000
OPENS_AT, EXPIRES_AT = time(9), time(0, 10)
# The window where one pays in is shut for so long when a quarter ends.
_CLOSES_BEFORE = timedelta(hours=8)
PAYROLL_MEMO = "工资代扣"
_ON_PAYROLL, _PAYROLL_MONTHS, _PAYROLL_AFTER, _PAYROLL_AT = 40, 4, 9, time(15, 30)
_TOP_UPS = (10_000, 20_000, 20_000, 30_000, 50_000)
_SPENDING_ORDER = (Bucket.SUBSIDY, Bucket.PERSONAL)
_SOURCES = {Bucket.SUBSIDY: LedgerAccount.FISCAL, Bucket.PERSONAL: LedgerAccount.RECEIVED}
_KINDS = {Bucket.SUBSIDY: EntryKind.GRANT, Bucket.PERSONAL: EntryKind.TOP_UP}


class Movement(NamedTuple):
    """An entry before it has its id: what it does to a person's buckets, and where the opposite goes.

    A reception's moves nobody's bucket: `spent_fen` goes from a department to a canteen.
    """

    happened_at: datetime
    kind: str
    staff_id: int
    moves: tuple[tuple[Bucket, int], ...]
    source: LedgerAccount
    entered_by: int
    memo: str = ""
    order_id: int | None = None
    canteen_id: int | None = None
    reception_id: int | None = None
    department_id: int | None = None
    spent_fen: int = 0


class EntryRow(NamedTuple):
    """A row of `ledger_entries`."""

    id: int
    kind: str
    staff_id: int
    order_id: int | None
    reception_id: int | None
    corrects_id: int | None
    happened_at: datetime
    entered_by: int
    memo: str


class PostingRow(NamedTuple):
    """A row of `ledger_postings`."""

    entry_id: int
    account: str
    staff_id: int | None
    canteen_id: int | None
    department_id: int | None
    amount_fen: int


def grants(
    staff_ids: Sequence[int], calendar: Calendar, start_on: date, now: datetime, cashier_id: int, rng: Random
) -> list[Movement]:
    """What everybody starts with at `start_on`, and a subsidy on the first workday of each later month."""
    opened_at = clock.at_local(start_on, OPENS_AT)
    found = []
    for staff_id in staff_ids:
        found.append(_deposit(opened_at, staff_id, Bucket.SUBSIDY, GRANT_FEN, cashier_id, "建账补贴"))
        opening_fen = rng.choice(_TOP_UPS)
        found.append(_deposit(opened_at, staff_id, Bucket.PERSONAL, opening_fen, cashier_id, "建账充值"))
    month = (start_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    while (granted_at := _first_workday_at(calendar, month)) <= now:
        memo = f"{month.year}年{month.month}月{PLAN_NAME}"
        found += [
            _deposit(granted_at, staff_id, Bucket.SUBSIDY, GRANT_FEN, cashier_id, memo)
            for staff_id in staff_ids
        ]
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def payroll(
    staff_ids: Sequence[int], calendar: Calendar, start_on: date, now: datetime, importer_id: int, rng: Random
) -> list[Movement]:
    """What some people have taken off their salaries in each of the last months; always the same people."""
    chosen = rng.sample(staff_ids, min(_ON_PAYROLL, len(staff_ids) // 2))
    amounts = {staff_id: rng.choice(_TOP_UPS) for staff_id in sorted(chosen)}
    month, found = clock.local(now).date().replace(day=1), []
    for _ in range(_PAYROLL_MONTHS):
        paid_at = clock.at_local(calendar.add_workdays(month.replace(day=_PAYROLL_AFTER), 1), _PAYROLL_AT)
        if paid_at <= now and month > start_on:
            memo = f"{PAYROLL_MEMO} {batch_no(month)}"
            found += [
                _deposit(paid_at, staff_id, Bucket.PERSONAL, fen, importer_id, memo)._replace(
                    kind=EntryKind.PAYROLL.value
                )
                for staff_id, fen in amounts.items()
            ]
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def batch_no(month: date) -> str:
    """The number of a month's payroll batch."""
    return f"{month:%Y-%m}"


def serve(receptions: Iterable[PlannedReception], server_id: int) -> list[Movement]:
    """What the receptions that were served have cost their departments."""
    return [
        Movement(
            happened_at=one.served_at,
            kind=EntryKind.RECEPTION.value,
            staff_id=one.requester.staff_id,
            moves=(),
            source=LedgerAccount.SALES,
            entered_by=server_id,
            canteen_id=one.meal.canteen_id,
            reception_id=one.id,
            department_id=one.requester.department_id,
            spent_fen=one.total_fen,
        )
        for one in receptions
        if one.served_at is not None
    ]


def quarters_between(start_on: date, until_on: date) -> list[date]:
    """The first days of quarters after `start_on`, up to `until_on`."""
    days = [
        date(year, month, 1) for year in range(start_on.year, until_on.year + 1) for month in (1, 4, 7, 10)
    ]
    return [day for day in days if start_on < day <= until_on]


def settle(
    granted: Iterable[Movement],
    orders: Iterable[PlannedOrder],
    quarters: Iterable[date],
    cashier_id: int,
    rng: Random,
) -> tuple[list[Movement], dict[tuple[int, Bucket], int]]:
    """All movements by time, and the balances they lead to.

    Subsidy is spent before personal money, and what is left of it when a quarter begins goes back; whoever
    would fall below the floor pays in a little earlier.
    """
    balances: dict[tuple[int, Bucket], int] = {}
    paid_by: dict[int, dict[Bucket, int]] = {}
    booked: list[Movement] = []

    def book(movement: Movement) -> None:
        for bucket, fen in movement.moves:
            key = movement.staff_id, bucket
            balances[key] = balances.get(key, 0) + fen
        booked.append(movement)

    def expire(boundary_on: date, at: datetime) -> None:
        memo = f"{period_name(boundary_on, ExpiryPeriod.QUARTER)}补贴到期收回"
        for staff_id in sorted({staff_id for staff_id, _ in balances}):
            left_fen, own_fen = (balances.get((staff_id, bucket), 0) for bucket in _SPENDING_ORDER)
            if not left_fen:
                continue
            if own_fen < FLOOR_FEN:
                earlier = at - _CLOSES_BEFORE
                book(_deposit(earlier, staff_id, Bucket.PERSONAL, FLOOR_FEN, cashier_id, "窗口充值"))
            moves = ((Bucket.SUBSIDY, -left_fen),)
            expired = EntryKind.EXPIRY.value
            book(Movement(at, expired, staff_id, moves, LedgerAccount.FISCAL, BY_ITSELF, memo))

    events = sorted(_events(granted, orders, quarters), key=lambda event: event[:2])
    for at, _rank, event in events:
        if isinstance(event, Movement):
            book(event)
        elif isinstance(event, date):
            expire(event, at)
        elif at == event.cancelled_at:
            refund = split_refund(event.total_fen, paid_by.pop(event.id), _SPENDING_ORDER)
            book(_of_order(event, EntryKind.REFUND, refund, 1, at))
        else:
            staff_id = event.diner.staff_id
            held = {bucket: balances[staff_id, bucket] for bucket in Bucket}
            while sum(held.values()) - event.total_fen < FLOOR_FEN:
                amount_fen = rng.choice(_TOP_UPS)
                earlier = at - timedelta(seconds=rng.uniform(40, 900))
                book(_deposit(earlier, staff_id, Bucket.PERSONAL, amount_fen, cashier_id, "窗口充值"))
                held[Bucket.PERSONAL] += amount_fen
            paid = split_charge(event.total_fen, held, _SPENDING_ORDER)
            if event.cancelled_at is not None:
                paid_by[event.id] = paid
            book(_of_order(event, EntryKind.ORDER, paid, -1, at))
    # A payment that came a little before an order belongs before what else happened meanwhile.
    booked.sort(key=lambda movement: movement.happened_at)
    return booked, balances


def rows_of(movements: Iterable[Movement]) -> tuple[list[EntryRow], list[PostingRow]]:
    """Entries with rising ids, and their legs, which sum to zero."""
    entries, postings = [], []
    for entry_id, one in enumerate(movements, start=1):
        entries.append(
            EntryRow(
                entry_id,
                one.kind,
                one.staff_id,
                one.order_id,
                one.reception_id,
                None,
                one.happened_at,
                one.entered_by,
                one.memo,
            )
        )
        total_fen = 0
        for bucket, fen in one.moves:
            postings.append(PostingRow(entry_id, bucket.value, one.staff_id, None, None, fen))
            total_fen += fen
        if one.reception_id is not None:
            total_fen = -one.spent_fen
            spent = LedgerAccount.RECEPTION.value
            postings.append(PostingRow(entry_id, spent, None, None, one.department_id, total_fen))
        postings.append(PostingRow(entry_id, one.source.value, None, one.canteen_id, None, -total_fen))
    return entries, postings


def _events(
    granted: Iterable[Movement], orders: Iterable[PlannedOrder], quarters: Iterable[date]
) -> Iterable[tuple[datetime, int, Movement | PlannedOrder | date]]:
    """What happens, with its instant and its rank among simultaneous events."""
    for boundary_on in quarters:
        yield clock.at_local(boundary_on, EXPIRES_AT), -1, boundary_on
    for movement in granted:
        yield movement.happened_at, 0, movement
    for order in orders:
        yield order.placed_at, order.id, order
        if order.cancelled_at is not None:
            yield order.cancelled_at, order.id, order


def _deposit(
    at: datetime, staff_id: int, bucket: Bucket, amount_fen: int, cashier_id: int, memo: str
) -> Movement:
    moves = ((bucket, amount_fen),)
    return Movement(at, _KINDS[bucket].value, staff_id, moves, _SOURCES[bucket], cashier_id, memo)


def _of_order(
    order: PlannedOrder, kind: EntryKind, parts: dict[Bucket, int], sign: int, at: datetime
) -> Movement:
    return Movement(
        happened_at=at,
        kind=kind.value,
        staff_id=order.diner.staff_id,
        moves=tuple((bucket, sign * fen) for bucket, fen in parts.items()),
        source=LedgerAccount.SALES,
        entered_by=order.placed_by or order.diner.staff_id,
        order_id=order.id,
        canteen_id=order.meal.canteen_id,
    )


def _first_workday_at(calendar: Calendar, month: date) -> datetime:
    first = month if calendar.is_workday(month) else calendar.add_workdays(month, 1)
    return clock.at_local(first, time(9))
