"""Meals by weight as people see them: the diner's own, and a manager's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Staff
from backend.money import yuan
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import Order, OrderLine
from canteen.ordering.policies import Line, meal_name, order_number
from canteen.waste.serving import policies
from canteen.waste.serving.errors import WeighedMealNotFound
from canteen.waste.serving.models import WeighedMeal
from canteen.waste.serving.queries import IS_OBJECTED, IS_WEIGHED
from canteen.waste.serving.rules import OBJECTION_DAYS


class WeighedState(StrEnum):
    """Which meals by weight a manager looks at."""

    OBJECTED = "objected"
    OWED = "owed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Objection:
    """What a diner said of a meal's weights, and what was answered."""

    reason: str
    objected_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class WeighedMealView:
    """A meal by weight as the diner sees it."""

    order_id: int
    number: str
    canteen_id: int
    canteen_name: str
    date: date
    period: str
    meal_name: str
    lines: Sequence[Line]
    amount_fen: int
    waived_fen: int
    total_fen: int
    owed_fen: int
    objection: Objection | None
    answer: str
    can_object: bool
    objection_closes_at: datetime
    settled_at: datetime

    @property
    def paid_fen(self) -> int:
        """What the ledger has taken for it."""
        return self.total_fen - self.owed_fen

    @property
    def state(self) -> str:
        """`paid`, or `owed` while something is."""
        return "owed" if self.owed_fen else "paid"


@dataclass(frozen=True, slots=True)
class ManagedWeighedMeal(WeighedMealView):
    """The same for the canteen's manager; one's own is decided by somebody else."""

    staff_id: int
    staff_no: str
    staff_name: str
    is_own: bool


_COLUMNS: Final[tuple[Any, ...]] = (Order, WeighedMeal, Canteen.name, Staff.id, Staff.staff_no, Staff.name)


def _statement(*conditions: Any) -> Select[Any]:
    statement: Select[Any] = select(*_COLUMNS)
    return (
        statement.join_from(Order, WeighedMeal, WeighedMeal.order_id == Order.id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .join(Staff, Staff.id == Order.staff_id)
        .where(*conditions)
        .order_by(Order.served_on.desc(), Order.id.desc())
        .execution_options(populate_existing=True)
    )


def page_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The actor's own meals by weight as `WeighedMealView`s, the latest first."""
    own = _statement(Order.staff_id == actor.staff_id, IS_WEIGHED)
    found = paginate(own, page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, page, page_size)


def get_own(actor: Actor, order_id: int) -> WeighedMealView:
    """One of the actor's own. Raises WeighedMealNotFound for anybody else's."""
    rows = db.session.execute(_statement(Order.id == order_id, Order.staff_id == actor.staff_id)).all()
    if not rows:
        raise WeighedMealNotFound
    return _views(rows)[0]


def page_managed(
    actor: Actor,
    *,
    page: int,
    page_size: int,
    canteen_id: int | None = None,
    served_on: date | None = None,
    state: WeighedState = WeighedState.ALL,
) -> Page:
    """Those of the canteens that the actor manages as `ManagedWeighedMeal`s, the latest meal first."""
    statement = _statement(menu_queries.readable(actor, Permission.CANTEEN_MANAGE), IS_WEIGHED)
    if canteen_id is not None:
        statement = statement.where(Order.canteen_id == canteen_id)
    if served_on is not None:
        statement = statement.where(Order.served_on == served_on)
    if state is WeighedState.OBJECTED:
        statement = statement.where(IS_OBJECTED)
    if state is WeighedState.OWED:
        statement = statement.where(WeighedMeal.owed_fen > 0)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_managed(actor, found.rows), found.total, page, page_size)


def get_managed(actor: Actor, order_id: int) -> ManagedWeighedMeal:
    """One at a canteen that the actor manages. Raises WeighedMealNotFound."""
    rows = db.session.execute(
        _statement(Order.id == order_id, menu_queries.readable(actor, Permission.CANTEEN_MANAGE))
    ).all()
    if not rows:
        raise WeighedMealNotFound
    return _managed(actor, rows)[0]


def count_objected(actor: Actor, *, canteen_id: int) -> int:
    """How many objections wait for an answer at a canteen; 0 for one that the actor does not manage."""
    waiting: int | None = db.session.scalar(
        select(func.count())
        .select_from(WeighedMeal)
        .join(Order, Order.id == WeighedMeal.order_id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(
            Order.canteen_id == canteen_id,
            IS_WEIGHED,
            IS_OBJECTED,
            menu_queries.readable(actor, Permission.CANTEEN_MANAGE),
        )
    )
    return waiting or 0


def _views(rows: Sequence[Any]) -> list[WeighedMealView]:
    return [WeighedMealView(**facts) for facts in _facts(rows)]


def _managed(actor: Actor, rows: Sequence[Any]) -> list[ManagedWeighedMeal]:
    return [
        ManagedWeighedMeal(
            **facts,
            staff_id=row[3],
            staff_no=row[4],
            staff_name=row[5],
            is_own=row[3] == actor.staff_id,
        )
        for row, facts in zip(rows, _facts(rows), strict=True)
    ]


def _facts(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The common fields of the views; one statement for the lines of all of them."""
    lines: dict[int, list[Line]] = {}
    for line in db.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id.in_([row[0].id for row in rows]))
        .order_by(OrderLine.id)
        .execution_options(populate_existing=True)
    ):
        lines.setdefault(line.order_id, []).append(ordering_queries.line_of(line))
    now = clock.now()
    return [
        _fact(order, weighed, canteen, lines.get(order.id, []), now) for order, weighed, canteen, *_ in rows
    ]


def _fact(
    order: Order, weighed: WeighedMeal, canteen: str, lines: list[Line], now: datetime
) -> dict[str, Any]:
    days = rule_queries.value(OBJECTION_DAYS, order.canteen_id, at=weighed.settled_at)
    objection = None
    if weighed.objected_at is not None:
        objection = Objection(weighed.objection, weighed.objected_at, weighed.answer, weighed.answered_at)
    return {
        "order_id": order.id,
        "number": order_number(order.id, order.served_on),
        "canteen_id": order.canteen_id,
        "canteen_name": canteen,
        "date": order.served_on,
        "period": order.period,
        "meal_name": meal_name(order.served_on, order.period),
        "lines": lines,
        "amount_fen": sum(line.amount_fen for line in lines),
        "waived_fen": weighed.waived_fen,
        "total_fen": order.total_fen,
        "owed_fen": weighed.owed_fen,
        "objection": objection,
        "answer": weighed.answer,
        "can_object": policies.can_object(weighed.objected_at, weighed.settled_at, days, now),
        "objection_closes_at": policies.objection_closes_at(weighed.settled_at, days),
        "settled_at": weighed.settled_at,
    }


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """A person's objections to meals by weight, under Chinese names, for the copy of their data.

    The meals themselves are told as orders.
    """
    rows = db.session.execute(
        _statement(Order.staff_id == staff_id, WeighedMeal.objected_at.is_not(None)).order_by(None)
    )
    return [
        {
            "订单号": order_number(order.id, order.served_on),
            "餐次": meal_name(order.served_on, order.period),
            "异议": weighed.objection,
            "提出时间": weighed.objected_at,
            "减免（元）": yuan(weighed.waived_fen),
            "答复": weighed.answer,
            "答复时间": weighed.answered_at,
        }
        for order, weighed, *_ in rows
    ]
