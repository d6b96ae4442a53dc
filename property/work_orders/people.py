"""Who has to do with an order: workers and their groups, and whoever holds a permission where it is."""

from collections.abc import Collection

from backend.actor import Actor, Permission
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
