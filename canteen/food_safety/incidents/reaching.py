"""Whom and what an incident's food reached: from its stored subjects, in a constant number of statements.

A person counts as reached by a dish at a meal if an order of theirs with it was handed out there (ordered,
walk-in or by weight), or if tracing knows of them otherwise; of a whole meal, by any of its dishes.
"""

from collections.abc import Collection

from sqlalchemy import and_, exists, func, or_, select

from backend.db import db, reader, table
from canteen.food_safety.incidents.models import IncidentSubject, SubjectKind
from canteen.food_safety.incidents.policies import Eaten
from canteen.food_safety.samples import queries as sample_queries
from canteen.menu.models import Meal, MealDish
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.purchasing.tracing import people
from canteen.purchasing.tracing import queries as tracing

_SUBJECT, _ORDER, _LINE, _OFFER = table(IncidentSubject), table(Order), table(OrderLine), table(MealDish)


def dishes_of_batches(batch_ids: Collection[int]) -> set[tuple[int, int]]:
    """The (meal, dish) that grams of these batches went into."""
    if not batch_ids:
        return set()
    return tracing.reached_dishes(batch_ids)


def eaten(incident_id: int) -> list[Eaten]:
    """Whom the incident's dishes and meals reached until now, by their ids; a few statements.

    Who ate without an order (at receptions, off a tray that was bound to them) is there, too.
    """
    dishes = _dishes_by_meal(incident_id)
    if not dishes:
        return []
    found = {row.staff_id: row for row in _by_orders(incident_id)}
    beside = people.diner_ids_of(dishes) - found.keys()
    return [found.get(staff_id) or Eaten(staff_id) for staff_id in sorted(found.keys() | beside)]


def _dishes_by_meal(incident_id: int) -> dict[int, set[int]]:
    """The dishes at stake by meal: of a whole meal all that it offers."""
    whole = and_(_SUBJECT.c.kind == SubjectKind.MEAL.value, _OFFER.c.meal_id == _SUBJECT.c.meal_id)
    of_meals = (
        select(_SUBJECT.c.meal_id, _OFFER.c.dish_id)
        .join_from(_SUBJECT, _OFFER, whole)
        .where(_SUBJECT.c.incident_id == incident_id)
    )
    named = select(_SUBJECT.c.meal_id, _SUBJECT.c.dish_id).where(
        _SUBJECT.c.incident_id == incident_id, _SUBJECT.c.kind == SubjectKind.DISH.value
    )
    found: dict[int, set[int]] = {}
    for meal_id, dish_id in reader().execute(named.union(of_meals)):
        found.setdefault(meal_id, set()).add(dish_id)
    return found


def _by_orders(incident_id: int) -> list[Eaten]:
    at_stake = exists().where(
        _SUBJECT.c.incident_id == incident_id,
        _SUBJECT.c.meal_id == _ORDER.c.meal_id,
        or_(_SUBJECT.c.kind == SubjectKind.MEAL.value, _SUBJECT.c.dish_id == _LINE.c.dish_id),
    )
    in_meals = select(_SUBJECT.c.meal_id).where(
        _SUBJECT.c.incident_id == incident_id, _SUBJECT.c.meal_id.is_not(None)
    )
    rows = reader().execute(
        select(_ORDER.c.staff_id, func.min(_ORDER.c.served_on), func.count(_ORDER.c.meal_id.distinct()))
        .join_from(_ORDER, _LINE, _LINE.c.order_id == _ORDER.c.id)
        .where(_ORDER.c.meal_id.in_(in_meals), _ORDER.c.state == OrderState.PICKED_UP.value, at_stake)
        .group_by(_ORDER.c.staff_id)
    )
    return [Eaten(*row) for row in rows]


def sample_ids(canteen_id: int, incident_id: int) -> list[int]:
    """The samples of the incident's dishes, and of all dishes of its meals, that are still there."""
    dishes = _dishes_by_meal(incident_id)
    rows = db.session.execute(select(Meal.id, Meal.served_on, Meal.period).where(Meal.id.in_(dishes)))
    wanted = {(row.served_on, row.period, dish_id) for row in rows for dish_id in dishes[row.id]}
    return sample_queries.ids_of_dishes(canteen_id, wanted)
