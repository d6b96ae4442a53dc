"""Reads of the statistics, scoped by where the actor reads property. No figure is told of a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.workdays.models import Verdict
from property.categories import queries as categories
from property.categories.errors import CategoryNotFound
from property.categories.tree import CategoryTree
from property.contractors import queries as contractors
from property.service_levels.models import Clock, ClockKind
from property.statistics.errors import SpanInvalid
from property.statistics.titles import AGE_DAYS, AGE_NAMES, Age, By
from property.work_orders import queries as order_queries
from property.work_orders import rollups
from property.work_orders.costs.models import Estimate, EstimateState
from property.work_orders.costs.policies import ESTIMATE_STATES
from property.work_orders.models import Hold, HoldState, State, WorkOrder
from property.work_orders.rollups import Sums
from property.workforce import queries as workforce

MOST_DAYS: Final = 800
# Longer spans are drawn by months.
_MOST_DAYS_DRAWN: Final = 62
_DIMENSIONS: Final = {
    By.CATEGORY: "category_id",
    By.BUILDING: "building_id",
    By.CONTRACTOR: "contractor_id",
    By.GROUP: "group_id",
    By.MONTH: "on_date",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what is behind it: 5 of 7."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Per cent, half up to one decimal; None of nothing."""
        return Decimal((self.part * 2000 // self.whole + 1) // 2) / 10 if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the orders of some days come to, and the rates that follow."""

    sums: Sums

    @property
    def response(self) -> Rate:
        """Responses in time, of those with a verdict."""
        return Rate(self.sums.response_met, self.sums.response_met + self.sums.response_missed)

    @property
    def resolution(self) -> Rate:
        """Resolutions in time, of those with a verdict."""
        return Rate(self.sums.resolution_met, self.sums.resolution_met + self.sums.resolution_missed)

    @property
    def first_fixed(self) -> Rate:
        """Completed without rework and never reopened, of the completed."""
        return Rate(self.sums.first_fixed, self.sums.completed)

    @property
    def reworked(self) -> Rate:
        """Completed after at least one rework, of the completed."""
        return Rate(self.sums.reworked, self.sums.completed)

    @property
    def reopened(self) -> Rate:
        """Reopened at least once, of the completed."""
        return Rate(self.sums.reopened, self.sums.completed)

    @property
    def rated(self) -> Rate:
        """Rated, of those whose reporters had been asked and the window is over."""
        return Rate(self.sums.rated, self.sums.rated + self.sums.lapsed)

    @property
    def response_minutes(self) -> int | None:
        """Natural minutes to the response on average, rounded; None of nothing."""
        whole = self.response.whole
        return (self.sums.response_minutes * 2 + whole) // (2 * whole) if whole else None


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing, and what is open of it now."""

    key: int | str
    name: str
    figures: Figures
    open: int


@dataclass(frozen=True, slots=True)
class Point:
    """How many were reported and completed on a day, or in a month."""

    title: str
    submitted: int
    completed: int


@dataclass(frozen=True, slots=True)
class AgeCount:
    """How many open orders are of an age."""

    age: Age
    name: str
    orders: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of [from_on, until_on], both included, and what is open now."""

    from_on: date
    until_on: date
    by: By
    total: Figures
    rows: Sequence[Row]
    course: Sequence[Point]
    is_by_month: bool
    backlog: Sequence[AgeCount]

    @property
    def open(self) -> int:
        """How many orders are open now."""
        return sum(each.orders for each in self.backlog)


@dataclass(frozen=True, slots=True)
class Noteworthy:
    """An order that a review names: overdue since `due_at`, or open or done after it was reopened."""

    number: str
    category_name: str
    contractor_name: str
    due_at: datetime | None
    reopenings: int


def report(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    by: By = By.CATEGORY,
    category: str | None = None,
    building_id: int | None = None,
    contractor_id: int | None = None,
) -> Report:
    """The figures. A category names those below it, too. Raises SpanInvalid or CategoryNotFound."""
    if not timedelta() <= until_on - from_on < timedelta(days=MOST_DAYS):
        raise SpanInvalid(days=MOST_DAYS)
    tree = categories.tree()
    category_ids = _within(tree, category)
    among: dict[str, Any] = {
        "reach": actor.reach(Permission.PROPERTY_READ),
        "category_ids": category_ids,
        "building_id": building_id,
        "contractor_id": contractor_id,
    }
    days = rollups.by("on_date", from_on, until_on, **among)
    found = days if by is By.MONTH else rollups.by(_DIMENSIONS[by], from_on, until_on, **among)
    open_orders = _open(
        by,
        order_queries.covered(actor.reach(Permission.PROPERTY_READ)),
        *([] if category_ids is None else [WorkOrder.category_id.in_(category_ids)]),
        *([] if building_id is None else [WorkOrder.building_id == building_id]),
        *([] if contractor_id is None else [WorkOrder.contractor_id == contractor_id]),
    )
    is_by_month = until_on - from_on >= timedelta(days=_MOST_DAYS_DRAWN)
    return Report(
        from_on=from_on,
        until_on=until_on,
        by=by,
        total=Figures(_added(days.values())),
        rows=_rows(by, tree, found, open_orders),
        course=_course(from_on, until_on, days, is_by_month=is_by_month),
        is_by_month=is_by_month,
        backlog=[
            AgeCount(age, AGE_NAMES[age], sum(of_key.get(age, 0) for of_key in open_orders.values()))
            for age in Age
        ],
    )


def count_overdue() -> int:
    """How many open orders of the house are past the time to resolve them."""
    counted = select(func.count()).select_from(WorkOrder).join(Clock, and_(*_late()))
    return db.session.scalar(counted) or 0


def overdue(most: int) -> list[Noteworthy]:
    """The open orders of the house that are past the time to resolve them, the longest first."""
    return _noteworthy(*_late(), most=most)


def _late() -> tuple[ColumnElement[bool], ...]:
    return _CLOCK_OF_ORDER, Clock.ended_at.is_(None), _RUNNING, Clock.due_at <= clock.now()


def reopened(from_on: date, until_on: date, most: int) -> list[Noteworthy]:
    """The orders that were submitted on these days and reopened since."""
    from_at = clock.at_local(from_on, time.min)
    until_at = clock.at_local(until_on + timedelta(days=1), time.min)
    return _noteworthy(
        _CLOCK_OF_ORDER,
        WorkOrder.reopenings > 0,
        WorkOrder.submitted_at >= from_at,
        WorkOrder.submitted_at < until_at,
        most=most,
    )


_RUNNING: Final = Clock.verdict == Verdict.RUNNING.value
_CLOCK_OF_ORDER: Final = and_(
    Clock.subject_id == WorkOrder.id,
    Clock.cycle == WorkOrder.cycle,
    Clock.kind == ClockKind.RESOLUTION.value,
)


def _noteworthy(*conditions: ColumnElement[bool], most: int) -> list[Noteworthy]:
    rows = db.session.execute(
        select(
            WorkOrder.number,
            WorkOrder.category_id,
            WorkOrder.contractor_id,
            Clock.due_at,
            WorkOrder.reopenings,
        )
        .join(Clock, conditions[0])
        .where(*conditions[1:])
        .order_by(Clock.due_at, WorkOrder.id)
        .limit(most)
    ).all()
    named, called = categories.names(), contractors.names()
    return [
        Noteworthy(number, named.get(category_id, ""), called.get(contractor_id or 0, ""), due_at, reopenings)
        for number, category_id, contractor_id, due_at, reopenings in rows
    ]


def attention(actor: Actor) -> dict[str, Count]:
    """Counts what of the orders waits for the actor, by each permission within its reach.

    Names: overdue, to_triage, to_dispatch, holds, estimates; none for somebody for whom nothing can wait.
    """
    found: dict[str, Count] = {}
    if actor.can(Permission.ORDERS_DISPATCH):
        dispatched = order_queries.covered(actor.reach(Permission.ORDERS_DISPATCH))
        open_orders = (
            select(func.count()).select_from(WorkOrder).where(order_queries.IS_OPEN_ORDER, dispatched)
        )
        run_out = select(Clock.subject_id).where(
            Clock.kind.in_([kind.value for kind in ClockKind]),  # The index by due begins with it.
            Clock.ended_at.is_(None),
            Clock.verdict == Verdict.RUNNING.value,
            Clock.due_at <= clock.now(),
        )
        found |= {
            "overdue": open_orders.where(WorkOrder.id.in_(run_out)),
            "to_triage": open_orders.where(WorkOrder.state == State.SUBMITTED.value),
            "to_dispatch": open_orders.where(WorkOrder.state == State.TRIAGED.value),
        }
    if actor.can(Permission.ORDERS_APPROVE):
        approved = order_queries.covered(actor.reach(Permission.ORDERS_APPROVE))
        held = select(func.count()).select_from(Hold).join(WorkOrder, WorkOrder.id == Hold.order_id)
        estimated = (
            select(func.count()).select_from(Estimate).join(WorkOrder, WorkOrder.id == Estimate.order_id)
        )
        found |= {
            "holds": held.where(Hold.state == HoldState.WAITING.value, approved),
            "estimates": estimated.where(
                Estimate.state == EstimateState.WAITING.value,
                WorkOrder.state.in_(ESTIMATE_STATES),
                approved,
            ),
        }
    return found


def _within(tree: CategoryTree, code: str | None) -> Collection[int] | None:
    if code is None:
        return None
    found = tree.find_code(code)
    if found is None:
        raise CategoryNotFound
    return tree.within(found.id)


def _open(by: By, *conditions: ColumnElement[bool]) -> dict[int, dict[Age, int]]:
    """Open orders by key and age; one statement. By month they have no key."""
    now = clock.now()
    age = case(
        *((WorkOrder.submitted_at > now - timedelta(days=days), age.value) for age, days in AGE_DAYS.items()),
        else_=Age.OLDER.value,
    ).label("age")
    column: Any = WorkOrder.state if by is By.MONTH else getattr(WorkOrder, _DIMENSIONS[by])
    rows = db.session.execute(
        select(column, age, func.count())
        .where(order_queries.IS_OPEN_ORDER, *conditions)
        .group_by(column, age)
    )
    found: dict[int, dict[Age, int]] = {}
    for key, name, orders in rows:
        of_key = found.setdefault(0 if by is By.MONTH else key or 0, {})
        of_key[Age(name)] = of_key.get(Age(name), 0) + orders
    return found


def _rows(
    by: By, tree: CategoryTree, found: Mapping[Any, Sums], open_orders: Mapping[int, Mapping[Age, int]]
) -> list[Row]:
    """By name for months, else what was reported most first."""
    if by is By.MONTH:
        months: dict[str, list[Sums]] = {}
        for day, sums in found.items():
            months.setdefault(f"{day:%Y-%m}", []).append(sums)
        return [
            Row(month, f"{month[:4]}年{int(month[5:])}月", Figures(_added(some)), 0)
            for month, some in sorted(months.items())
        ]
    names = _names(by, tree)
    sums_of: dict[int, list[Sums]] = {}
    open_of: dict[int, int] = {}
    for key, sums in found.items():
        sums_of.setdefault(_top(by, tree, key), []).append(sums)
    for key, ages in open_orders.items():
        open_of[_top(by, tree, key)] = open_of.get(_top(by, tree, key), 0) + sum(ages.values())
    rows = [
        Row(key, names.get(key, "—"), Figures(_added(sums_of.get(key, []))), open_of.get(key, 0))
        for key in sums_of.keys() | open_of.keys()
    ]
    return sorted(rows, key=lambda row: (-row.figures.sums.submitted, -row.open, row.name))


def _top(by: By, tree: CategoryTree, key: int) -> int:
    """What a key is shown under: a category under the topmost one above it."""
    return tree.lineage(key)[-1] if by is By.CATEGORY else key


def _names(by: By, tree: CategoryTree) -> Mapping[int, str]:
    if by is By.CATEGORY:
        return {each.id: each.name for each in tree.walk()}
    if by is By.CONTRACTOR:
        return {0: "未指定服务商", **contractors.names()}
    if by is By.GROUP:
        return {0: "未派班组", **{each.id: each.name for each in workforce.list_groups()}}
    buildings = {each.id: each.path for each in places.load_tree().walk() if each.kind is PlaceKind.BUILDING}
    return {0: "室外与院区公共部位", **buildings}


def _added(some: Collection[Sums]) -> Sums:
    return Sums(**{each.name: sum(getattr(sums, each.name) for sums in some) for each in fields(Sums)})


def _course(from_on: date, until_on: date, days: Mapping[date, Sums], *, is_by_month: bool) -> list[Point]:
    titles: dict[str, list[Sums]] = {}
    for number in range((until_on - from_on).days + 1):
        day = from_on + timedelta(days=number)
        some = titles.setdefault(f"{day:%Y-%m}" if is_by_month else f"{day:%m-%d}", [])
        if day in days:
            some.append(days[day])
    return [
        Point(title, sum(each.submitted for each in some), sum(each.completed for each in some))
        for title, some in titles.items()
    ]
