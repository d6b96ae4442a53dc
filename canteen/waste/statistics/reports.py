"""The statistics as managers read them: of the canteens within reach of who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Dish, Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste.models import Stage
from canteen.waste.statistics import baselines, queries
from canteen.waste.statistics.baselines import Comparison
from canteen.waste.statistics.departments import DepartmentFigures
from canteen.waste.statistics.dishes import DishDay, DishFigures
from canteen.waste.statistics.errors import WasteDishNotFound
from canteen.waste.statistics.meals import WASTE_STAGES, MealFacts, Recorded, Summary, summarise
from canteen.waste.statistics.policies import Basis, Bucket, Change, Figure, Span, change, span
from canteen.waste.statistics.queries import Point
from canteen.waste.statistics.titles import STAGE_NAMES


class Against(StrEnum):
    """What a span is set beside: the one before it (环比), the same a year ago (同比), or nothing."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"
    NONE = "none"


class DishOrder(StrEnum):
    """What dishes are ordered by, the worst first."""

    RATE = "rate"
    LEFTOVER = "leftover"
    UNSERVED = "unserved"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Report:
    """A span's figures, those of its base and what became of each, beside what was published elsewhere."""

    summary: Summary
    base: Summary | None
    changes: Mapping[Basis, Change]
    comparisons: Sequence[Comparison]


@dataclass(frozen=True, slots=True)
class StageFigures:
    """What was recorded of a stage, and what that is per diner."""

    stage: Stage
    title: str
    recorded: Recorded
    figure: Figure


@dataclass(frozen=True, slots=True)
class UnmeasuredMeal:
    """An open meal that is not in the ledger."""

    canteen_id: int
    canteen: str
    date: date
    period: str
    meal: str
    missing: tuple[Stage, ...]

    @property
    def missing_text(self) -> str:
        """`备餐剩余、餐盘剩余`."""
        return "、".join(STAGE_NAMES[stage] for stage in self.missing)


@dataclass(frozen=True, slots=True)
class DishHistory:
    """A dish over a span, and meal by meal."""

    dish: DishFigures
    days: Sequence[DishDay]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that the workbook tells."""

    title: str
    report: Report
    days: Sequence[Point]
    dishes: Sequence[DishFigures]
    departments: Sequence[DepartmentFigures]
    unmeasured: Sequence[UnmeasuredMeal]


@dataclass(frozen=True, slots=True)
class Today:
    """A canteen's meals of today that have begun: what was weighed so far, of the diners so far."""

    summary: Summary
    meals: Sequence[MealFacts]


def within_reach(actor: Actor, canteen_id: int | None) -> list[int]:
    """The canteen, or all active ones whose figures the actor reads. Raises CanteenNotFound."""
    if canteen_id is None:
        return [canteen.id for canteen in menu_queries.canteens_readable(actor)]
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    return [canteen_id]


def report(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    canteen_id: int | None = None,
    period: Period | None = None,
    base: Against = Against.PREVIOUS,
) -> Report:
    """Everything about a span. Raises CanteenNotFound or SpanTooLong."""
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    return report_of(ids, days, period=period, base=base)


def report_of(
    canteen_ids: Collection[int],
    days: Span,
    *,
    period: Period | None = None,
    base: Against = Against.PREVIOUS,
) -> Report:
    """The same of these canteens, for whoever may see them."""
    name = period.value if period is not None else None
    now = queries.summary_of(canteen_ids, days, period=name)
    before = _base(days, base)
    then = queries.summary_of(canteen_ids, before, period=name) if before is not None else None
    changes = {basis: change(one, then.figures[basis]) for basis, one in now.figures.items()} if then else {}
    comparisons = [
        *baselines.comparable(now.plate, name),
        *baselines.comparable(now.plate_rate, name),
    ]
    return Report(now, then, changes, comparisons)


def _base(days: Span, base: Against) -> Span | None:
    if base is Against.NONE:
        return None
    return days.previous() if base is Against.PREVIOUS else days.last_year()


def trend(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    by: Bucket,
    canteen_id: int | None = None,
    period: Period | None = None,
) -> list[Point]:
    """The figures step by step. Raises CanteenNotFound or SpanTooLong."""
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    return queries.series_of(ids, days, by, period=period.value if period is not None else None)


def stages(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    canteen_id: int | None = None,
    period: Period | None = None,
) -> list[StageFigures]:
    """What was thrown away by stage, in the order in which it comes about. Raises as `report`."""
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    found = queries.summary_of(ids, days, period=period.value if period is not None else None)
    return stages_of(found)


def stages_of(summary: Summary) -> list[StageFigures]:
    """The stages of a summary."""
    return [
        StageFigures(stage, STAGE_NAMES[stage], summary.recorded[stage], summary.stages[stage])
        for stage in WASTE_STAGES
    ]


_LOWEST: Final = Decimal(-1)


def dishes(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    page: int,
    page_size: int,
    canteen_id: int | None = None,
    sort: DishOrder = DishOrder.RATE,
) -> Page:
    """The dishes of a span, the worst first; by rate, those with too few weighings come last.

    Raises as `report`.
    """
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    found = in_order(queries.dishes_of(ids, days), sort)
    first = (page - 1) * page_size
    return Page(found[first : first + page_size], len(found), page, page_size)


def in_order(found: Collection[DishFigures], sort: DishOrder) -> list[DishFigures]:
    """Dishes with the worst first; equal ones by id."""

    def worst(one: DishFigures) -> Decimal | int:
        if sort is DishOrder.LEFTOVER:
            return one.sums.leftover_g
        if sort is DishOrder.UNSERVED:
            return one.sums.unserved_g
        if sort is DishOrder.COST:
            return one.sums.cost_fen
        rate = one.rate.value if one.rate.is_enough else None
        return _LOWEST if rate is None else rate

    return sorted(found, key=lambda one: (-worst(one), one.dish_id))


def dish_history(actor: Actor, *, dish_id: int, from_on: date, until_on: date) -> DishHistory:
    """A dish over a span and meal by meal. Raises WasteDishNotFound or SpanTooLong."""
    days = span(from_on, until_on)
    row = db.session.execute(
        select(Dish.id, Dish.name, Dish.category, Dish.canteen_id)
        .join(Canteen, Canteen.id == Dish.canteen_id)
        .where(Dish.id == dish_id, menu_queries.readable(actor, Permission.CANTEEN_READ))
    ).one_or_none()
    if row is None:
        raise WasteDishNotFound
    return DishHistory(queries.dish_of(*row, days), queries.dish_days(dish_id, days))


def departments(
    actor: Actor, *, from_on: date, until_on: date, canteen_id: int | None = None
) -> list[DepartmentFigures]:
    """What may be shown of departments. Raises as `report`."""
    return queries.departments_of(within_reach(actor, canteen_id), span(from_on, until_on))


def unmeasured(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    page: int,
    page_size: int,
    canteen_id: int | None = None,
    period: Period | None = None,
) -> Page:
    """The open meals of which neither plate waste nor unserved food was weighed, the latest first.

    Raises as `report`.
    """
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    facts = queries.facts_of(ids, days, period=period.value if period is not None else None)
    found = unmeasured_of(facts, queries.names_of(ids))
    first = (page - 1) * page_size
    return Page(found[first : first + page_size], len(found), page, page_size)


def unmeasured_of(facts: Sequence[MealFacts], names: Mapping[int, str]) -> list[UnmeasuredMeal]:
    """Those that are not in the ledger, the latest first."""
    return [
        UnmeasuredMeal(
            *(meal.canteen_id, names[meal.canteen_id], meal.served_on, meal.period),
            PERIOD_NAMES[Period(meal.period)],
            meal.missing,
        )
        for meal in reversed(facts)
        if not meal.is_weighed
    ]


def statistics(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    canteen_id: int | None = None,
    period: Period | None = None,
    base: Against = Against.PREVIOUS,
) -> Statistics:
    """All that can be told of a span, for the workbook; dishes and departments are of all periods.

    Raises as `report`.
    """
    ids, days = within_reach(actor, canteen_id), span(from_on, until_on)
    names = queries.names_of(ids)
    facts = queries.facts_of(ids, days, period=period.value if period is not None else None)
    place = names[canteen_id] if canteen_id is not None else "各食堂"
    meals = PERIOD_NAMES[period] if period is not None else ""
    return Statistics(
        title=f"{place}{meals}食物浪费统计 {from_on:%Y%m%d}-{until_on:%Y%m%d}",
        report=report_of(ids, days, period=period, base=base),
        days=queries.divide(facts, ids, days, Bucket.DAY),
        dishes=in_order(queries.dishes_of(ids, days), DishOrder.RATE),
        departments=queries.departments_of(ids, days),
        unmeasured=unmeasured_of(facts, names),
    )


def today(actor: Actor, canteen_id: int) -> Today:
    """A canteen's day so far. Raises CanteenNotFound."""
    ids = within_reach(actor, canteen_id)
    day = Span(clock.today(), clock.today())
    facts = queries.facts_of(ids, day, is_live=True)
    return Today(summarise(facts, day, ids, queries.thresholds_of(ids)), facts)
