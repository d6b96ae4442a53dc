"""The demo's standing orders. The scheduler takes them up within minutes, so that visitors see it happen."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from backend import clock
from backend.db import Base
from backend.flows.demo.organisation import MANAGER_NO, VISITOR_NO, WAITER_NO
from backend.flows.demo.plan import FREE_OFFICIALS, Plan
from canteen.menu.models import Period, Portion
from canteen.ordering.models import Dining
from canteen.ordering.standing.models import StandingOrder
from canteen.ordering.standing.policies import EVERY_WORKDAY, bits_of

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_COLUMNS = (
    "id staff_id canteen_id period weekdays workdays_only choices dining from_on until_on is_paused revision"
    " created_at changed_at"
)
_KITCHEN = 1
_HOLDERS = 8
_CHOICES = 3
_STAPLES = "米饭"
_BEFORE = timedelta(days=1, hours=3)


def tables(plan: Plan) -> Tables:
    """The one table: the manager's and the waiter's, some officials', and a paused one of the visitor."""
    officials = [member for member in plan.members if not member.role]
    others = officials[min(FREE_OFFICIALS, len(officials) - 1) :]
    eaters = [member.staff_id for member in others if member.campus_id == 1][:_HOLDERS]
    staff_ids = [plan.staff_id(MANAGER_NO), plan.staff_id(WAITER_NO), *eaters, plan.staff_id(VISITOR_NO)]
    choices = _choices(plan)
    from_on, created_at = clock.local(plan.now).date(), plan.now - _BEFORE
    rows = [
        (
            number,
            staff_id,
            _KITCHEN,
            Period.LUNCH.value,
            bits_of(EVERY_WORKDAY),
            True,
            choices[number % _CHOICES :] + choices[: number % _CHOICES],
            Dining.DINE_IN.value,
            from_on,
            None,
            staff_id == plan.staff_id(VISITOR_NO),
            1,
            created_at,
            created_at,
        )
        for number, staff_id in enumerate(staff_ids, start=1)
    ]
    yield StandingOrder, _COLUMNS, rows


def _choices(plan: Plan) -> list[list[dict[str, Any]]]:
    """Alternatives out of what the next lunches offer, each with rice: a meat dish and a vegetable one."""
    today = clock.local(plan.now).date()
    ahead = [
        meal
        for meal in plan.meals
        if meal.canteen_id == _KITCHEN and meal.period == Period.LUNCH and meal.served_on >= today
    ]
    found = []
    for meal in ahead[:_CHOICES]:
        by_kind = {offered.dish.pool.category: offered.dish for offered in reversed(meal.dishes)}
        rice = next(one.dish for one in meal.dishes if one.dish.pool.name == _STAPLES)
        dishes = [by_kind["meat"], by_kind["vegetable"], rice]
        found.append(
            [{"dish_id": each.id, "portion": Portion.STANDARD.value, "quantity": 1} for each in dishes]
        )
    return found
