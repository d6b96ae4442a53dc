"""Put a forecast together: from the history, the calendar, the menu and the bookings.

A canteen's history is read and replayed once (`Outlook`); every meal that is then asked for costs a few
statements of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from backend import clock
from backend.db import reader, table
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from canteen.menu.models import Dish, Meal, MealDish, MealState
from canteen.ordering.models import Order, OrderLine, OrderState, Origin
from canteen.production.forecasts import history, policies, sentences, servings
from canteen.production.forecasts.errors import NothingToForecastFrom
from canteen.production.forecasts.methods import (
    DayFacts,
    Estimate,
    Pool,
    Series,
    Spread,
    spread_of,
)
from canteen.production.forecasts.models import DishForecast, MealForecast, Method
from canteen.production.forecasts.servings import DishDay, MealOutlook

_MEAL, _MENU, _DISH = table(Meal), table(MealDish), table(Dish)
_ORDER, _LINE = table(Order), table(OrderLine)
_STANDING: Final = _ORDER.c.state != OrderState.CANCELLED.value
_PLACED: Final = _ORDER.c.origin.in_([Origin.SELF.value, Origin.COLLEAGUE.value, Origin.STANDING.value])


@dataclass(frozen=True, slots=True)
class MealFacts:
    """What a forecast asks of a meal; `id` is 0 before there is a menu."""

    id: int
    served_on: date
    period: str
    closes_at: datetime | None
    serves_from: datetime | None

    def is_closed(self, now: datetime) -> bool:
        """Whether nobody can book or cancel any more."""
        return self.closes_at is not None and self.closes_at <= now


@dataclass(frozen=True, slots=True)
class Outlook:
    """A canteen's history up to a day, replayed: a series for each period, and their errors together."""

    canteen_id: int
    calendar: Calendar
    series: Mapping[str, Series]
    pool: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Expected:
    """What is said of a meal, and how."""

    method: Method
    value: float
    spread: Spread
    estimate: Estimate | None


def outlook(canteen_id: int, before_on: date, until_on: date) -> Outlook:
    """What the days before `before_on` say about those up to `until_on`; two statements."""
    calendar = workday_queries.calendar_for(before_on - history.REACH, until_on)
    series: dict[str, Series] = defaultdict(Series)
    by_day: dict[date, list[float]] = defaultdict(list)
    for period, seen in history.observations(canteen_id, before_on, calendar).items():
        for one in seen:
            error = series[period].observe(one)
            if error is not None:
                by_day[one.day.on].append(error)
    pool = Pool()
    for on in sorted(by_day):
        pool.add(by_day[on])
    return Outlook(canteen_id, calendar, series, pool.points())


def meal_facts(canteen_id: int, from_on: date, until_on: date) -> dict[tuple[date, str], MealFacts]:
    """The meals of both days and those between, in any state; one statement."""
    rows = reader().execute(
        select(_MEAL.c.id, _MEAL.c.served_on, _MEAL.c.period, _MEAL.c.freezes_at, _MEAL.c.serves_from).where(
            _MEAL.c.canteen_id == canteen_id, _MEAL.c.served_on.between(from_on, until_on)
        )
    )
    return {(row[1], row[2]): MealFacts(*row) for row in rows}


def forecast(behind: Outlook, meal: MealFacts, level_percent: int) -> MealForecast:
    """The forecast of one meal with its dishes, not kept yet. Raises NothingToForecastFrom."""
    now = clock.now()
    is_closed = meal.is_closed(now)
    day = policies.day_facts(behind.calendar, meal.served_on)
    booked = _bookings(meal.id) if meal.id else None
    series = behind.series.get(meal.period) or Series()
    expected = _expect(series, day, booked, behind.pool, is_closed=is_closed)
    found = policies.in_whole(expected.value, expected.spread, level_percent)
    final = booked if is_closed else None
    return MealForecast(
        canteen_id=behind.canteen_id,
        served_on=meal.served_on,
        period=meal.period,
        horizon=policies.horizon_of(meal.served_on, clock.today(), is_closed=is_closed).value,
        method=expected.method.value,
        made_at=now,
        bookings=final,
        **asdict(found),
        level_percent=level_percent,
        levels=[asdict(one) for one in policies.levels_of(expected.value, expected.spread, level_percent)],
        reason=sentences.of_meal(day, expected, booked, found, level_percent, is_closed=is_closed),
        naive=series.last_alike(day),
        dishes=_dishes(
            behind.canteen_id, meal, MealOutlook(expected.value, expected.spread, final), level_percent
        ),
    )


def _expect(
    series: Series, day: DayFacts, booked: int | None, pool: Sequence[float], *, is_closed: bool
) -> _Expected:
    estimate = series.estimate(day, booked if is_closed else None)
    if estimate is None:
        if not booked:
            raise NothingToForecastFrom
        return _Expected(Method.BOOKINGS, float(booked), spread_of((), pool), None)
    is_by_ratio = estimate.mixing > 0
    spread = series.spread(pool, is_planned=is_closed and booked is not None)
    value = estimate.value
    if not is_by_ratio and booked and estimate.ratio is not None:
        # Bookings still come in; but those that are there count already.
        value = max(value, booked * estimate.ratio + estimate.walk_ins)
    return _Expected(Method.RATIO if is_by_ratio else Method.WEEKDAY, value, spread, estimate)


def _bookings(meal_id: int) -> int:
    statement = select(func.count()).where(_ORDER.c.meal_id == meal_id, _STANDING, _PLACED)
    return reader().execute(statement).scalar_one()


def _dishes(canteen_id: int, meal: MealFacts, behind: MealOutlook, level_percent: int) -> list[DishForecast]:
    """The dishes on the meal's menu; three statements, none without a menu."""
    menu = _menu(meal.id) if meal.id else {}
    if not menu:
        return []
    booked = _booked_dishes(meal.id) if behind.bookings is not None else None
    of_dish: dict[int, list[DishDay]] = defaultdict(list)
    of_category: dict[str, list[DishDay]] = defaultdict(list)
    for row in history.dish_rows(canteen_id, meal.period, meal.served_on):
        of_dish[row.dish_id].append(row.day)
        of_category[row.category].append(row.day)
    usual = servings.shares_by_category(of_category)
    is_booked = booked is not None
    pool = servings.pool_of(servings.errors_of(_rates(of_dish[dish_id], is_booked)) for dish_id in menu)
    found = []
    for dish_id, category in menu.items():
        own = booked.get(dish_id, 0) if booked is not None else None
        share = usual.get(category, usual.get(""))
        serving = servings.serve(own, of_dish[dish_id], behind, share, pool)
        if serving is not None:
            whole = policies.in_whole(serving.value, serving.spread, level_percent)
            found.append(
                DishForecast(
                    dish_id=dish_id,
                    bookings=policies.rounded(own / servings.CENTI) if own is not None else None,
                    **asdict(whole),
                    reason=sentences.of_dish(serving, own, whole),
                )
            )
    return found


def _rates(days: Sequence[DishDay], is_booked: bool) -> list[float]:
    rates = ((day.ratio if is_booked else day.share) for day in days)
    return [rate for rate in rates if rate is not None]


def _menu(meal_id: int) -> dict[int, str]:
    rows = reader().execute(
        select(_MENU.c.dish_id, _DISH.c.category)
        .join_from(_MENU, _DISH, _DISH.c.id == _MENU.c.dish_id)
        .where(_MENU.c.meal_id == meal_id)
        .order_by(_MENU.c.dish_id)
    )
    return {row[0]: row[1] for row in rows}


def _booked_dishes(meal_id: int) -> dict[int, int]:
    """Centi-portions booked of each dish of a meal."""
    rows = reader().execute(
        select(_LINE.c.dish_id, func.sum(_LINE.c.quantity * _LINE.c.share))
        .join_from(_ORDER, _LINE, _LINE.c.order_id == _ORDER.c.id)
        .where(_ORDER.c.meal_id == meal_id, _STANDING, _PLACED)
        .group_by(_LINE.c.dish_id)
    )
    return {dish_id: int(centi) for dish_id, centi in rows}


def due(now: datetime) -> list[tuple[int, date, str]]:
    """The meals whose ordering has closed, that have not begun, and that no forecast knows the bookings of.

    (canteen, day, period); one statement.
    """
    kept = table(MealForecast)
    known = (
        select(kept.c.id)
        .where(
            kept.c.canteen_id == _MEAL.c.canteen_id,
            kept.c.served_on == _MEAL.c.served_on,
            kept.c.period == _MEAL.c.period,
            kept.c.made_at >= _MEAL.c.freezes_at,
        )
        .exists()
    )
    statement = (
        select(_MEAL.c.canteen_id, _MEAL.c.served_on, _MEAL.c.period)
        .where(
            _MEAL.c.state != MealState.DRAFT.value,
            _MEAL.c.freezes_at <= now,
            _MEAL.c.serves_from > now,
            _MEAL.c.served_on >= clock.local(now).date(),
            ~known,
        )
        .order_by(_MEAL.c.canteen_id, _MEAL.c.served_on, _MEAL.c.period)
    )
    return [(row[0], row[1], row[2]) for row in reader().execute(statement)]
