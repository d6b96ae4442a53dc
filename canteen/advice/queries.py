"""What a menu suggests."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.db import reader, table
from backend.rules import queries as rule_queries
from canteen.advice import policies, rules
from canteen.advice.policies import Offered
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, DishPortion, Meal, MealDish, MealState, Period, Portion
from canteen.waste.statistics import queries as statistics

_MEAL, _LINE, _DISH, _PORTION = table(Meal), table(MealDish), table(Dish), table(DishPortion)


@dataclass(frozen=True, slots=True)
class Advice:
    """The dishes of a meal whose half portion is offered first, the most left first; and a line, or None."""

    half_first: tuple[int, ...] = ()
    line: str | None = None


def get_advice(*, canteen_id: int, on_date: date, period: Period) -> Advice:
    """What a published meal suggests; nothing of one that is not published. Three statements.

    Raises CanteenNotFound.
    """
    menu_queries.get_canteen(canteen_id)
    halves = rule_queries.value(rules.HALF_FIRST, canteen_id)
    speaks = rule_queries.value(rules.LINE, canteen_id)
    if not (halves or speaks):
        return Advice()
    percent = rule_queries.value(rules.RATE, canteen_id)
    often = policies.left_often(_offered(canteen_id, on_date, period), percent)
    return Advice(
        half_first=tuple(one.dish_id for one in often if one.has_half) if halves else (),
        line=policies.line(often, halves=halves) if speaks else None,
    )


def _offered(canteen_id: int, on_date: date, period: Period) -> list[Offered]:
    half = (_PORTION.c.dish_id == _DISH.c.id) & (_PORTION.c.portion == Portion.HALF.value)
    statement = (
        select(_DISH.c.id, _DISH.c.name, _PORTION.c.id.is_not(None))
        .join_from(_MEAL, _LINE, _LINE.c.meal_id == _MEAL.c.id)
        .join(_DISH, _DISH.c.id == _LINE.c.dish_id)
        .outerjoin(_PORTION, half)
        .where(
            _MEAL.c.canteen_id == canteen_id,
            _MEAL.c.served_on == on_date,
            _MEAL.c.period == period.value,
            _MEAL.c.state != MealState.DRAFT.value,
        )
    )
    rows = reader().execute(statement).all()
    if not rows:
        return []
    days = statistics.recent(rule_queries.value(rules.DAYS, canteen_id))
    rates = {
        one.dish_id: one.rate
        for one in statistics.dishes_of([canteen_id], days, dish_ids=[row[0] for row in rows])
    }
    return [Offered(of, name, has_half, rates[of]) for of, name, has_half in rows if of in rates]
