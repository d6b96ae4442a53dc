"""Use cases of who reports: a new order, taking it back, urging it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity.models import Staff, StaffStatus
from backend.identity.policies import normalise_phone
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.rules import queries as rule_queries
from property.assets import queries as assets
from property.assets.errors import AssetNotFound
from property.categories import queries as categories
from property.categories.models import Urgency
from property.service_levels import operations as clocks
from property.work_orders import intake, listing, moving, people, policies, rollups, telling, views
from property.work_orders.errors import (
    ContactNotAllowed,
    FollowsInvalid,
    OrderPlaceNeeded,
    RemindedLately,
    ReporterUnknown,
)
from property.work_orders.listing import OrderRow, SimilarOrder
from property.work_orders.messages import REMINDED
from property.work_orders.models import OrderEvent, Origin, State, WorkOrder
from property.work_orders.policies import Step, Verb
from property.work_orders.refusals import leaving_trace
from property.work_orders.rules import REMIND_MINUTES
from property.work_orders.views import OrderView


@atomic
def report(
    actor: Actor,
    *,
    category: str,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    asset_plate: str = "",
    description: str,
    urgency: Urgency | None = None,
    photo_ids: Sequence[int] = (),
    appointment: tuple[datetime, datetime] | None = None,
    follows_id: int | None = None,
    contact: str = "",
    contact_phone: str = "",
    reporter_staff_no: str = "",
) -> OrderRow:
    """Report something to be repaired; who dispatches may do so for somebody on the telephone.

    Raises ContactNotAllowed, ReporterUnknown, TooManyOpenReports, FollowsInvalid, AssetNotFound,
    PlateNotFound or PlateRevoked, and as `intake.raise_order`.
    """
    place, asset_id = _whereabouts(place_kind, place_id, asset_plate)
    is_call = bool(contact or contact_phone or reporter_staff_no)
    if is_call and not actor.can(Permission.ORDERS_DISPATCH):
        raise ContactNotAllowed
    reporter_id = _reporter(reporter_staff_no) if is_call else actor.staff_id
    if not is_call:
        intake.ensure_within_quota(actor.staff_id)
    if follows_id is not None:
        _ensure_follows(actor, follows_id)
    origin = Origin.TELEPHONE if is_call else Origin.PHONE
    filed = categories.leaf_of_code(category)
    order = intake.raise_order(
        actor,
        origin=Origin.FOLLOW_UP if follows_id is not None else origin,
        origin_id=None,
        category_id=filed.id,
        category=filed,
        place=place,
        asset_id=asset_id,
        description=description,
        urgency=urgency,
        photo_ids=photo_ids,
        reporter_id=reporter_id,
        contact=contact,
        contact_phone=normalise_phone(contact_phone) if contact_phone else "",
        appointment=appointment,
        follows_id=follows_id,
    )
    return views.row(order)


def similar(
    actor: Actor,
    *,
    category: str,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    asset_plate: str = "",
) -> list[SimilarOrder]:
    """What may be about the same: open orders of late on the same asset, or of this category at this place.

    Without names, for whoever is about to report. Raises as `report` for what is not there.
    """
    place, asset_id = _whereabouts(place_kind, place_id, asset_plate)
    within = categories.within(categories.find_code(category).id)
    return listing.similar(actor, category_ids=within, place=place, asset_id=asset_id)


@leaving_trace(Verb.CANCEL)
def cancel(actor: Actor, order_id: int, *, reason: str = "") -> OrderView:
    """Take back what nobody has looked at yet. Raises OrderNotFound, OrderState or OrderNotYours."""
    order, who, step = people.entering(actor, order_id, Step.CANCEL)
    policies.ensure(policies.may_cancel(order, who))
    now = clock.now()
    with rollups.kept(order):
        moving.move(actor, order, step, text=reason, at=now)
        clocks.void(order.id, order.cycle, now)
    record(actor, "property.order_cancelled", "work_order", order.id, number=order.number)
    telling.tell_of_master(order, "已撤销")
    return views.view(actor, order)


@leaving_trace(Verb.REMIND)
def remind(actor: Actor, order_id: int) -> OrderView:
    """Urge what is not finished (催办). Raises OrderNotFound, OrderState, OrderNotYours or RemindedLately."""
    order, who = people.entering_in(actor, order_id, policies.UNDONE)
    policies.ensure(who.is_reporter)
    now, minutes = clock.now(), rule_queries.value(REMIND_MINUTES)
    last_at = db.session.scalar(
        select(func.max(OrderEvent.at)).where(
            OrderEvent.order_id == order.id,
            OrderEvent.step == Step.REMIND.value,
            OrderEvent.actor_id == actor.staff_id,
        )
    )
    if last_at is not None and now < last_at + timedelta(minutes=minutes):
        left = last_at + timedelta(minutes=minutes) - now
        raise RemindedLately(minutes=-(-left // timedelta(minutes=1)))
    with rollups.kept(order):
        order.reminders += 1
        moving.note(actor, order, Step.REMIND, at=now)
    if order.worker_id is not None or order.group_id is not None:
        telling.tell_workers(order, REMINDED, event="reminded")
    else:
        telling.tell_holders(
            order, REMINDED, Permission.ORDERS_DISPATCH, event="reminded", but=actor.staff_id
        )
    return views.view(actor, order)


def _whereabouts(
    place_kind: PlaceKind | None, place_id: int | None, plate: str
) -> tuple[Ref | None, int | None]:
    """The place and the asset that a report names; a plate is an asset's or a place's."""
    place = Ref(place_kind, place_id) if place_kind is not None and place_id is not None else None
    if not plate:
        if place is None:
            raise OrderPlaceNeeded
        return place, None
    try:
        asset = assets.find_reportable(plate=plate)
    except AssetNotFound:
        return place_queries.find_by_token(plate).place.ref, None
    return place or asset.place, asset.id


def _reporter(staff_no: str) -> int | None:
    if not staff_no:
        return None
    found = db.session.scalar(
        select(Staff.id).where(Staff.staff_no == staff_no, Staff.status == StaffStatus.ACTIVE.value)
    )
    if found is None:
        raise ReporterUnknown
    return found


def _ensure_follows(actor: Actor, follows_id: int) -> None:
    before = db.session.get(WorkOrder, follows_id)
    is_own = before is not None and before.reporter_id == actor.staff_id
    if not is_own or before is None or before.state != State.CLOSED:
        raise FollowsInvalid
