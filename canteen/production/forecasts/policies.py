"""Rules of forecasts: what kind of day it is, whether it can still be forecast, and whole numbers of it."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from backend.actor import Actor, Permission
from backend.errors import Forbidden
from backend.workdays.policies import Calendar, DayKind
from canteen.menu import policies as menu_policies
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.production.forecasts.errors import MealHasBegun
from canteen.production.forecasts.methods import Beside, DayFacts, Kind, Spread
from canteen.production.forecasts.models import Horizon

# So many rest days in a row are a break, beside which fewer or more people come.
BREAK_DAYS: Final = 3
INTERVAL: Final = (0.1, 0.9)
LEVELS: Final = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
# Rounding up forgives what floating point adds to a whole number.
_FUZZ: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """An expectation in whole numbers: [low, high] holds eight days of ten, `chosen` is what to cook for."""

    expected: int
    low: int
    high: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Level:
    """Cooking for `diners` at a service level: how many too many and too few, on average, to one decimal."""

    percent: int
    diners: int
    surplus: float
    shortage: float


def ensure_manages(actor: Actor, canteen: Canteen) -> None:
    """The actor runs the canteen's production. Raises Forbidden if it may only read, else CanteenNotFound."""
    if menu_policies.covers(actor, Permission.PRODUCTION_MANAGE, canteen):
        return
    raise Forbidden if menu_policies.covers(actor, Permission.CANTEEN_READ, canteen) else CanteenNotFound


def ensure_ahead(served_on: date, serves_from: datetime | None, now: datetime, today: date) -> None:
    """The meal has not begun; one without instants lasts its whole day. Raises MealHasBegun."""
    if served_on < today or (serves_from is not None and serves_from <= now):
        raise MealHasBegun


def horizon_of(served_on: date, today: date, *, is_closed: bool) -> Horizon:
    """Next day from the day before on, and as soon as ordering has closed."""
    return Horizon.NEXT_DAY if is_closed or served_on - today <= _ONE_DAY else Horizon.WEEK


def day_facts(calendar: Calendar, on: date) -> DayFacts:
    """What the calendar says of a day that matters to how many come."""
    day = calendar.day(on)
    is_weekend = on.weekday() >= _SATURDAY
    if day.is_workday:
        kind = Kind.MAKEUP if is_weekend else Kind.ORDINARY
    else:
        kind = Kind.HOLIDAY if day.kind is DayKind.HOLIDAY or not is_weekend else Kind.ORDINARY
    beside = Beside.NEITHER
    if day.is_workday and _rests(calendar, on, _ONE_DAY) >= BREAK_DAYS:
        beside = Beside.BEFORE
    elif day.is_workday and _rests(calendar, on, -_ONE_DAY) >= BREAK_DAYS:
        beside = Beside.AFTER
    return DayFacts(on, kind, beside)


def _rests(calendar: Calendar, on: date, step: timedelta) -> int:
    """How many rest days follow (or, with a step back, precede) a day, counted up to a break."""
    count = 0
    while count < BREAK_DAYS and not calendar.is_workday(on + (count + 1) * step):
        count += 1
    return count


def in_whole(value: float, spread: Spread, level_percent: int) -> Range:
    """An expectation as people cook by it: half up, its interval outwards, what is chosen up."""
    expected = rounded(value)
    below, above = (value * spread.quantile(level) for level in INTERVAL)
    return Range(
        expected,
        min(math.floor(below + _FUZZ), expected),
        max(math.ceil(above - _FUZZ), expected),
        up(value * spread.quantile(level_percent / 100)),
    )


def levels_of(value: float, spread: Spread, level_percent: int) -> list[Level]:
    """What each usual service level, and the one that is asked for, would cook, waste and lack."""
    found = []
    for percent in sorted({*LEVELS, level_percent}):
        diners = up(value * spread.quantile(percent / 100))
        factor = diners / value if value else 1.0
        surplus, shortage = value * spread.surplus(factor), value * spread.shortage(factor)
        found.append(Level(percent, diners, round(surplus, 1), round(shortage, 1)))
    return found


def rounded(value: float) -> int:
    """To a whole number, half up."""
    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))


def up(value: float) -> int:
    """To the next whole number that is not less."""
    return max(math.ceil(value - _FUZZ), 0)
