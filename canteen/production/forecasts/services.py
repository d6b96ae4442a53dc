"""Use cases of forecasts: count who came, and say who will come."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.db import atomic
from backend.jobs import one_by_one
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from canteen.menu import queries as menu_queries
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Period
from canteen.production.forecasts import history, making, operations, policies, queries
from canteen.production.forecasts.backtest import Row
from canteen.production.forecasts.errors import NothingToForecastFrom
from canteen.production.forecasts.making import MealFacts
from canteen.production.forecasts.queries import ForecastView
from canteen.production.forecasts.rules import SERVICE_LEVEL

_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
# A unit of work counts at most so many days, so that none holds the write lock for long.
_CHUNK: Final = timedelta(days=30)


def count_attendance() -> int:
    """Count the meals that are over and not counted yet; gives how many were written.

    Harmless when repeated, and by several runners at once. A unit of work per canteen and month.
    """
    first = history.first_uncounted()
    return one_by_one(first, lambda canteen_id: _count_from(canteen_id, first[canteen_id]))


def count_again() -> int:
    """The same for all meals of the last days, where something may have become known late."""
    late_on = clock.today() - timedelta(days=history.LATE_DAYS)
    first = history.first_uncounted()
    every = [canteen.id for canteen in menu_queries.canteens_readable(SYSTEM)]
    return one_by_one(
        every, lambda canteen_id: _count_from(canteen_id, min(first.get(canteen_id, late_on), late_on))
    )


def _count_from(canteen_id: int, from_on: date) -> int:
    counted = 0
    while from_on <= clock.today():
        counted += _count(canteen_id, from_on, min(from_on + _CHUNK, clock.today()))
        from_on += _CHUNK + _ONE_DAY
    return counted


@atomic
def _count(canteen_id: int, from_on: date, until_on: date) -> int:
    return operations.count(canteen_id, from_on, until_on)


def forecast_closed() -> int:
    """Forecast the meals whose ordering has closed since; gives how many. A unit of work per canteen."""
    due: dict[int, list[tuple[date, str]]] = {}
    for canteen_id, served_on, period in making.due(clock.now()):
        due.setdefault(canteen_id, []).append((served_on, period))
    return one_by_one(due, lambda canteen_id: _forecast(canteen_id, due[canteen_id]))


def forecast_tomorrow() -> int:
    """Forecast tomorrow's meals, whether or not they can still be ordered; gives how many."""
    tomorrow = clock.today() + _ONE_DAY
    return _forecast_days(tomorrow, tomorrow)


def forecast_week() -> int:
    """Forecast the meals of next week, Monday to Sunday; gives how many."""
    monday = clock.today() - timedelta(days=clock.today().weekday()) + _WEEK
    return _forecast_days(monday, monday + _WEEK - _ONE_DAY)


def _forecast_days(from_on: date, until_on: date) -> int:
    every = [canteen.id for canteen in menu_queries.canteens_readable(SYSTEM)]
    return one_by_one(
        every, lambda canteen_id: _forecast(canteen_id, expected_meals(canteen_id, from_on, until_on))
    )


def expected_meals(canteen_id: int, from_on: date, until_on: date) -> list[tuple[date, str]]:
    """The (day, period) of the meals that will be: those on the menu, else each period of an open day."""
    calendar = workday_queries.calendar_for(from_on, until_on)
    on_menu = making.meal_facts(canteen_id, from_on, until_on)
    found: list[tuple[date, str]] = []
    on = from_on
    while on <= until_on:
        periods: Iterable[str] = [period for served_on, period in on_menu if served_on == on]
        if not periods and menu_queries.day_of(calendar, canteen_id, on).is_open:
            periods = menu_queries.served_rules(canteen_id, on)
        found += [(on, period) for period in periods]
        on += _ONE_DAY
    return found


@atomic
def _forecast(canteen_id: int, meals: Sequence[tuple[date, str]]) -> int:
    """Forecast these meals of a canteen; one of which nothing is known, or that has begun, is passed over."""
    if not meals:
        return 0
    first_on, last_on = min(meals)[0], max(meals)[0]
    behind = making.outlook(canteen_id, first_on, last_on)
    facts = making.meal_facts(canteen_id, first_on, last_on)
    level = rule_queries.value(SERVICE_LEVEL, canteen_id)
    made = 0
    for served_on, period in meals:
        meal = facts.get((served_on, period)) or MealFacts(0, served_on, period, None, None)
        try:
            found = making.forecast(behind, meal, level)
        except NothingToForecastFrom:
            continue
        operations.add(found)
        made += 1
    return made


@atomic
def make(
    actor: Actor, *, canteen_id: int, served_on: date, period: Period, level_percent: int | None = None
) -> ForecastView:
    """Forecast one meal now, at the canteen's service level or at another one.

    Raises CanteenNotFound, Forbidden, MealNotFound where the canteen is closed, MealHasBegun or
    NothingToForecastFrom.
    """
    canteen = menu_queries.get_canteen(canteen_id)
    policies.ensure_manages(actor, canteen)
    meal = making.meal_facts(canteen_id, served_on, served_on).get((served_on, period.value))
    if meal is None and (served_on, period.value) not in expected_meals(canteen_id, served_on, served_on):
        raise MealNotFound
    meal = meal or MealFacts(0, served_on, period.value, None, None)
    policies.ensure_ahead(served_on, meal.serves_from, clock.now(), clock.today())
    level = level_percent or rule_queries.value(SERVICE_LEVEL, canteen_id)
    found = making.forecast(making.outlook(canteen_id, served_on, served_on), meal, level)
    return queries.view_of(operations.add(found))


def own_rows() -> list[Row]:
    """What was counted here, as rows of a backtest: a series for each canteen and period."""
    before_on = clock.today() + _ONE_DAY
    calendar = workday_queries.calendar_for(before_on - history.EVERYTHING, before_on)
    return [
        Row(f"{canteen.name} {period}", one)
        for canteen in menu_queries.canteens_readable(SYSTEM)
        for period, seen in history.observations(canteen.id, before_on, calendar, history.EVERYTHING).items()
        for one in seen
    ]
