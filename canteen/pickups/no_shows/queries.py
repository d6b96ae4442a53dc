"""Reads of missed meals: what the job looks for, one's own records, and those of a manager's canteens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db, table
from backend.identity.models import Department, Staff
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Meal, MealState
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import order_number
from canteen.pickups.no_shows import policies
from canteen.pickups.no_shows.errors import NoShowNotFound
from canteen.pickups.no_shows.models import NoShow, NoShowState
from canteen.pickups.no_shows.policies import COUNTING, STATE_NAMES
from canteen.pickups.no_shows.rules import APPEAL_DAYS

_NO_SHOW = table(NoShow)

# What was left booked for longer (before this job was there, or while it stood still) stays as it is.
REACH: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class MealOver:
    """A meal whose window is over while somebody has not come."""

    id: int
    canteen_id: int
    canteen: str
    served_on: date
    period: str
    serves_from: datetime
    serves_until: datetime


@dataclass(frozen=True, slots=True)
class OwnNoShow:
    """A missed meal as the person concerned sees it."""

    order_id: int
    number: str
    canteen_id: int
    canteen_name: str
    date: date
    period: str
    pickup_no: int | None
    total_fen: int
    state: str
    was_absent: bool
    recorded_at: datetime
    refunded_fen: int
    appeal_reason: str
    appealed_at: datetime | None
    answer: str
    decided_at: datetime | None
    appeal_closes_at: datetime
    can_appeal: bool

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[NoShowState(self.state)]


@dataclass(frozen=True, slots=True)
class ManagedNoShow(OwnNoShow):
    """The same for a canteen's manager; one's own is decided by somebody else."""

    staff_id: int
    staff_no: str
    staff_name: str
    department: str
    is_own: bool


def meals_over(now: datetime) -> list[MealOver]:
    """Frozen meals whose window is over and of which an order is booked still, the earliest first."""
    has_booked = select(Order.id).where(Order.meal_id == Meal.id, Order.state == OrderState.BOOKED.value)
    rows: Any = db.session.execute(
        select(
            *(Meal.id, Meal.canteen_id, Canteen.name, Meal.served_on, Meal.period),
            *(Meal.serves_from, Meal.serves_until),
        )
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Meal.state == MealState.FROZEN.value,
            Meal.freezes_at > now - REACH,
            Meal.serves_until <= now,
            has_booked.exists(),
        )
        .order_by(Meal.serves_until, Meal.id)
    )
    return [MealOver(*row) for row in rows]


def booked_for(meal_id: int) -> set[int]:
    """Whose orders of a meal are booked still."""
    return set(
        db.session.scalars(
            select(Order.staff_id).where(Order.meal_id == meal_id, Order.state == OrderState.BOOKED.value)
        )
    )


def count_missed(
    canteen_id: int, staff_ids: Collection[int], *, from_on: date, until_on: date, recorded_from: datetime
) -> dict[int, int]:
    """How many meals of [from_on, until_on] each of these people has missed, of those that count."""
    rows = db.session.execute(
        select(NoShow.staff_id, func.count())
        .where(
            NoShow.canteen_id == canteen_id,
            NoShow.staff_id.in_(staff_ids),
            NoShow.served_on.between(from_on, until_on),
            NoShow.state.in_(COUNTING),
            NoShow.recorded_at >= recorded_from,
        )
        .group_by(NoShow.staff_id)
    )
    return dict(rows.all())


def missed_days(staff_id: int, canteen_id: int, *, from_on: date, recorded_from: datetime) -> dict[int, date]:
    """The days of the person's missed meals that count at a canteen, by order."""
    rows = db.session.execute(
        select(NoShow.order_id, NoShow.served_on).where(
            NoShow.staff_id == staff_id,
            NoShow.served_on >= from_on,
            NoShow.canteen_id == canteen_id,
            NoShow.state.in_(COUNTING),
            NoShow.recorded_at >= recorded_from,
        )
    )
    return dict(rows.all())


def refunded_people(order_ids: Collection[int]) -> set[int]:
    """Who was given money back for one of these orders, as a meal missed with a good reason."""
    return set(
        db.session.scalars(
            select(NoShow.staff_id).where(NoShow.order_id.in_(order_ids), NoShow.refunded_fen > 0)
        )
    )


_OWN: Final[tuple[Any, ...]] = (
    NoShow.order_id,
    NoShow.canteen_id,
    Canteen.name.label("canteen_name"),
    NoShow.served_on,
    NoShow.period,
    Order.pickup_no,
    Order.total_fen,
    NoShow.state,
    NoShow.was_absent,
    NoShow.recorded_at,
    NoShow.refunded_fen,
    NoShow.appeal_reason,
    NoShow.appealed_at,
    NoShow.answer,
    NoShow.decided_at,
)
_LATEST: Final = (NoShow.served_on.desc(), NoShow.order_id.desc())


def _own_statement(*more: Any) -> Select[Any]:
    statement: Select[Any] = select(*_OWN, *more)
    return statement.join_from(NoShow, Order, Order.id == NoShow.order_id).join(
        Canteen, Canteen.id == NoShow.canteen_id
    )


def _managed_statement() -> Select[Any]:
    return (
        _own_statement(
            NoShow.staff_id,
            Staff.staff_no,
            Staff.name,
            func.coalesce(Department.name, "").label("department"),
        )
        .join(Staff, Staff.id == NoShow.staff_id)
        .outerjoin(Department, Department.id == NoShow.department_id)
    )


def list_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The actor's own missed meals as `OwnNoShow`s, the latest meal first."""
    statement = _own_statement().where(NoShow.staff_id == actor.staff_id).order_by(*_LATEST)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    now = clock.now()
    return Page([_own(row, now) for row in found.rows], found.total, page, page_size)


def get_own(actor: Actor, order_id: int) -> OwnNoShow:
    """One of the actor's own. Raises NoShowNotFound for anybody else's."""
    row = db.session.execute(
        _own_statement().where(NoShow.order_id == order_id, NoShow.staff_id == actor.staff_id)
    ).one_or_none()
    if row is None:
        raise NoShowNotFound
    return _own(row, clock.now())


def open_to_appeal(staff_id: int) -> list[OwnNoShow]:
    """The person's missed meals that can be appealed now, the latest first; one statement."""
    now = clock.now()
    longest = APPEAL_DAYS.kind.bounds
    since = now - timedelta(days=longest[1] if longest else APPEAL_DAYS.default)
    rows = db.session.execute(
        _own_statement()
        .where(
            NoShow.staff_id == staff_id,
            NoShow.state == NoShowState.RECORDED.value,
            NoShow.recorded_at > since,
        )
        .order_by(*_LATEST)
    )
    return [each for each in (_own(row, now) for row in rows) if each.can_appeal]


def page_managed(
    actor: Actor,
    *,
    page: int,
    page_size: int,
    canteen_id: int | None = None,
    state: NoShowState | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    department_id: int | None = None,
) -> Page:
    """The missed meals of [from_on, until_on] at the canteens that the actor manages, as `ManagedNoShow`s.

    The latest meal first; none of a canteen out of reach.
    """
    statement = _managed_statement().where(menu_queries.readable(actor, Permission.CANTEEN_MANAGE))
    if canteen_id is not None:
        statement = statement.where(NoShow.canteen_id == canteen_id)
    if state is not None:
        statement = statement.where(NoShow.state == state.value)
    if from_on is not None:
        statement = statement.where(NoShow.served_on >= from_on)
    if until_on is not None:
        statement = statement.where(NoShow.served_on <= until_on)
    if department_id is not None:
        statement = statement.where(NoShow.department_id == department_id)
    found = paginate(statement.order_by(*_LATEST), page=page, page_size=page_size, scalars=False)
    now = clock.now()
    return Page([_managed(row, actor, now) for row in found.rows], found.total, page, page_size)


def get_managed(actor: Actor, order_id: int) -> ManagedNoShow:
    """One at a canteen that the actor manages. Raises NoShowNotFound."""
    row = db.session.execute(
        _managed_statement().where(
            NoShow.order_id == order_id, menu_queries.readable(actor, Permission.CANTEEN_MANAGE)
        )
    ).one_or_none()
    if row is None:
        raise NoShowNotFound
    return _managed(row, actor, clock.now())


def appealed(actor: Actor, *, canteen_id: int) -> Count:
    """Counts the appeals that wait for an answer at a canteen; none of one that the actor does not manage."""
    return (
        select(func.count())
        .select_from(NoShow)
        .join(Canteen, Canteen.id == NoShow.canteen_id)
        .where(
            NoShow.canteen_id == canteen_id,
            NoShow.state == NoShowState.APPEALED.value,
            menu_queries.readable(actor, Permission.CANTEEN_MANAGE),
        )
    )


def departments_of(actor: Actor, *, canteen_id: int) -> Sequence[tuple[int, str]]:
    """The departments whose people have missed meals at a canteen of the actor's, by name."""
    rows = db.session.execute(
        select(Department.id, Department.name)
        .where(
            Department.id.in_(
                select(NoShow.department_id)
                .join(Canteen, Canteen.id == NoShow.canteen_id)
                .where(
                    NoShow.canteen_id == canteen_id,
                    menu_queries.readable(actor, Permission.CANTEEN_MANAGE),
                )
            )
        )
        .order_by(Department.name, Department.id)
    )
    return [(department_id, name) for department_id, name in rows]


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """Every missed meal of a person, for the copy of their own data."""
    rows = db.session.execute(
        select(
            *(_NO_SHOW.c[name] for name in ("order_id", "canteen_id", "served_on", "period", "state")),
            *(_NO_SHOW.c[name] for name in ("was_absent", "recorded_at", "refunded_fen")),
            *(_NO_SHOW.c[name] for name in ("appeal_reason", "appealed_at", "answer", "decided_at")),
        )
        .where(_NO_SHOW.c.staff_id == staff_id)
        .order_by(_NO_SHOW.c.served_on, _NO_SHOW.c.order_id)
    )
    return [dict(row) for row in rows.mappings()]


def _own(row: Any, now: datetime) -> OwnNoShow:
    return OwnNoShow(**_facts(row, now))


def _managed(row: Any, actor: Actor, now: datetime) -> ManagedNoShow:
    return ManagedNoShow(
        **_facts(row, now),
        staff_id=row.staff_id,
        staff_no=row.staff_no,
        staff_name=row.name,
        department=row.department,
        is_own=row.staff_id == actor.staff_id,
    )


def _facts(row: Any, now: datetime) -> dict[str, Any]:
    days = rule_queries.value(APPEAL_DAYS, row.canteen_id, at=row.recorded_at)
    return {
        "order_id": row.order_id,
        "number": order_number(row.order_id, row.served_on),
        "canteen_id": row.canteen_id,
        "canteen_name": row.canteen_name,
        "date": row.served_on,
        "period": row.period,
        "pickup_no": row.pickup_no,
        "total_fen": row.total_fen,
        "state": row.state,
        "was_absent": row.was_absent,
        "recorded_at": row.recorded_at,
        "refunded_fen": row.refunded_fen,
        "appeal_reason": row.appeal_reason,
        "appealed_at": row.appealed_at,
        "answer": row.answer,
        "decided_at": row.decided_at,
        "appeal_closes_at": policies.appeal_closes_at(row.recorded_at, days),
        "can_appeal": policies.can_appeal(row.state, row.recorded_at, days, now),
    }
