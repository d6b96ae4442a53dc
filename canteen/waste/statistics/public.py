"""What everybody may read of a canteen: last week, last month, the trend, in plain words; no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend import clock
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.waste.statistics import baselines, queries
from canteen.waste.statistics.baselines import Comparison
from canteen.waste.statistics.meals import MealFacts, Summary, summarise
from canteen.waste.statistics.policies import Bucket, Change, Figure, Span, change
from canteen.waste.statistics.queries import Point

_WEEKS: Final = 8
_SHOWN_BASELINES: Final = 3


@dataclass(frozen=True, slots=True)
class PublicSpan:
    """A week or a month of a canteen."""

    title: str
    span: Span
    plate: Figure
    clean_plate: Figure
    total: Figure
    ledger: Figure

    @property
    def coverage_text(self) -> str:
        """How many of the meals stand behind it."""
        plate = self.plate
        if plate.coverage is None:
            return "没有开餐"
        return f"依据 {plate.measured}/{plate.opened} 餐（{plate.coverage_percent}%）的称重数据"


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A canteen's public figures. `change` is of plate waste, last month against the month before."""

    canteen_id: int
    canteen: str
    week: PublicSpan
    month: PublicSpan
    trend: Sequence[Point]
    change: Change
    comparisons: Sequence[Comparison]
    sentences: Sequence[str]


def figures_of(canteen_id: int) -> PublicFigures:
    """The figures of a canteen's last whole week and month, in four statements. Raises CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    today = clock.today()
    week = Span.week(today - timedelta(days=7))
    month = Span.month(today.replace(day=1) - timedelta(days=1))
    before = month.previous()
    weeks = Span(week.from_on - timedelta(weeks=_WEEKS - 1), week.until_on)
    facts = queries.facts_of([canteen_id], Span(min(before.from_on, weeks.from_on), week.until_on))
    thresholds = queries.thresholds_of([canteen_id])

    def of(span: Span, period: Period | None = None) -> Summary:
        meals = [meal for meal in _within(facts, span) if period is None or meal.period == period.value]
        return summarise(meals, span, [canteen_id], thresholds)

    last, changed = of(month), change(of(month).plate, of(before).plate)
    found = [
        *baselines.comparable(of(month, Period.LUNCH).plate, Period.LUNCH.value)[:1],
        *baselines.comparable(last.plate),
    ][:_SHOWN_BASELINES]
    spans = _public("上周", of(week)), _public("上月", last)
    return PublicFigures(
        *(canteen_id, canteen.name, *spans),
        trend=queries.divide(_within(facts, weeks), [canteen_id], weeks, Bucket.WEEK),
        change=changed,
        comparisons=found,
        sentences=_sentences(spans[1], changed, found),
    )


def _within(facts: Sequence[MealFacts], span: Span) -> list[MealFacts]:
    return [meal for meal in facts if span.from_on <= meal.served_on <= span.until_on]


def _public(title: str, summary: Summary) -> PublicSpan:
    return PublicSpan(
        *(title, summary.span, summary.plate, summary.clean_plate, summary.total, summary.ledger)
    )


def _sentences(month: PublicSpan, changed: Change, comparisons: Sequence[Comparison]) -> list[str]:
    """What the figures say, in plain words; of what is not enough, only that it is not."""
    name = f"{month.span.from_on.month} 月"
    if not month.plate.is_enough:
        return [f"{name}称重数据不足，暂不公布人均餐盘剩余（{month.plate.coverage_text}）。"]
    found = [f"{name}人均餐盘剩余 {month.plate.text}（{month.plate.coverage_text}）。"]
    if changed.shown is not None:
        found.append(f"比上一个月{changed.text}。" if changed.shown else "与上一个月持平。")
    if month.clean_plate.is_enough:
        found.append(f"光盘率 {month.clean_plate.text}，共称 {month.clean_plate.sample.size} 个餐盘。")
    found.extend(
        f"{'午餐' if one.baseline.period else ''}{one.text}。"
        for one in comparisons[:1]
        if one.rate is not None
    )
    return found
