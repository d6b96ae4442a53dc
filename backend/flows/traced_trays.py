"""Who carried a tray, for a trace of what they ate: the weighing of waste stands above purchasing.

A binding names its diner only while that is needed; of the others nobody knows any more. A tray counts if a
scale of the line put one of the dishes on it at that meal, or if it is not known what was put on it.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from backend.db import reader, table
from canteen.purchasing.tracing import eaters
from canteen.purchasing.tracing.eaters import MealKey
from canteen.waste.models import Kind, Status, TrayBinding, Weighing

_BINDING, _WEIGHING = table(TrayBinding), table(Weighing)


def carried(meals: Mapping[MealKey, Collection[int]]) -> Iterable[tuple[MealKey, int]]:
    """Of these dishes at each of these meals: who carried a tray that may have borne them. Two statements."""
    if not meals:
        return set()
    span = (
        {meal.canteen_id for meal in meals},
        min(meal.served_on for meal in meals),
        max(meal.served_on for meal in meals),
    )
    bound = [
        (MealKey(canteen_id, served_on, period), container_id, staff_id)
        for canteen_id, served_on, period, container_id, staff_id in reader().execute(
            select(
                *(_BINDING.c.canteen_id, _BINDING.c.served_on, _BINDING.c.period),
                *(_BINDING.c.container_id, _BINDING.c.staff_id),
            ).where(
                _BINDING.c.canteen_id.in_(span[0]),
                _BINDING.c.served_on.between(span[1], span[2]),
                _BINDING.c.staff_id.is_not(None),
            )
        )
    ]
    bound = [each for each in bound if each[0] in meals]
    if not bound:
        return set()
    helped: dict[tuple[MealKey, int], set[int]] = {}
    rows = reader().execute(
        select(
            *(_WEIGHING.c.canteen_id, _WEIGHING.c.served_on, _WEIGHING.c.period),
            *(_WEIGHING.c.container_id, _WEIGHING.c.dish_id),
        )
        .where(
            _WEIGHING.c.canteen_id.in_(span[0]),
            _WEIGHING.c.served_on.between(span[1], span[2]),
            _WEIGHING.c.kind == Kind.SERVE_DELTA.value,
            _WEIGHING.c.status == Status.OK.value,
            _WEIGHING.c.dish_id.is_not(None),
            _WEIGHING.c.container_id.in_({container_id for _, container_id, _ in bound}),
        )
        .distinct()
    )
    for canteen_id, served_on, period, container_id, dish_id in rows:
        helped.setdefault((MealKey(canteen_id, served_on, period), container_id), set()).add(dish_id)
    return {
        (meal, staff_id)
        for meal, container_id, staff_id in bound
        if (meal, container_id) not in helped or helped[meal, container_id] & set(meals[meal])
    }


def install() -> None:
    """Let traces ask."""
    eaters.register(carried)
