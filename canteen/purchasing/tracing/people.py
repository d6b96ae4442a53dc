"""Who ate of what a batch reached: who picked up orders, dined at receptions, or carried known trays."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from backend.db import reader, table
from backend.identity.models import Department, Posting, Staff
from canteen.menu.models import Meal
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import Order, OrderLine, OrderState, Origin
from canteen.ordering.receptions.models import (
    Reception,
    ReceptionCompanion,
    ReceptionDish,
    ReceptionState,
)
from canteen.purchasing.stock.models import Movement
from canteen.purchasing.tracing import eaters, ground
from canteen.purchasing.tracing.eaters import MealKey
from canteen.purchasing.tracing.ground import Scope
from canteen.purchasing.tracing.policies import KnownMeal, Reached

_MOVEMENT, _MEAL = table(Movement), table(Meal)
_ORDER, _LINE = table(Order), table(OrderLine)
_RECEPTION, _COMPANION = table(Reception), table(ReceptionCompanion)
_PLATTER = table(ReceptionDish)
_RECEIVED: Final = (ReceptionState.SERVED.value, ReceptionState.SETTLED.value)
_OTHER: Final = _ORDER.alias("other")
_EATING: Final = (OrderState.PICKED_UP.value, OrderState.BOOKED.value)
_PICKED_UP: Final = _ORDER.c.state == OrderState.PICKED_UP.value
_HOW: Final = {Origin.WALK_IN.value: "walk_in", Origin.BY_WEIGHT.value: "by_weight"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diner:
    """Who ate of what at which meal; `how` is order, walk_in, by_weight, reception or tray."""

    staff_id: int
    staff_no: str
    name: str
    department: str
    meal_id: int
    served_on: date
    period: str
    how: str
    eaten_at: datetime | None


def diner_ids(batch_ids: Collection[int]) -> set[int]:
    """The members of staff who ate of what these batches reached."""
    meals, reach = ground.reached_by(ground.issued(_MOVEMENT.c.batch_id.in_(batch_ids)))
    return diner_ids_of({meal_id: one.dish_ids for meal_id, one in reach.items()}, meals)


def diner_ids_of(
    dishes_by_meal: Mapping[int, Collection[int]], meals: Mapping[int, KnownMeal] | None = None
) -> set[int]:
    """The members of staff who ate of these dishes of these meals."""
    known = meals if meals is not None else ground.meals_of(_MEAL.c.id.in_(dishes_by_meal))
    reach = {meal_id: Reached(perhaps=set(dish_ids)) for meal_id, dish_ids in dishes_by_meal.items()}
    found = who_picked_up(ground.scope_of(known, reach))
    return found | {staff_id for _, staff_id, _ in beside(known, reach)}


def diners(batch_ids: Collection[int]) -> list[Diner]:
    """Who ate of what these batches reached, a row for each meal of each person, by meal and name."""
    meals, reach = ground.reached_by(ground.issued(_MOVEMENT.c.batch_id.in_(batch_ids)))
    rows = [
        (meal_id, staff_id, _HOW.get(origin, "order"), at)
        for meal_id, staff_id, origin, at in _orders(
            ground.scope_of(meals, reach),
            select(_ORDER.c.meal_id, _ORDER.c.staff_id, _ORDER.c.origin, _ORDER.c.picked_up_at)
            .where(_PICKED_UP)
            .distinct(),
        )
    ]
    known = {(meal_id, staff_id) for meal_id, staff_id, *_ in rows}
    rows += [
        (meal_id, staff_id, how, None)
        for meal_id, staff_id, how in sorted(beside(meals, reach))
        if (meal_id, staff_id) not in known
    ]
    people = _people({staff_id for _, staff_id, *_ in rows})
    found = [
        Diner(
            staff_id=staff_id,
            staff_no=people[staff_id][0],
            name=people[staff_id][1],
            department=people[staff_id][2],
            meal_id=meal_id,
            served_on=meals[meal_id].served_on,
            period=meals[meal_id].period,
            how=how,
            eaten_at=at,
        )
        for meal_id, staff_id, how, at in rows
    ]
    return sorted(
        found,
        key=lambda one: (one.served_on, PERIOD_ORDER[one.period], one.meal_id, one.department, one.name),
    )


def _orders(scope: Scope, statement: Select[Any]) -> Iterator[Any]:
    """What a statement about orders finds within the scope; no meal is asked for twice."""
    for meal_ids in ground.batched(scope.meal_ids):
        yield from reader().execute(statement.where(_ORDER.c.meal_id.in_(meal_ids)))
    for offer_ids in ground.batched(scope.offer_ids):
        yield from reader().execute(
            statement.join_from(_ORDER, _LINE, _LINE.c.order_id == _ORDER.c.id).where(
                _LINE.c.meal_dish_id.in_(offer_ids)
            )
        )


def counts(scope: Scope) -> dict[tuple[int, str], int]:
    """How many people have picked up, or have booked, something within the scope, by meal and state."""
    found: dict[tuple[int, str], int] = {}
    for statement in (*_of_whole_meals(scope.meal_ids), *_of_offers(scope.offer_ids)):
        for meal_id, state, people in reader().execute(statement):
            found[meal_id, state] = found.get((meal_id, state), 0) + people
    return found


def _of_whole_meals(meal_ids: Collection[int]) -> Iterator[Select[Any]]:
    """A person has one order for a meal, and at most a meal by weight beside it: nothing is sorted."""
    key = _ORDER.c.meal_id, _ORDER.c.state
    beside = exists().where(
        _OTHER.c.meal_id == _ORDER.c.meal_id,
        _OTHER.c.staff_id == _ORDER.c.staff_id,
        _OTHER.c.state == _ORDER.c.state,
        _OTHER.c.origin != Origin.BY_WEIGHT.value,
    )
    counted = or_(_ORDER.c.origin != Origin.BY_WEIGHT.value, ~beside)
    for some in ground.batched(meal_ids):
        yield (
            select(*key, func.count())
            .where(_ORDER.c.meal_id.in_(some), _ORDER.c.state.in_(_EATING), counted)
            .group_by(*key)
        )


def _of_offers(offer_ids: Collection[int]) -> Iterator[Select[Any]]:
    for some in ground.batched(offer_ids):
        # Counted outside: PostgreSQL sorts for a count of distinct ones, and hashes for these.
        people = (
            select(_ORDER.c.meal_id, _ORDER.c.state, _ORDER.c.staff_id)
            .join_from(_ORDER, _LINE, _LINE.c.order_id == _ORDER.c.id)
            .where(_LINE.c.meal_dish_id.in_(some), _ORDER.c.state.in_(_EATING))
            .distinct()
            .subquery()
        )
        yield select(people.c.meal_id, people.c.state, func.count()).group_by(
            people.c.meal_id, people.c.state
        )


def who_picked_up(scope: Scope) -> set[int]:
    """The members of staff who picked up something within the scope."""
    found = _orders(scope, select(_ORDER.c.staff_id).where(_PICKED_UP).distinct())
    return {staff_id for (staff_id,) in found}


def beside(meals: Mapping[int, KnownMeal], reach: Mapping[int, Reached]) -> set[tuple[int, int, str]]:
    """(meal, member of staff, how) of those who ate without an order: at receptions, or off known trays."""
    keys = {MealKey(meal.canteen_id, meal.served_on, meal.period): meal.id for meal in meals.values()}
    wanted = {key: reach[meal_id].dish_ids for key, meal_id in keys.items() if meal_id in reach}
    found = {(keys[key], staff_id, "tray") for key, staff_id in eaters.of(wanted) if key in keys}
    if not wanted:
        return found
    rows: Any = reader().execute(
        select(*_reception_meal(), _PLATTER.c.dish_id, _COMPANION.c.staff_id)
        .join_from(_RECEPTION, _PLATTER, _PLATTER.c.reception_id == _RECEPTION.c.id)
        .join(_COMPANION, _COMPANION.c.reception_id == _RECEPTION.c.id)
        .where(*_received(wanted), _PLATTER.c.is_actual, _COMPANION.c.is_actual)
    )
    for canteen_id, served_on, period, dish_id, staff_id in rows:
        key = MealKey(canteen_id, served_on, period)
        if dish_id in wanted.get(key, ()):
            found.add((keys[key], staff_id, "reception"))
    return found


def guests(meals: Mapping[int, KnownMeal], reach: Mapping[int, Reached]) -> dict[int, int]:
    """How many guests of receptions ate of the dishes, by meal."""
    keys = {MealKey(meal.canteen_id, meal.served_on, meal.period): meal.id for meal in meals.values()}
    wanted = {key: reach[meal_id].dish_ids for key, meal_id in keys.items() if meal_id in reach}
    if not wanted:
        return {}
    rows: Any = reader().execute(
        select(*_reception_meal(), _PLATTER.c.dish_id, _RECEPTION.c.id, _RECEPTION.c.actual_guests)
        .join_from(_RECEPTION, _PLATTER, _PLATTER.c.reception_id == _RECEPTION.c.id)
        .where(*_received(wanted), _PLATTER.c.is_actual)
    )
    parties: dict[tuple[int, int], int] = {}
    for canteen_id, served_on, period, dish_id, reception_id, came in rows:
        key = MealKey(canteen_id, served_on, period)
        if dish_id in wanted.get(key, ()):
            parties[keys[key], reception_id] = came or 0
    found: dict[int, int] = {}
    for (meal_id, _), came in parties.items():
        found[meal_id] = found.get(meal_id, 0) + came
    return found


def _reception_meal() -> tuple[Any, ...]:
    return _RECEPTION.c.canteen_id, _RECEPTION.c.served_on, _RECEPTION.c.period


def _received(wanted: Mapping[MealKey, Collection[int]]) -> list[ColumnElement[bool]]:
    return [
        _RECEPTION.c.canteen_id.in_({key.canteen_id for key in wanted}),
        _RECEPTION.c.served_on.between(
            min(key.served_on for key in wanted), max(key.served_on for key in wanted)
        ),
        _RECEPTION.c.state.in_(_RECEIVED),
    ]


def without_order(by_meal: Mapping[int, set[int]], scope: Scope) -> dict[int, set[int]]:
    """Of those who ate beside, by meal, those who did not pick up an order of the same dishes, too."""
    if not by_meal:
        return {}
    statement = select(_ORDER.c.meal_id, _ORDER.c.staff_id).where(
        _ORDER.c.meal_id.in_(by_meal), _ORDER.c.staff_id.in_(set().union(*by_meal.values())), _PICKED_UP
    )
    ordered = {(meal_id, staff_id) for meal_id, staff_id in _orders(scope, statement)}
    return {
        meal_id: {staff_id for staff_id in staff_ids if (meal_id, staff_id) not in ordered}
        for meal_id, staff_ids in by_meal.items()
    }


def _people(staff_ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """Number, name and department of members of staff."""
    rows = [
        row
        for some in ground.batched(sorted(staff_ids))
        for row in reader().execute(
            select(Staff.id, Staff.staff_no, Staff.name, Department.name)
            .outerjoin(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary))
            .outerjoin(Department, Department.id == Posting.department_id)
            .where(Staff.id.in_(some))
        )
    ]
    return {staff_id: (staff_no, name, department or "") for staff_id, staff_no, name, department in rows}
