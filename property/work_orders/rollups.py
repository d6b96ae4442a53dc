"""What orders come to by day: deltas in the unit of work that changes an order, sums, and a recount."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.actor import Reach
from backend.db import db, table, unit
from property.service_levels import queries as clock_queries
from property.service_levels.models import ClockKind, Verdict
from property.service_levels.queries import ClockView
from property.work_orders.models import OrderDay, State, WorkOrder

KEYS: Final = ("on_date", "category_id", "campus_id", "building_id", "contractor_id", "group_id")
SUMS: Final = (
    *("submitted", "ended_unserved", "completed"),
    *("response_met", "response_missed", "resolution_met", "resolution_missed"),
    *("first_fixed", "reworked", "reopened", "reminded", "rated", "lapsed"),
    *("response_minutes", "labour_minutes", "cost_fen"),
)
Key: TypeAlias = tuple[date, int, int, int, int, int]
Contributions: TypeAlias = dict[Key, dict[str, int]]
_DONE: Final = frozenset({State.COMPLETED.value, State.TO_RATE.value, State.CLOSED.value})
_UNSERVED: Final = frozenset({State.DECLINED.value, State.CANCELLED.value, State.DUPLICATE.value})
_DAYS: Final = table(OrderDay)
_KEPT: Final = "property.kept_orders"
_RECOUNTED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Sums:
    """What the orders of some days come to, as `OrderDay` counts it."""

    submitted: int = 0
    ended_unserved: int = 0
    completed: int = 0
    response_met: int = 0
    response_missed: int = 0
    resolution_met: int = 0
    resolution_missed: int = 0
    first_fixed: int = 0
    reworked: int = 0
    reopened: int = 0
    reminded: int = 0
    rated: int = 0
    lapsed: int = 0
    response_minutes: int = 0
    labour_minutes: int = 0
    cost_fen: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Where what is kept is not what the orders add up to."""

    key: Key
    kept: Mapping[str, int]
    counted: Mapping[str, int]


def is_done(state: str) -> bool:
    """Whether an order in this state counts as completed."""
    return state in _DONE


def contributions(order: WorkOrder, clocks: Sequence[ClockView]) -> Contributions:
    """What one order adds to which days. `clocks` are those of its cycles; only the present one's count."""
    found: Contributions = {}
    _add(found, _key(order, clock.local(order.submitted_at).date()), submitted=1)
    if order.state in _UNSERVED and order.ended_at is not None:
        _add(found, _key(order, clock.local(order.ended_at).date()), ended_unserved=1)
    if order.state in _DONE and order.completed_at is not None:
        present: dict[str, ClockView] = {each.kind: each for each in clocks if each.cycle == order.cycle}
        is_lapsed = order.state == State.CLOSED and order.is_lapsed
        _add(
            found,
            _key(order, clock.local(order.completed_at).date()),
            completed=1,
            first_fixed=int(not order.reworks and not order.reopenings),
            reworked=int(order.reworks > 0),
            reopened=int(order.reopenings > 0),
            reminded=int(order.reminders > 0),
            rated=int(order.state == State.CLOSED and not order.is_lapsed),
            lapsed=int(is_lapsed and order.reporter_id is not None),
            labour_minutes=order.labour_minutes,
            cost_fen=order.cost_fen,
            **_verdicts(present),
        )
    return found


@contextmanager
def kept(order: WorkOrder) -> Iterator[None]:
    """Whatever of the order or its clocks changes within, `OrderDay` follows in the same unit; reentrant."""
    unit()
    held: set[int] = db.session().info.setdefault(_KEPT, set())
    if order.id in held:
        yield
        return
    before = _of(order)
    held.add(order.id)
    try:
        yield
    finally:
        held.discard(order.id)
    write(before, _of(order))


def write(before: Contributions, after: Contributions) -> None:
    """Add the differences to what stands, by rising key: units wait instead of locking each other out."""
    rows = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, {}), after.get(key, {})
        delta = {name: new.get(name, 0) - old.get(name, 0) for name in SUMS}
        if any(delta.values()):
            rows.append({**dict(zip(KEYS, key, strict=True)), **delta})
    if not rows:
        return
    connection = unit()
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(_DAYS)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(KEYS),
            set_={name: _DAYS.c[name] + statement.excluded[name] for name in SUMS},
        ),
        rows,
    )


def sums(from_on: date, until_on: date, **among: Any) -> Sums:
    """What the days [from_on, until_on], both included, come to; one statement.

    `among` are the filters that `_among` takes.
    """
    columns = (func.coalesce(func.sum(_DAYS.c[field.name]), 0) for field in fields(Sums))
    row = db.session.execute(select(*columns).where(*_among(from_on, until_on, **among))).one()
    return Sums(*map(int, row))


def by(dimension: str, from_on: date, until_on: date, **among: Any) -> dict[Any, Sums]:
    """The same by one of `KEYS`; what has nothing is left out. One statement."""
    if dimension not in KEYS:
        raise ValueError(f"{dimension} is no dimension of the daily sums")
    by_what = _DAYS.c[dimension]
    columns = (func.sum(_DAYS.c[field.name]) for field in fields(Sums))
    statement = select(by_what, *columns).where(*_among(from_on, until_on, **among)).group_by(by_what)
    return {key: Sums(*map(int, numbers)) for key, *numbers in db.session.execute(statement)}


def differences() -> list[Difference]:
    """Every key where what is kept is not what the orders and their clocks add up to."""
    counted = recount()
    found = []
    standing = {_row_key(row): {name: row[name] for name in SUMS} for row in _rows()}
    for key in sorted(counted.keys() | standing.keys()):
        nothing = dict.fromkeys(SUMS, 0)
        is_, should = standing.get(key, nothing), {**nothing, **counted.get(key, {})}
        if is_ != should:
            found.append(Difference(key, is_, should))
    return found


def rebuild() -> int:
    """Write the daily sums anew from the orders, in the open unit; returns how many rows."""
    counted = recount()
    unit().execute(delete(_DAYS))
    write({}, counted)
    return len(counted)


def recount() -> Contributions:
    """What all orders add up to, some hundred at a time."""
    found: Contributions = {}
    last_id = 0
    while True:
        some = db.session.scalars(
            select(WorkOrder).where(WorkOrder.id > last_id).order_by(WorkOrder.id).limit(_RECOUNTED_AT_ONCE)
        ).all()
        if not some:
            return found
        last_id = some[-1].id
        clocks = clock_queries.clocks_of([order.id for order in some if order.state in _DONE])
        for order in some:
            for key, numbers in contributions(order, clocks.get(order.id, [])).items():
                _add(found, key, **numbers)
        for order in some:
            db.session.expunge(order)  # Half a million of them need not stay.


def _of(order: WorkOrder) -> Contributions:
    clocks: Sequence[ClockView] = ()
    if order.state in _DONE:
        db.session.flush()  # What was written of its clocks counts.
        clocks = clock_queries.clocks_of([order.id]).get(order.id, [])
    return contributions(order, clocks)


def _verdicts(present: Mapping[str, ClockView]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for kind in ClockKind:
        found = present.get(kind)
        verdict = found.verdict if found is not None else None
        numbers[f"{kind.value}_met"] = int(verdict == Verdict.MET)
        numbers[f"{kind.value}_missed"] = int(verdict == Verdict.MISSED)
    response = present.get(ClockKind.RESPONSE)
    if response is not None and response.verdict in (Verdict.MET, Verdict.MISSED) and response.ended_at:
        numbers["response_minutes"] = int((response.ended_at - response.started_at) / timedelta(minutes=1))
    return numbers


def _add(to: Contributions, key: Key, **numbers: int) -> None:
    standing = to.setdefault(key, {})
    for name, number in numbers.items():
        standing[name] = standing.get(name, 0) + number


def _key(order: WorkOrder, on_date: date) -> Key:
    return (
        *(on_date, order.category_id, order.campus_id, order.building_id),
        *(order.contractor_id or 0, order.group_id or 0),
    )  # fmt: skip # In the order of KEYS.


def _row_key(row: Mapping[str, Any]) -> Key:
    return cast(Key, tuple(row[name] for name in KEYS))


def _rows() -> Sequence[Mapping[str, Any]]:
    return cast(Sequence[Mapping[str, Any]], db.session.execute(select(_DAYS)).mappings().all())


def _among(
    from_on: date,
    until_on: date,
    *,
    contractor_id: int | None = None,
    category_ids: Collection[int] | None = None,
    campus_ids: Collection[int] | None = None,
    building_id: int | None = None,
    group_id: int | None = None,
    reach: Reach | None = None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_DAYS.c.on_date.between(from_on, until_on)]
    for name, value in (
        ("contractor_id", contractor_id),
        ("building_id", building_id),
        ("group_id", group_id),
    ):
        if value is not None:
            conditions.append(_DAYS.c[name] == value)
    for name, values in (("category_id", category_ids), ("campus_id", campus_ids)):
        if values is not None:
            conditions.append(_DAYS.c[name].in_(values))
    if reach is not None and not reach.everywhere:
        in_campus = _DAYS.c.campus_id.in_(reach.campus_ids)
        conditions.append(or_(in_campus, _DAYS.c.building_id.in_(reach.building_ids)))
    return conditions
