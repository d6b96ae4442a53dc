"""Use cases of measures."""

from datetime import date

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish
from canteen.waste.measures import policies, queries
from canteen.waste.measures.errors import MeasureInvalid, MeasureNotFound, MeasureWithdrawn
from canteen.waste.measures.models import MeasureKind, WasteMeasure
from canteen.waste.measures.queries import MeasureView


@atomic
def create(
    actor: Actor,
    *,
    canteen_id: int,
    kind: MeasureKind,
    title: str,
    from_on: date,
    until_on: date | None = None,
    dish_id: int | None = None,
    note: str = "",
) -> MeasureView:
    """Write down that something is done against waste.

    Raises CanteenNotFound, Forbidden or MeasureInvalid.
    """
    policies.ensure_manages(actor, menu_queries.get_canteen(canteen_id))
    policies.ensure_days(from_on, until_on)
    _ensure_dish(canteen_id, dish_id)
    measure = WasteMeasure(
        canteen_id=canteen_id,
        kind=kind.value,
        dish_id=dish_id,
        title=title,
        note=note,
        from_on=from_on,
        until_on=until_on,
        created_at=clock.now(),
        created_by=actor.staff_id,
        created_by_name=actor.name,
    )
    db.session.add(measure)
    db.session.flush()
    record(actor, "waste.measure_created", "waste_measure", measure.id, canteen_id=canteen_id, name=title)
    return queries.get_measure(actor, measure.id)


@atomic
def change(
    actor: Actor,
    *,
    measure_id: int,
    kind: MeasureKind,
    title: str,
    from_on: date,
    until_on: date | None = None,
    dish_id: int | None = None,
    note: str = "",
) -> MeasureView:
    """Correct a measure, or say when it ended.

    Raises MeasureNotFound, Forbidden, MeasureInvalid or MeasureWithdrawn.
    """
    measure = _lock(actor, measure_id)
    if measure.withdrawn_at is not None:
        raise MeasureWithdrawn
    policies.ensure_days(from_on, until_on)
    _ensure_dish(measure.canteen_id, dish_id)
    measure.kind, measure.title, measure.note, measure.dish_id = kind.value, title, note, dish_id
    measure.from_on, measure.until_on = from_on, until_on
    canteen_id = measure.canteen_id
    record(actor, "waste.measure_changed", "waste_measure", measure_id, canteen_id=canteen_id, name=title)
    db.session.flush()
    return queries.get_measure(actor, measure_id)


@atomic
def withdraw(actor: Actor, *, measure_id: int) -> MeasureView:
    """Take back a measure that was entered in error; again is harmless.

    Raises MeasureNotFound or Forbidden.
    """
    measure = _lock(actor, measure_id)
    if measure.withdrawn_at is None:
        measure.withdrawn_at = clock.now()
        place, title = measure.canteen_id, measure.title
        record(actor, "waste.measure_withdrawn", "waste_measure", measure_id, canteen_id=place, name=title)
        db.session.flush()
    return queries.get_measure(actor, measure_id)


def _lock(actor: Actor, measure_id: int) -> WasteMeasure:
    measure = db.session.scalars(
        select(WasteMeasure).where(WasteMeasure.id == measure_id).with_for_update()
    ).one_or_none()
    if measure is None:
        raise MeasureNotFound
    queries.get_measure(actor, measure_id)
    policies.ensure_manages(actor, menu_queries.get_canteen(measure.canteen_id))
    return measure


def _ensure_dish(canteen_id: int, dish_id: int | None) -> None:
    if dish_id is None:
        return
    dish = db.session.get(Dish, dish_id)
    if dish is None or dish.canteen_id != canteen_id:
        raise MeasureInvalid(reason="没有这道菜")
