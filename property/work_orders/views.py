"""One order with all that its reader may see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.identity.models import Department, Staff
from backend.identity.policies import mask_phone
from backend.media import queries as media
from backend.media.links import PhotoLinks
from backend.rules import queries as rule_queries
from backend.vault import decrypt
from property.assets.models import Asset
from property.categories.models import Category
from property.service_levels import queries as clock_queries
from property.service_levels.queries import ClockView
from property.work_orders import listing, people, policies
from property.work_orders.errors import OrderNotFound
from property.work_orders.listing import OrderRow
from property.work_orders.models import Hold, HoldState, OrderEvent, State, WorkOrder
from property.work_orders.policies import Standing, Step, Verb
from property.work_orders.rules import REOPEN_DAYS

_OWNERS = {
    "report": policies.PHOTOS,
    "forwarded": policies.PHOTOS_FORWARDED,
    "before": policies.PHOTOS_BEFORE,
    "after": policies.PHOTOS_AFTER,
    "signature": policies.PHOTOS_SIGNATURE,
}


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of the timeline. `is_late`: told so late that it counts later than it was said to be."""

    at: datetime
    cycle: int
    step: str
    step_name: str
    from_state: str
    to_state: str
    actor_name: str
    text: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold with who asked for it and its evidence."""

    hold: Hold
    asked_by_name: str
    photos: Sequence[PhotoLinks]

    @property
    def state_name(self) -> str:
        """待审批 …"""
        return policies.HOLD_NAMES[HoldState(self.hold.state)]


@dataclass(frozen=True, slots=True)
class Related:
    """Another order that this one has to do with."""

    id: int
    number: str
    state: str
    category_name: str
    description: str

    @property
    def state_name(self) -> str:
        """待受理 …"""
        return policies.STATE_NAMES[State(self.state)]


@dataclass(frozen=True, slots=True)
class OrderView(OrderRow):
    """All of an order. `contact_phone` is masked, and nothing at all for a contractor's manager."""

    reporter_name: str
    department_name: str
    contact_phone: str
    asset: Asset | None
    timeline: Sequence[EventView]
    clocks: Sequence[ClockView]
    photos: Mapping[str, Sequence[PhotoLinks]]
    holds: Sequence[HoldView]
    parts: Sequence[Related]
    parent: Related | None
    master: Related | None
    follows: Related | None
    can: Sequence[Verb]


def get_order(actor: Actor, order_id: int) -> OrderView:
    """An order that the actor may know of. Raises OrderNotFound."""
    return _view(actor, _found(order_id), is_checked=True)


def view(actor: Actor, order: WorkOrder) -> OrderView:
    """What the actor sees of an order that they have just done something with, in the open unit."""
    db.session.flush()  # The view reads what was added.
    return _view(actor, _found(order.id), is_checked=False)


def row(order: WorkOrder) -> OrderRow:
    """A new order as lists show it, in the open unit; one statement."""
    db.session.flush()  # The row reads what was added.
    found = db.session.execute(listing.rows().where(WorkOrder.id == order.id)).one()
    return listing.row_of(found, clock.now())


def phone_of(order: WorkOrder, own_cipher: bytes | None) -> str:
    """The number under which to reach who reported it, or "": what was written down, else the roster's."""
    cipher = order.contact_phone_cipher or own_cipher
    return decrypt(cipher) if cipher is not None else ""


def _found(order_id: int) -> Any:
    statement = (
        listing.rows()
        .add_columns(Staff.name, Staff.phone_cipher, Department.name, Asset)
        .outerjoin(Staff, Staff.id == WorkOrder.reporter_id)
        .outerjoin(Department, Department.id == WorkOrder.department_id)
        .outerjoin(Asset, Asset.id == WorkOrder.asset_id)
        .where(WorkOrder.id == order_id)
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise OrderNotFound
    return found


def _view(actor: Actor, found: Any, *, is_checked: bool) -> OrderView:
    *columns, reporter, own_cipher, department, asset = found
    now = clock.now()
    row = listing.row_of(columns, now)
    order = row.order
    who = people.standing(actor, order)
    if is_checked and not policies.is_visible(who, order.state):
        raise OrderNotFound
    holds = _holds(order.id)
    waiting = next((each.hold for each in holds if each.hold.state == HoldState.WAITING), None)
    related = _related(order)
    phone = phone_of(order, own_cipher)
    return OrderView(
        **{each.name: getattr(row, each.name) for each in fields(row)},
        reporter_name=reporter or order.contact,
        department_name=department or "",
        contact_phone=mask_phone(phone) if phone and policies.may_see_masked(who) else "",
        asset=asset,
        timeline=_timeline(order.id),
        clocks=clock_queries.clocks_of([order.id]).get(order.id, []),
        photos=_photos(order.id),
        holds=holds,
        parts=[each for parent_id, each in related if parent_id == order.id],
        parent=_one(related, order.parent_id),
        master=_one(related, order.master_id),
        follows=_one(related, order.follows_id),
        can=_can(actor, order, who, waiting, has_phone=bool(phone), now=now),
    )


def _can(
    actor: Actor, order: WorkOrder, who: Standing, waiting: Hold | None, *, has_phone: bool, now: datetime
) -> list[Verb]:
    is_reopenable = order.state in (State.COMPLETED, State.TO_RATE)
    days = rule_queries.value(REOPEN_DAYS) if is_reopenable else 0
    possible = policies.verbs(
        order,
        who,
        has_waiting_hold=waiting is not None,
        may_reopen=is_reopenable and policies.may_reopen(order.completed_at, now, days),
        is_own_hold=waiting is not None and waiting.asked_by == actor.staff_id,
    )
    if has_phone and policies.may_call(order, who):
        possible.append(Verb.CONTACT)
    return possible


def _photos(order_id: int) -> dict[str, list[PhotoLinks]]:
    """The photos by what they show; what was forwarded is part of the report."""
    found = {
        name: media.links_of_owners(kind, [order_id]).get(order_id, []) for name, kind in _OWNERS.items()
    }
    return {**found, "report": [*found["report"], *found.pop("forwarded")]}


def _timeline(order_id: int) -> list[EventView]:
    events = db.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)
    )
    return [
        EventView(
            at=event.at,
            cycle=event.cycle,
            step=event.step,
            step_name=policies.STEP_NAMES[Step(event.step)],
            from_state=event.from_state,
            to_state=event.to_state,
            actor_name=event.actor_name,
            text=event.text,
            is_late=bool(event.details.get("is_late")),
        )
        for event in events
    ]


def _holds(order_id: int) -> list[HoldView]:
    found = db.session.execute(
        select(Hold, Staff.name)
        .outerjoin(Staff, Staff.id == Hold.asked_by)
        .where(Hold.order_id == order_id)
        .order_by(Hold.id)
    ).all()
    photos = media.links_of_owners(policies.PHOTOS_HOLD, [hold.id for hold, _ in found])
    return [HoldView(hold, name or "", photos.get(hold.id, [])) for hold, name in found]


def _related(order: WorkOrder) -> list[tuple[int | None, Related]]:
    """The parts, the parent, the master and what it follows; one statement."""
    ids = [each for each in (order.parent_id, order.master_id, order.follows_id) if each is not None]
    rows: Any = db.session.execute(
        select(
            WorkOrder.parent_id,
            WorkOrder.id,
            WorkOrder.number,
            WorkOrder.state,
            Category.name,
            WorkOrder.description,
        )
        .join(Category, Category.id == WorkOrder.category_id)
        .where(or_(WorkOrder.parent_id == order.id, WorkOrder.id.in_(ids)))
        .order_by(WorkOrder.id)
    )
    return [(parent_id, Related(*values)) for parent_id, *values in rows]


def _one(related: Sequence[tuple[int | None, Related]], order_id: int | None) -> Related | None:
    return next((each for _, each in related if each.id == order_id), None)
