"""What orders come to by day: deltas in the unit of work that changes an order, sums, and a recount."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select

from backend import clock
from backend.actor import Reach
from backend.db import db
from backend.rollups import Contributions, Difference, Key, Rollup, add_to
from backend.workdays.models import Verdict
from property.service_levels import queries as clock_queries
from property.service_levels.models import ClockKind
from property.service_levels.queries import ClockView
from property.work_orders.models import OrderDay, State, WorkOrder

KEYS: Final = ("on_date", "category_id", "campus_id", "building_id", "contractor_id", "group_id")
_DONE: Final = frozenset({State.COMPLETED.value, State.TO_RATE.value, State.CLOSED.value})
_UNSERVED: Final = frozenset({State.DECLINED.value, State.CANCELLED.value, State.DUPLICATE.value})
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


SUMS: Final = tuple(each.name for each in fields(Sums))
DAYS: Final = Rollup(OrderDay, KEYS, SUMS)


def is_done(state: str) -> bool:
    """Whether an order in this state counts as completed."""
    return state in _DONE


def contributions(order: WorkOrder, clocks: Sequence[ClockView]) -> Contributions:
    """What one order adds to which days. `clocks` are those of its cycles; only the present one's count."""
    found: Contributions = {}
    _add(found, order, order.submitted_at, submitted=1)
    if order.state in _UNSERVED and order.ended_at is not None:
        _add(found, order, order.ended_at, ended_unserved=1)
    if order.state in _DONE and order.completed_at is not None:
        present: dict[str, ClockView] = {each.kind: each for each in clocks if each.cycle == order.cycle}
        is_lapsed = order.state == State.CLOSED and order.is_lapsed
        _add(
            found,
            order,
            order.completed_at,
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


def kept(order: WorkOrder) -> AbstractContextManager[None]:
    """Whatever of the order or its clocks changes within, `OrderDay` follows in the same unit; reentrant."""
    return DAYS.kept(order.id, lambda: _of(order))


def sums(from_on: date, until_on: date, **among: Any) -> Sums:
    """What the days [from_on, until_on], both included, come to; one statement.

    `among` are the filters that `_among` takes.
    """
    return Sums(*DAYS.total(_among(from_on, until_on, **among)))


def by(dimension: str, from_on: date, until_on: date, **among: Any) -> dict[Any, Sums]:
    """The same by one of `KEYS`; what has nothing is left out. One statement."""
    found = DAYS.by(dimension, _among(from_on, until_on, **among))
    return {key: Sums(*numbers) for key, numbers in found}


def differences() -> list[Difference]:
    """Every key where what is kept is not what the orders and their clocks add up to."""
    return DAYS.differences(recount())


def rebuild() -> int:
    """Write the daily sums anew from the orders, in the open unit; returns how many rows."""
    counted = recount()
    DAYS.replace(counted)
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
                add_to(found, key, numbers)
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


def _add(to: Contributions, order: WorkOrder, at: datetime, **numbers: int) -> None:
    key: Key = (
        *(clock.local(at).date(), order.category_id, order.campus_id, order.building_id),
        *(order.contractor_id or 0, order.group_id or 0),
    )  # In the order of KEYS.
    add_to(to, key, numbers)


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
    of = DAYS.table.c
    conditions: list[ColumnElement[bool]] = [of.on_date.between(from_on, until_on)]
    for name, value in (
        ("contractor_id", contractor_id),
        ("building_id", building_id),
        ("group_id", group_id),
    ):
        if value is not None:
            conditions.append(of[name] == value)
    for name, values in (("category_id", category_ids), ("campus_id", campus_ids)):
        if values is not None:
            conditions.append(of[name].in_(values))
    if reach is not None and not reach.everywhere:
        in_campus = of.campus_id.in_(reach.campus_ids)
        conditions.append(or_(in_campus, of.building_id.in_(reach.building_ids)))
    return conditions
