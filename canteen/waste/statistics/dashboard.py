"""The dashboard: a span beside its base, its course, its dishes and the day so far, out of as few reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.actor import Actor
from canteen.menu.models import Period
from canteen.waste.statistics import baselines, queries, reports
from canteen.waste.statistics.dishes import DishFigures
from canteen.waste.statistics.meals import MealFacts, Summary, summarise
from canteen.waste.statistics.policies import Bucket, Span, change, span
from canteen.waste.statistics.queries import Point
from canteen.waste.statistics.reports import Against, Report, Today


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What a manager sees at one look; `dishes` are in no order."""

    report: Report
    points: Sequence[Point]
    dishes: Sequence[DishFigures]
    today: Today


def dashboard(
    actor: Actor,
    *,
    canteen_id: int,
    from_on: date,
    until_on: date,
    by: Bucket,
    period: Period | None = None,
    base: Against = Against.PREVIOUS,
) -> Dashboard:
    """A canteen's figures of a span. Raises CanteenNotFound or SpanTooLong.

    Span and base are read at once where one follows the other, as they do by default.
    """
    ids, days = reports.within_reach(actor, canteen_id), span(from_on, until_on)
    name = period.value if period is not None else None
    before = _base_of(days, base)
    now, then = _read(ids, days, before, name)
    thresholds = queries.thresholds_of(ids)
    summary = summarise(now, days, ids, thresholds)
    return Dashboard(
        report=_report(summary, summarise(then, before, ids, thresholds) if before else None, name),
        points=queries.divide(now, ids, days, by),
        dishes=queries.dishes_of(ids, days),
        today=reports.today(actor, canteen_id),
    )


def _base_of(days: Span, base: Against) -> Span | None:
    if base is Against.NONE:
        return None
    return days.previous() if base is Against.PREVIOUS else days.last_year()


def _read(
    ids: Sequence[int], days: Span, before: Span | None, period: str | None
) -> tuple[list[MealFacts], list[MealFacts]]:
    """The meals of the span, and those of its base."""
    if before is None:
        return queries.facts_of(ids, days, period=period), []
    if (days.from_on - before.until_on).days > 1:
        return queries.facts_of(ids, days, period=period), queries.facts_of(ids, before, period=period)
    found = queries.facts_of(ids, Span(before.from_on, days.until_on), period=period)
    return (
        [meal for meal in found if meal.served_on >= days.from_on],
        [meal for meal in found if meal.served_on < days.from_on],
    )


def _report(summary: Summary, base: Summary | None, period: str | None) -> Report:
    changes = (
        {basis: change(one, base.figures[basis]) for basis, one in summary.figures.items()} if base else {}
    )
    comparisons = [
        *baselines.comparable(summary.plate, period),
        *baselines.comparable(summary.plate_rate, period),
    ]
    return Report(summary, base, changes, comparisons)
