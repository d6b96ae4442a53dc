"""The leader's page: how today stands in the canteens within reach. Sums alone, never a diner.

Every ratio is one of sums, also in the total, and is None, not 0, where there is nothing to divide by.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from backend import clock
from backend.actor import Actor, Permission
from backend.ratings import queries as rating_queries
from backend.ratings.policies import Figures, ratio
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.menu.policies import PERIOD_ORDER
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering import daily
from canteen.ordering.daily import DayCount, Portions
from canteen.pickups.no_shows import figures as no_show_figures
from canteen.pickups.no_shows.figures import MissedFigures
from canteen.pickups.ratings import CANTEEN, MEAL

# Satisfaction and no-shows are told of so many days, up to yesterday: one day says too little.
SPAN: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One period of today; portions are standard ones."""

    period: str
    period_name: str
    ordered: int
    picked_up: int
    portions: Decimal


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How a canteen, or all together, stand today; rates are fractions of 1.

    `ordered_last_week` is the whole of the same weekday a week ago, None if nothing was ordered then.
    """

    periods: list[PeriodFigures]
    ordered: int
    picked_up: int
    portions: Decimal
    ordered_last_week: int | None
    ordered_change: Decimal | None
    yesterday_ordered: int
    yesterday_picked_up: int
    attendance_rate: Decimal | None
    no_show_count: int
    no_show_rate: Decimal | None
    satisfaction: Figures


@dataclass(frozen=True, slots=True)
class CanteenToday:
    """One canteen."""

    canteen_id: int
    canteen_name: str
    figures: DayFigures


@dataclass(frozen=True, slots=True)
class Today:
    """The page: each canteen, and all of them together."""

    day: date
    compared_on: date
    yesterday: date
    rated_from: date
    rated_until: date
    canteens: list[CanteenToday]
    total: DayFigures


def today(actor: Actor) -> Today:
    """How today stands in the open canteens within reach; a handful of statements."""
    day = clock.today()
    yesterday = day - timedelta(days=1)
    rated_from = day - SPAN
    canteens = menu_queries.canteens_readable(actor, Permission.FIGURES_READ)
    ids = [canteen.id for canteen in canteens]
    counts = daily.counts_between(ids, rated_from, day)
    portions = daily.portions_on(ids, day)
    names = {canteen.id: canteen.name for canteen in canteens}
    missed = no_show_figures.by_canteen(names, from_on=rated_from, until_on=yesterday)
    served = {
        one: sum(count.picked_up for count in counts if count.canteen_id == one and count.served_on < day)
        for one in ids
    }
    said = rating_queries.summary(
        MEAL.key,
        provider_kind=CANTEEN,
        provider_ids=ids,
        from_on=rated_from,
        until_on=yesterday,
        served=served,
    )
    said_of_all = rating_queries.summary_of_all(
        MEAL.key,
        provider_kind=CANTEEN,
        provider_ids=ids,
        from_on=rated_from,
        until_on=yesterday,
        served=sum(served.values()),
    )
    return Today(
        day=day,
        compared_on=day - _WEEK,
        yesterday=yesterday,
        rated_from=rated_from,
        rated_until=yesterday,
        canteens=[
            CanteenToday(
                canteen.id,
                canteen.name,
                figures_of(
                    day,
                    [count for count in counts if count.canteen_id == canteen.id],
                    [each for each in portions if each.canteen_id == canteen.id],
                    [missed[canteen.id]] if canteen.id in missed else [],
                    said[canteen.id],
                ),
            )
            for canteen in canteens
        ],
        total=figures_of(day, counts, portions, missed.values(), said_of_all),
    )


def figures_of(
    day: date,
    counts: Collection[DayCount],
    portions: Collection[Portions],
    missed: Collection[MissedFigures],
    satisfaction: Figures,
) -> DayFigures:
    """The figures of `day` that follow from the counts of the days up to it; a pure function."""
    now = _sums(count for count in counts if count.served_on == day)
    before = _sums(count for count in counts if count.served_on == day - timedelta(days=1))
    week = _sums(count for count in counts if count.served_on == day - _WEEK)
    missed_count, booked = sum(one.missed for one in missed), sum(one.booked for one in missed)
    return DayFigures(
        periods=_periods(day, counts, portions),
        ordered=now.ordered,
        picked_up=now.picked_up,
        portions=_standard(portions),
        ordered_last_week=week.ordered or None,
        ordered_change=ratio(now.ordered - week.ordered, week.ordered, places=3),
        yesterday_ordered=before.ordered,
        yesterday_picked_up=before.picked_up,
        attendance_rate=ratio(before.picked_up, before.ordered, places=3),
        no_show_count=missed_count,
        no_show_rate=ratio(missed_count, booked, places=3),
        satisfaction=satisfaction,
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    ordered: int
    picked_up: int


def _sums(counts: Iterable[DayCount]) -> _Sums:
    ordered = picked_up = 0
    for count in counts:
        ordered += count.ordered
        picked_up += count.picked_up
    return _Sums(ordered, picked_up)


def _periods(day: date, counts: Collection[DayCount], portions: Collection[Portions]) -> list[PeriodFigures]:
    """The periods of the day that have a meal or orders, in the day's order."""
    there = {count.period for count in counts if count.served_on == day} | {one.period for one in portions}
    found = []
    for period in sorted(map(Period, there), key=PERIOD_ORDER.__getitem__):
        sums = _sums(count for count in counts if count.served_on == day and count.period == period)
        ordered = _standard(one for one in portions if one.period == period)
        found.append(PeriodFigures(period.value, PERIOD_NAMES[period], sums.ordered, sums.picked_up, ordered))
    return found


def _standard(portions: Iterable[Portions]) -> Decimal:
    hundredths = Decimal(sum(one.hundredths for one in portions))
    return (hundredths / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
