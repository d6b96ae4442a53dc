"""Who came, and what they took: counted from the orders, and read from what was counted.

The rollups hold a row per meal and a row per dish at a meal, so that a forecast reads some hundred rows and
no order. Nothing here is scoped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from backend import clock
from backend.db import reader, table
from backend.workdays.policies import Calendar
from canteen.menu.models import Dish, Meal, MealState, Portion
from canteen.ordering.models import Order, OrderLine, OrderState, Origin
from canteen.production.forecasts import policies
from canteen.production.forecasts.methods import Observation
from canteen.production.forecasts.models import DishAttendance, MealAttendance
from canteen.production.forecasts.servings import CENTI, DishDay

_MEAL, _ORDER, _LINE, _DISH = table(Meal), table(Order), table(OrderLine), table(Dish)
_CAME, _TOOK = table(MealAttendance), table(DishAttendance)
# How far back a forecast looks: forty weeks of working days.
REACH: Final = timedelta(days=280)
# What a backtest looks at: five years.
EVERYTHING: Final = timedelta(days=5 * 366)
# How many days back the count looks for what became known late: counters without a net, corrections.
LATE_DAYS: Final = 3

_PLACED: Final = _ORDER.c.origin.in_([Origin.SELF.value, Origin.COLLEAGUE.value, Origin.STANDING.value])
# An order that stood when ordering closed, whatever became of it later.
_BOOKED: Final = and_(
    _PLACED,
    _ORDER.c.placed_at <= _MEAL.c.freezes_at,
    or_(_ORDER.c.state != OrderState.CANCELLED.value, _ORDER.c.cancelled_at > _MEAL.c.freezes_at),
)
_PICKED_UP: Final = _ORDER.c.state == OrderState.PICKED_UP.value
# What a diner takes by weight is so many hundredths of the dish's standard portion.
_CENTI_PORTIONS: Final = case(
    (_LINE.c.portion == Portion.WEIGHT.value, _LINE.c.weight_g * CENTI // _DISH.c.weight_g),
    else_=_LINE.c.quantity * _LINE.c.share,
)


@dataclass(frozen=True, slots=True)
class DishRow:
    """A dish at a meal that is over, with its category."""

    period: str
    dish_id: int
    category: str
    day: DishDay


def counted_meals(canteen_id: int, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """The rows of `meal_attendance` for the meals of both days and between that are over; one statement.

    A person who has an order and a meal by weight is one diner.
    """
    diners = func.count(case((_PICKED_UP, _ORDER.c.staff_id)).distinct())
    attended = func.count(case((and_(_PICKED_UP, _PLACED), _ORDER.c.id)))
    statement = (
        select(
            *(_MEAL.c.canteen_id, _MEAL.c.period, _MEAL.c.served_on),
            func.count(case((_BOOKED, _ORDER.c.id))).label("booked"),
            attended.label("attended"),
            (diners - attended).label("walk_ins"),
        )
        .join_from(_MEAL, _ORDER, _ORDER.c.meal_id == _MEAL.c.id, isouter=True)
        .where(*_over(canteen_id, from_on, until_on))
        .group_by(_MEAL.c.canteen_id, _MEAL.c.period, _MEAL.c.served_on)
        .order_by(_MEAL.c.period, _MEAL.c.served_on)
    )
    return [dict(row._mapping) for row in reader().execute(statement)]


def counted_dishes(canteen_id: int, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """The rows of `dish_attendance` for the same meals; one statement."""
    statement = (
        select(
            *(_MEAL.c.canteen_id, _MEAL.c.period, _MEAL.c.served_on, _LINE.c.dish_id),
            func.sum(case((_BOOKED, _CENTI_PORTIONS), else_=0)).label("booked"),
            func.sum(case((_PICKED_UP, _CENTI_PORTIONS), else_=0)).label("eaten"),
        )
        .join_from(_MEAL, _ORDER, _ORDER.c.meal_id == _MEAL.c.id)
        .join(_LINE, _LINE.c.order_id == _ORDER.c.id)
        .join(_DISH, _DISH.c.id == _LINE.c.dish_id)
        .where(*_over(canteen_id, from_on, until_on))
        .group_by(_MEAL.c.canteen_id, _MEAL.c.period, _MEAL.c.served_on, _LINE.c.dish_id)
        .order_by(_MEAL.c.period, _MEAL.c.served_on, _LINE.c.dish_id)
    )
    rows = reader().execute(statement).mappings()
    return [{**row, "booked": int(row["booked"]), "eaten": int(row["eaten"])} for row in rows]


def _over(canteen_id: int, from_on: date, until_on: date) -> list[ColumnElement[bool]]:
    return [
        _MEAL.c.canteen_id == canteen_id,
        _MEAL.c.served_on.between(from_on, until_on),
        _MEAL.c.state != MealState.DRAFT.value,
        _MEAL.c.serves_until <= clock.now(),
    ]


def first_uncounted() -> dict[int, date]:
    """Of each canteen, the first day within reach with a meal that is over and not counted; one statement."""
    today = clock.today()
    statement = (
        select(_MEAL.c.canteen_id, func.min(_MEAL.c.served_on))
        .join_from(
            _MEAL,
            _CAME,
            and_(
                _CAME.c.canteen_id == _MEAL.c.canteen_id,
                _CAME.c.period == _MEAL.c.period,
                _CAME.c.served_on == _MEAL.c.served_on,
            ),
            isouter=True,
        )
        .where(
            _CAME.c.canteen_id.is_(None),
            _MEAL.c.served_on.between(today - REACH, today),
            _MEAL.c.state != MealState.DRAFT.value,
            _MEAL.c.serves_until <= clock.now(),
        )
        .group_by(_MEAL.c.canteen_id)
    )
    return {row[0]: row[1] for row in reader().execute(statement)}


def observations(
    canteen_id: int, before_on: date, calendar: Calendar, reach: timedelta = REACH
) -> dict[str, list[Observation]]:
    """What was counted of a canteen's meals before a day, by period and in their order; one statement.

    Meals that nobody had booked and nobody came to are left out: they were not held.
    """
    rows = reader().execute(
        select(_CAME.c.period, _CAME.c.served_on, _CAME.c.booked, _CAME.c.attended, _CAME.c.walk_ins)
        .where(
            _CAME.c.canteen_id == canteen_id,
            _CAME.c.served_on >= before_on - reach,
            _CAME.c.served_on < before_on,
            _CAME.c.booked + _CAME.c.attended + _CAME.c.walk_ins > 0,
        )
        .order_by(_CAME.c.period, _CAME.c.served_on)
    )
    found: dict[str, list[Observation]] = {}
    for period, served_on, booked, attended, walk_ins in rows:
        day = policies.day_facts(calendar, served_on)
        seen = Observation(day, attended + walk_ins, booked, walk_ins)
        found.setdefault(period, []).append(seen)
    return found


def dish_rows(canteen_id: int, period: str, before_on: date) -> Sequence[DishRow]:
    """What was counted of the dishes of a canteen's meals of a period before a day; one statement."""
    same_meal = and_(
        _CAME.c.canteen_id == _TOOK.c.canteen_id,
        _CAME.c.period == _TOOK.c.period,
        _CAME.c.served_on == _TOOK.c.served_on,
    )
    rows = reader().execute(
        select(
            *(_TOOK.c.period, _TOOK.c.dish_id, _DISH.c.category),
            *(_TOOK.c.served_on, _TOOK.c.booked, _TOOK.c.eaten, _CAME.c.attended + _CAME.c.walk_ins),
        )
        .join_from(_TOOK, _CAME, same_meal)
        .join(_DISH, _DISH.c.id == _TOOK.c.dish_id)
        .where(
            _TOOK.c.canteen_id == canteen_id,
            _TOOK.c.period == period,
            _TOOK.c.served_on >= before_on - REACH,
            _TOOK.c.served_on < before_on,
        )
        .order_by(_TOOK.c.served_on, _TOOK.c.dish_id)
    )
    return [DishRow(row[0], row[1], row[2], DishDay(*row[3:])) for row in rows]
