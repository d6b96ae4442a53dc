"""How often meals are missed: by canteen, and by department of at least five people; never by person.

(国办函〔2026〕12号: statistics rank canteens and departments, never a diner.) A rate is missed ÷ booked,
over the meals that are over: booked in advance and picked up or missed. Walk-ins and meals by weight were
never booked. What is excused counts as booked, and not as missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.ordering.models import Order, OrderState, Origin
from canteen.ordering.monitoring import told_apart
from canteen.pickups.no_shows.models import NoShow, NoShowState

_IS_OVER = and_(
    Order.state.in_([OrderState.PICKED_UP.value, OrderState.NO_SHOW.value]),
    Order.origin.not_in([Origin.WALK_IN.value, Origin.BY_WEIGHT.value]),
)
_MISSED = func.sum(case((Order.state == OrderState.NO_SHOW.value, 1), else_=0))
_EXCUSED = func.sum(case((NoShow.state == NoShowState.EXCUSED.value, 1), else_=0))


@dataclass(frozen=True, slots=True)
class MissedFigures:
    """How many meals were booked, and of these missed without and with an excuse."""

    name: str
    people: int
    booked: int
    missed: int
    excused: int


def of_canteens(actor: Actor, *, from_on: date, until_on: date) -> list[MissedFigures]:
    """The canteens that the actor reads, for the meals of [from_on, until_on], by id; two statements."""
    conditions = (menu_queries.readable(actor, Permission.CANTEEN_READ), Canteen.is_active)
    names: dict[int, str] = dict(
        db.session.execute(select(Canteen.id, Canteen.name).where(*conditions)).all()
    )
    return list(by_canteen(names, from_on=from_on, until_on=until_on).values())


def by_canteen(names: Mapping[int, str], *, from_on: date, until_on: date) -> dict[int, MissedFigures]:
    """The figures of these canteens by id; those without a meal that is over are left out. One statement."""
    rows: Any = db.session.execute(
        select(Order.canteen_id, func.count(), _MISSED, _EXCUSED)
        .outerjoin(NoShow, NoShow.order_id == Order.id)
        .where(Order.canteen_id.in_(names), Order.served_on.between(from_on, until_on), _IS_OVER)
        .group_by(Order.canteen_id)
        .order_by(Order.canteen_id)
    )
    return {
        canteen_id: MissedFigures(names[canteen_id], 0, booked, int(missed) - int(excused), int(excused))
        for canteen_id, booked, missed, excused in rows
    }


def of_departments(
    actor: Actor, *, canteen_id: int, from_on: date, until_on: date
) -> Sequence[MissedFigures]:
    """The departments whose people booked at a canteen, the most bookings first; one statement.

    Small ones come last and together (`told_apart`). Raises CanteenNotFound.
    """
    if not covers(actor, Permission.CANTEEN_READ, menu_queries.get_canteen(canteen_id)):
        raise CanteenNotFound
    people, booked = func.count(func.distinct(Order.staff_id)), func.count()
    rows: Any = db.session.execute(
        select(Department.name, people, booked, _MISSED, _EXCUSED)
        .select_from(Order)
        .join(Department, Department.id == Order.department_id)
        .outerjoin(NoShow, NoShow.order_id == Order.id)
        .where(Order.canteen_id == canteen_id, Order.served_on.between(from_on, until_on), _IS_OVER)
        .group_by(Department.id, Department.name)
        .order_by(booked.desc(), Department.id)
    )
    figures = [
        (name, many, ordered, int(missed) - int(excused), int(excused))
        for name, many, ordered, missed, excused in rows
    ]
    return [MissedFigures(*row) for row in told_apart(figures)]
