"""Who has to do with an order: workers and their groups, and whoever holds a permission where it is."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select

from backend.actor import Actor, Permission, ScopeKind
from backend.db import db
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from property.work_orders import moving, policies
from property.work_orders.errors import OrderNotFound
from property.work_orders.models import State, WorkOrder
from property.work_orders.policies import TRANSITIONS, Standing, Step
from property.workforce import queries as workforce


def group_of(actor: Actor) -> int | None:
    """The group in which the actor works, or None for somebody who is no worker."""
    if not actor.can(Permission.ORDERS_HANDLE):
        return None
    worker = workforce.worker_of(actor.staff_id)
    return worker.group_id if worker is not None else None


def standing(actor: Actor, order: WorkOrder) -> Standing:
    """What the actor is to the order."""
    return policies.standing(actor, order, group_id=group_of(actor))


def holders(permission: Permission, *, campus_id: int, building_id: int = 0) -> set[int]:
    """The active members of staff who hold a permission where a place lies; one statement."""
    where = [
        RoleGrant.scope_kind == ScopeKind.COMPOUND.value,
        and_(RoleGrant.scope_kind == ScopeKind.CAMPUS.value, RoleGrant.scope_id == campus_id),
    ]
    if building_id:
        where.append(
            and_(RoleGrant.scope_kind == ScopeKind.BUILDING.value, RoleGrant.scope_id == building_id)
        )
    statement = (
        select(RoleGrant.staff_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == permission.value,
            Staff.status == StaffStatus.ACTIVE.value,
            or_(*where),
        )
    )
    return set(db.session.scalars(statement))


def reporters(orders: Collection[WorkOrder]) -> set[int]:
    """Who reported these orders, of those on the roster."""
    return {order.reporter_id for order in orders if order.reporter_id is not None}


def entering(actor: Actor, order_id: int, *steps: Step) -> tuple[WorkOrder, Standing, Step]:
    """A locked order, what the actor is to it, and which of these steps its state allows.

    Who works within reach hears of a conflict even where they may not see the order (any more): somebody
    was faster. Raises OrderNotFound or OrderState.
    """
    order = moving.locked(order_id)
    who = standing(actor, order)
    if not (policies.is_visible(who, order.state) or who.may_grab):
        raise OrderNotFound
    for step in steps:
        if order.state in TRANSITIONS[step][0]:
            return order, who, step
    raise policies.refusal(order.state)


def entering_in(actor: Actor, order_id: int, states: Collection[State]) -> tuple[WorkOrder, Standing]:
    """The same for what is no step of the table. Raises OrderNotFound or OrderState."""
    order = moving.locked(order_id)
    who = standing(actor, order)
    if not policies.is_visible(who, order.state):
        raise OrderNotFound
    if order.state not in states:
        raise policies.refusal(order.state)
    return order, who
