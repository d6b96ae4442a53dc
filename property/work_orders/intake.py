"""How an order comes about, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.audit.operations import record
from backend.db import db, unit
from backend.identity.models import Posting
from backend.media import operations as media
from backend.places import queries as place_queries
from backend.places.errors import PlaceNotFound
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.rules import queries as rule_queries
from backend.vault import encrypt
from property.assets import queries as assets
from property.categories import queries as categories
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.categories.tree import CategoryView
from property.contractors import queries as contractors
from property.service_levels import operations as clocks
from property.service_levels import queries as clock_queries
from property.service_levels.models import PlaceClass
from property.work_orders import moving, policies, queries, rollups, telling, warranty
from property.work_orders.errors import OrderPlaceNeeded, OrderPlaceUnknown, TooManyOpenReports
from property.work_orders.messages import URGENT_REPORTED
from property.work_orders.models import Origin, State, WorkOrder
from property.work_orders.policies import Step
from property.work_orders.rules import AUTO_TRIAGE, MOST_OPEN_REPORTS


def raise_order(
    actor: Actor,
    *,
    origin: Origin,
    origin_id: int | None,
    category_id: int,
    category: CategoryView | None = None,
    place: Ref | None,
    asset_id: int | None = None,
    description: str,
    urgency: Urgency | None = None,
    photo_ids: Sequence[int] = (),
    reporter_id: int | None = None,
    contact: str = "",
    contact_phone: str = "",
    appointment: tuple[datetime, datetime] | None = None,
    follows_id: int | None = None,
    parent_id: int | None = None,
    at: datetime | None = None,
) -> WorkOrder:
    """A new order, its clocks started and, by the rule, triaged; or the one that this origin raised.

    Without an urgency it is the category's usual one, without a place that of the asset. `category` saves
    reading it again, to a caller who has checked that it is a leaf in use. Whether the actor may, is the
    caller's business. Raises CategoryNotFound, CategoryNotLeaf, CategoryInactive,
    OrderPlaceNeeded, OrderPlaceUnknown, AppointmentInvalid or PhotoNotFound.
    """
    unit()
    standing = _raised_before(origin, origin_id)
    if standing is not None:
        return standing
    now = at or clock.now()
    category = category or categories.leaf(category_id)
    where = _place(place, asset_id)
    policies.ensure_appointment(appointment, now)
    ref = where.ref
    place_class = clock_queries.class_at(where)
    wanted = urgency or Urgency(category.usual_urgency)
    from_at, until_at = appointment or (None, None)
    order = WorkOrder(
        number=uuid4().hex[:20],  # Until the identifier is known.
        origin=origin.value,
        origin_id=origin_id,
        reporter_id=reporter_id,
        department_id=_department_of(actor, reporter_id),
        contact=contact,
        contact_phone_cipher=encrypt(contact_phone) if contact_phone else None,
        category_id=category_id,
        place_kind=ref.kind.value,
        place_id=ref.id,
        place_path=where.path[:200],
        place_class=place_class.value,
        campus_id=where.campus_id,
        building_id=where.building_id,
        asset_id=asset_id,
        description=description,
        urgency=wanted.value,
        appointment_from=from_at,
        appointment_until=until_at,
        state=State.SUBMITTED.value,
        cycle=0,
        revision=0,
        contractor_id=contractors.responsible_for(category_id, ref, clock.local(now).date()),
        parent_id=parent_id,
        follows_id=follows_id,
        submitted_at=now,
        submitted_by=actor.staff_id,
        **dict.fromkeys(("returns", "transfers", "reworks", "reopenings", "reminders"), 0),
        **dict.fromkeys(("labour_minutes", "cost_fen"), 0),
        is_lapsed=False,
        is_warranty=False,
        result="",
    )
    if asset_id is not None or category.warranty_days:
        warranty.flag(order)
    _enter(actor, order, photo_ids, now)
    _triage_at_once(order, wanted, now)
    if wanted is not Urgency.ORDINARY:
        telling.tell_holders(
            order,
            URGENT_REPORTED,
            Permission.ORDERS_DISPATCH,
            event="urgent",
            but=actor.staff_id,
            urgency=URGENCY_NAMES[wanted],
        )
    return order


def _enter(actor: Actor, order: WorkOrder, photo_ids: Sequence[int], now: datetime) -> None:
    """Write a new order with its number, the first entry of its timeline, photos, clocks and sums."""
    db.session.add(order)
    db.session.flush()  # Its number, event, photos and clocks name it.
    order.number = policies.number_of(order.id, clock.local(now).strftime("%Y%m%d"))
    moving.note(actor, order, Step.SUBMIT, at=now, urgency=order.urgency)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media.attach(actor, photo_id, policies.PHOTOS, order.id, position=position)
    start_clocks(order, now)
    rollups.DAYS.add(rollups.contributions(order, ()))
    _record(actor, order)


def start_clocks(order: WorkOrder, at: datetime) -> None:
    """Begin the clocks of the order's present cycle."""
    clocks.start(
        order.id,
        order.cycle,
        category_id=order.category_id,
        urgency=Urgency(order.urgency),
        place_class=PlaceClass(order.place_class),
        at=at,
    )


def ensure_within_quota(staff_id: int) -> None:
    """Raise TooManyOpenReports if the reporter has as many open orders as one may have."""
    statement = select(func.count()).where(WorkOrder.reporter_id == staff_id, queries.IS_OPEN_ORDER)
    count, limit = db.session.scalar(statement) or 0, rule_queries.value(MOST_OPEN_REPORTS)
    if count >= limit:
        raise TooManyOpenReports(open=count, limit=limit)


def _raised_before(origin: Origin, origin_id: int | None) -> WorkOrder | None:
    if origin_id is None:
        return None
    return db.session.scalars(
        select(WorkOrder).where(WorkOrder.origin == origin.value, WorkOrder.origin_id == origin_id)
    ).one_or_none()


def _place(place: Ref | None, asset_id: int | None) -> PlaceView:
    if place is None:
        if asset_id is None:
            raise OrderPlaceNeeded
        place = assets.find(asset_id).place
    try:
        found = place_queries.find_place(place)
    except PlaceNotFound as error:
        raise OrderPlaceUnknown from error
    if not found.is_in_use:
        raise OrderPlaceUnknown
    return found


def _department_of(actor: Actor, reporter_id: int | None) -> int | None:
    """The reporter's department of this moment."""
    if reporter_id is None:
        return None
    if reporter_id == actor.staff_id:
        return actor.department_id or None
    return db.session.scalar(
        select(Posting.department_id).where(Posting.staff_id == reporter_id, Posting.is_primary)
    )


def _triage_at_once(order: WorkOrder, urgency: Urgency, now: datetime) -> None:
    rule = rule_queries.value(AUTO_TRIAGE)
    if rule == "all" or (rule == "urgent" and urgency is not Urgency.ORDINARY):
        moving.move(SYSTEM, order, Step.TRIAGE, at=now)


def _record(actor: Actor, order: WorkOrder) -> None:
    details: dict[str, Any] = {"number": order.number, "origin": order.origin, "urgency": order.urgency}
    record(actor, "property.order_submitted", "work_order", order.id, **details)
