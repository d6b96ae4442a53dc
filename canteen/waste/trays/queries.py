"""Reads of trays: who is to have one, and one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor
from backend.dates import next_month
from backend.db import db
from backend.identity.models import Posting, Staff, StaffStatus
from canteen.menu.models import Canteen, Period
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import meal_name
from canteen.pickups import policies as pickup_policies
from canteen.pickups.errors import CodeInvalid
from canteen.pickups.queries import sign_code
from canteen.pickups.walk_ins.errors import DinerUnknown
from canteen.pickups.walk_ins.queries import DinerAtCounter, find_diner
from canteen.waste.models import TrayBinding, TrayRound
from canteen.waste.schedule import MealKey
from canteen.waste.trays import policies
from canteen.waste.trays.errors import OrderElsewhere
from canteen.waste.trays.models import TrayConsent
from canteen.waste.trays.policies import LastBinding


@dataclass(frozen=True, slots=True)
class Shown:
    """By what a diner is known: exactly one of them."""

    card_no: str | None = None
    diner_token: str | None = None
    pickup_token: str | None = None
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class AtLine:
    """Who takes a tray, and their order of the meal if there is one."""

    diner: DinerAtCounter
    order_id: int | None


@dataclass(frozen=True, slots=True)
class BindingView:
    """A binding as whoever made it sees it."""

    binding_id: int
    tray_code: str
    staff_name: str
    date: date
    period: str
    bound_at: datetime
    is_by_weight: bool

    @property
    def masked_name(self) -> str:
        """For a display that others see."""
        return policies.mask_name(self.staff_name)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """Whether one sees one's own trays, and since when."""

    is_on: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class OwnTray:
    """One of one's own trays; what was not weighed is None."""

    date: date
    period: str
    canteen_name: str
    bound_at: datetime
    returned_at: datetime | None
    served_g: int | None
    leftover_g: int | None

    @property
    def meal_name(self) -> str:
        """`11月23日午餐`."""
        return meal_name(self.date, self.period)

    @property
    def is_clean(self) -> bool | None:
        """Whether at most ten grams were left."""
        return policies.is_clean(self.leftover_g)


@dataclass(frozen=True, slots=True)
class TrayMonth:
    """One's own trays of a month, the latest first; nothing adds them up."""

    month: date
    is_on: bool
    trays: Sequence[OwnTray]


def find_at_line(shown: Shown, *, canteen_id: int, meal: MealKey) -> AtLine:
    """Who shows this card, code or order at a canteen's meal.

    Raises DinerUnknown, DinerCodeInvalid, DinerCodeExpired, CodeInvalid, CodeExpired or OrderElsewhere.
    """
    order_id = shown.order_id
    if shown.pickup_token is not None:
        order_id = pickup_policies.read_code(shown.pickup_token, sign_code, clock.now()).order_id
    if order_id is None:
        diner = find_diner(diner_token=shown.diner_token, card_no=shown.card_no)
        found = ordering_queries.find_active_order(diner.staff_id, meal.served_on, Period(meal.period))
        is_here = found is not None and db.session.get_one(Order, found).canteen_id == canteen_id
        return AtLine(diner, found if is_here else None)
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None:
        raise CodeInvalid if shown.pickup_token is not None else OrderElsewhere
    is_of_meal = (order.canteen_id, order.served_on, order.period) == (canteen_id, *meal)
    if not is_of_meal or order.state not in (OrderState.BOOKED, OrderState.PICKED_UP):
        raise OrderElsewhere
    return AtLine(_diner(order.staff_id), order.id)


def _diner(staff_id: int) -> DinerAtCounter:
    row = db.session.execute(
        select(Staff.id, Staff.name, Posting.department_id)
        .join(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .where(Staff.id == staff_id, Staff.status == StaffStatus.ACTIVE.value)
    ).one_or_none()
    if row is None:
        raise DinerUnknown
    return DinerAtCounter(*row)


def last_binding(container_id: int, meal: MealKey, at: datetime) -> LastBinding | None:
    """The latest binding of a tray at a meal, at that instant or before it or a moment after."""
    row = db.session.execute(
        select(
            TrayBinding.id,
            TrayBinding.bound_at,
            TrayBinding.staff_id,
            TrayBinding.department_id,
            TrayRound.returned_at,
        )
        .outerjoin(TrayRound, TrayRound.binding_id == TrayBinding.id)
        .where(
            TrayBinding.container_id == container_id,
            TrayBinding.served_on == meal.served_on,
            TrayBinding.period == meal.period,
            TrayBinding.bound_at < at + policies.HELD,
        )
        .order_by(TrayBinding.bound_at.desc())
        .limit(1)
    ).one_or_none()
    return LastBinding(*row) if row is not None else None


def sees_own(staff_id: int) -> bool:
    """Whether a person chose to see their own trays."""
    return _consent_of(staff_id) is not None


def get_consent(actor: Actor) -> ConsentView:
    """What the actor chose."""
    given_at = _consent_of(actor.staff_id)
    return ConsentView(given_at is not None, given_at)


def _consent_of(staff_id: int) -> datetime | None:
    return db.session.scalar(
        select(TrayConsent.given_at).where(TrayConsent.staff_id == staff_id, TrayConsent.revoked_at.is_(None))
    )


def month_of(actor: Actor, *, month: date) -> TrayMonth:
    """The actor's own trays of a month; none without the choice. Two statements."""
    is_on = sees_own(actor.staff_id)
    rows: Any = db.session.execute(
        select(
            TrayBinding.served_on,
            TrayBinding.period,
            Canteen.name,
            TrayBinding.bound_at,
            TrayRound.returned_at,
            func.nullif(TrayRound.served_g, 0),  # Nobody knows what was served.
            TrayRound.leftover_g,
        )
        .join(Canteen, Canteen.id == TrayBinding.canteen_id)
        .outerjoin(TrayRound, TrayRound.binding_id == TrayBinding.id)
        .where(
            TrayBinding.staff_id == actor.staff_id,
            TrayBinding.shows_own,
            TrayBinding.served_on >= month,
            TrayBinding.served_on < next_month(month),
        )
        .order_by(TrayBinding.bound_at.desc())
    )
    trays = [OwnTray(*row) for row in rows] if is_on else []
    return TrayMonth(month, is_on, trays)


def canteens_with(staff_id: int) -> list[int]:
    """The canteens whose trays are still known as the person's."""
    return list(
        db.session.scalars(select(TrayBinding.canteen_id).where(TrayBinding.staff_id == staff_id).distinct())
    )


def canteens_with_people() -> list[int]:
    """The canteens of which some tray is still known as a person's."""
    return list(
        db.session.scalars(select(TrayBinding.canteen_id).where(TrayBinding.staff_id.is_not(None)).distinct())
    )


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """The trays that are known as a person's, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(
            TrayBinding.bound_at,
            TrayBinding.served_on,
            TrayBinding.period,
            Canteen.name,
            TrayBinding.shows_own,
            TrayRound.served_g,
            TrayRound.leftover_g,
        )
        .join(Canteen, Canteen.id == TrayBinding.canteen_id)
        .outerjoin(TrayRound, TrayRound.binding_id == TrayBinding.id)
        .where(TrayBinding.staff_id == staff_id)
        .order_by(TrayBinding.bound_at, TrayBinding.id)
    )
    return [
        {
            "绑定时间": bound_at,
            "餐次": meal_name(served_on, period),
            "食堂": canteen,
            "取用（克）": served_g or None,
            "剩余（克）": leftover_g,
            "用途": "本人查看" if shows_own else "按克计费",
        }
        for bound_at, served_on, period, canteen, shows_own, served_g, leftover_g in rows
    ]


def export_consents_of(staff_id: int) -> list[dict[str, Any]]:
    """When a person chose to see their own trays, and no longer."""
    rows = db.session.execute(
        select(TrayConsent.given_at, TrayConsent.revoked_at)
        .where(TrayConsent.staff_id == staff_id)
        .order_by(TrayConsent.id)
    )
    return [{"开启时间": given_at, "关闭时间": revoked_at} for given_at, revoked_at in rows]
