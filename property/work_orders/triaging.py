"""Use cases of who dispatches: taking reports in, giving them out, and putting them in order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db
from backend.identity.models import StaffStatus
from backend.identity.queries import find_staff
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories import queries as categories
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.service_levels import operations as clocks
from property.service_levels.models import PlaceClass
from property.work_orders import intake, moving, people, policies, queries, rollups, telling, views
from property.work_orders.errors import MasterInvalid, NestedSplit, NotAWorker, WorkerFull
from property.work_orders.messages import DECLINED, DISPATCHED, DUPLICATE
from property.work_orders.models import Origin, State, WorkOrder
from property.work_orders.policies import Part, Step, Verb
from property.work_orders.refusals import leaving_trace
from property.work_orders.views import OrderView
from property.workforce import queries as workforce
from property.workforce.errors import GroupNotFound, WorkerNotFound


def triage(actor: Actor, order: WorkOrder, at: datetime) -> None:
    """Take a report in (受理); it ends no clock."""
    moving.move(actor, order, Step.TRIAGE, at=at)
    record(actor, "property.order_triaged", "work_order", order.id, number=order.number)


def decline(actor: Actor, order: WorkOrder, text: str) -> None:
    """Refuse a locked report, with a reason (不予受理). Raises OrderState."""
    now = clock.now()
    with rollups.kept(order):
        moving.move(actor, order, Step.DECLINE, text=text, at=now)
        clocks.void(order.id, order.cycle, now)
    record(actor, "property.order_declined", "work_order", order.id, number=order.number, reason=text)
    telling.tell_reporter(order, DECLINED, event="declined", why=text)
    telling.tell_of_master(order, "不予受理")


@leaving_trace(Verb.DISPATCH)
def dispatch(
    actor: Actor,
    order_id: int,
    *,
    worker_id: int | None = None,
    group_id: int | None = None,
    is_over_capacity_ok: bool = False,
    text: str = "",
) -> OrderView:
    """Give an order to a worker, who accepts it, or to a group, of whom any member does.

    What was not triaged is triaged first. Raises OrderNotFound, OrderState, OrderNotYours, NotAWorker or
    WorkerFull.
    """
    order, who, step = people.entering(actor, order_id, Step.TRIAGE, Step.DISPATCH)
    policies.ensure(who.dispatches)
    now = clock.now()
    if step is Step.TRIAGE:
        triage(actor, order, now)
    with rollups.kept(order):
        if worker_id is not None:
            group_id = _hand_over(order, worker_id, is_over_capacity_ok=is_over_capacity_ok)
        belong_to_group(order, group_id)
        order.worker_id = worker_id
        moving.move(actor, order, Step.DISPATCH, text=text, at=now, worker_id=worker_id, group_id=group_id)
    record(
        actor,
        "property.order_dispatched",
        "work_order",
        order.id,
        number=order.number,
        worker_id=worker_id,
        group_id=group_id,
    )
    telling.tell_workers(order, DISPATCHED, event="dispatched")
    return views.view(actor, order)


@leaving_trace(Verb.DUPLICATE)
def mark_duplicate(actor: Actor, order_id: int, *, master_id: int) -> OrderView:
    """Let a report follow another order about the same; its reporter is told when that one is done.

    What follows this one follows the other one, too. Raises OrderNotFound, OrderState, OrderNotYours or
    MasterInvalid.
    """
    moving.locked_all([order_id, master_id])  # By rising id.
    order, who, step = people.entering(actor, order_id, Step.MARK_DUPLICATE)
    policies.ensure(who.dispatches)
    master = _master(actor, order, master_id)
    now = clock.now()
    with rollups.kept(order):
        order.master_id = master.id
        moving.move(actor, order, step, at=now, master=master.number)
        clocks.void(order.id, order.cycle, now)
    db.session.execute(update(WorkOrder).where(WorkOrder.master_id == order.id).values(master_id=master.id))
    record(actor, "property.order_merged", "work_order", order.id, number=order.number, master=master.number)
    telling.tell_reporter(order, DUPLICATE, event="duplicate", master=master.number)
    return views.view(actor, order)


@leaving_trace(Verb.URGENCY)
def change_urgency(actor: Actor, order_id: int, *, urgency: Urgency, reason: str) -> OrderView:
    """Make an order more or less urgent; its running clocks are counted anew from their start (T19).

    Raises OrderNotFound, OrderState or OrderNotYours.
    """
    order, who = people.entering_in(actor, order_id, policies.UNDONE)
    policies.ensure(who.dispatches)
    before = Urgency(order.urgency)
    if before is urgency:
        return views.view(actor, order)
    now = clock.now()
    with rollups.kept(order):
        order.urgency = urgency.value
        clocks.retarget(
            order.id,
            order.cycle,
            category_id=order.category_id,
            urgency=urgency,
            place_class=PlaceClass(order.place_class),
            at=now,
        )
        said = f"{URGENCY_NAMES[before]} → {URGENCY_NAMES[urgency]}：{reason}"
        moving.note(
            actor, order, Step.CHANGE_URGENCY, text=said, at=now, before=before.value, after=urgency.value
        )
    record(
        actor,
        "property.order_urgency_changed",
        "work_order",
        order.id,
        number=order.number,
        before=URGENCY_NAMES[before],
        after=URGENCY_NAMES[urgency],
        reason=reason,
    )
    return views.view(actor, order)


@leaving_trace(Verb.SPLIT)
def split(actor: Actor, order_id: int, *, parts: Sequence[Part]) -> OrderView:
    """Make orders of their own of the parts of one, triaged at once; the whole is not done before they are.

    Who reported the whole accepts the whole; the parts are accepted by those who check. Raises OrderNotFound,
    OrderState, OrderNotYours or NestedSplit, and as `intake.raise_order`.
    """
    order, who = people.entering_in(actor, order_id, policies.SPLITTABLE)
    policies.ensure(who.dispatches)
    if order.parent_id is not None:
        raise NestedSplit
    now = clock.now()
    for part in parts:
        elsewhere = _place_of(part)
        made = intake.raise_order(
            actor,
            origin=Origin.SPLIT,
            origin_id=None,
            category_id=categories.leaf_of_code(part.category).id,
            place=elsewhere or _place_of(order),
            asset_id=None if elsewhere is not None else order.asset_id,
            description=part.description,
            urgency=Urgency(order.urgency),
            parent_id=order.id,
            at=now,
        )
        if made.state == State.SUBMITTED:
            triage(actor, made, now)
    moving.note(actor, order, Step.NOTE, text=f"拆分为 {len(parts)} 张子工单", at=now)
    record(actor, "property.order_split", "work_order", order.id, number=order.number, parts=len(parts))
    return views.view(actor, order)


def _place_of(what: Part | WorkOrder) -> Ref | None:
    if what.place_kind is None or what.place_id is None:
        return None
    return Ref(PlaceKind(what.place_kind), what.place_id)


def belong_to_group(order: WorkOrder, group_id: int | None) -> None:
    """Let an order be a group's, and of whom the group is, within `rollups.kept`. Raises NotAWorker."""
    try:
        group = workforce.find_group(group_id or 0)
    except GroupNotFound as error:
        raise NotAWorker from error
    if not group.is_active:
        raise NotAWorker
    order.group_id = group.id
    order.contractor_id = group.contractor_id


def ensure_room(order: WorkOrder, staff_id: int) -> int:
    """The group of a worker, locked, who has room for one more order. Raises NotAWorker or WorkerFull."""
    return _hand_over(order, staff_id, is_over_capacity_ok=False)


def _hand_over(order: WorkOrder, staff_id: int, *, is_over_capacity_ok: bool) -> int:
    try:
        worker = workforce.lock_worker(staff_id)
    except WorkerNotFound as error:
        raise NotAWorker from error
    staff = find_staff(staff_id)
    if staff.status != StaffStatus.ACTIVE:
        raise NotAWorker
    in_hand = queries.open_in_hand(staff_id, but=order.id)
    if in_hand >= worker.capacity and not is_over_capacity_ok:
        raise WorkerFull(worker=staff.name, open=in_hand, capacity=worker.capacity)
    return worker.group_id


def _master(actor: Actor, order: WorkOrder, master_id: int) -> WorkOrder:
    found = db.session.get(WorkOrder, master_id)
    if found is None or found.id == order.id or found.state in policies.ENDED:
        raise MasterInvalid
    reach = actor.reach(Permission.ORDERS_DISPATCH)
    if not reach.covers(campus_id=found.campus_id, building_id=found.building_id):
        raise MasterInvalid
    return found
