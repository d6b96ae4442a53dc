"""Reads of the work orders: which of them an actor may know of, and what stands in the way of a step."""

from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_, select, true

from backend.actor import Actor, Permission, Reach
from backend.db import db
from property.work_orders import people, policies
from property.work_orders.errors import OrderNotFound
from property.work_orders.models import IS_OPEN, State, WorkOrder

# In the words of the partial indexes: SQLite looks at nothing else to tell that one of them will do.
IS_OPEN_ORDER: Final[ColumnElement[bool]] = literal_column(f"{WorkOrder.__tablename__}.{IS_OPEN}")
# What was completed and may still be rated, in the words of its index.
IS_LAPSING: Final[ColumnElement[bool]] = literal_column(
    f"{WorkOrder.__tablename__}.state IN ({State.COMPLETED.value!r}, {State.TO_RATE.value!r})"
)
_READS: Final = (
    Permission.PROPERTY_READ,
    Permission.ORDERS_DISPATCH,
    Permission.ORDERS_VERIFY,
    Permission.ORDERS_APPROVE,
)


def find(actor: Actor, order_id: int) -> WorkOrder:
    """An order that the actor may know of; one statement. Raises OrderNotFound."""
    found = db.session.scalars(
        select(WorkOrder)
        .where(WorkOrder.id == order_id, visible_to(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise OrderNotFound
    return found


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """What the actor reads by permission: the places within reach, and the contractors they answer for."""
    conditions = [covered(actor.reach(permission)) for permission in _READS]
    contractor_ids = actor.reach(Permission.CONTRACTORS_READ).contractor_ids
    if contractor_ids:
        conditions.append(WorkOrder.contractor_id.in_(contractor_ids))
    return or_(false(), *conditions)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What the actor may know of: by permission, as reporter, as worker, or as one who might take it."""
    conditions = [in_reach(actor), WorkOrder.reporter_id == actor.staff_id]
    group_id = people.group_of(actor)
    conditions.append(WorkOrder.worker_id == actor.staff_id)
    if group_id is not None:
        conditions += [for_group(group_id), in_pool(actor)]
    return or_(*conditions)


def covered(reach: Reach) -> ColumnElement[bool]:
    """The condition that an order's place lies within reach."""
    if reach.everywhere:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if reach.campus_ids:
        conditions.append(WorkOrder.campus_id.in_(reach.campus_ids))
    if reach.building_ids:
        conditions.append(WorkOrder.building_id.in_(reach.building_ids))
    return or_(false(), *conditions)


def for_group(group_id: int) -> ColumnElement[bool]:
    """What was dispatched to a group, of whom nobody has taken it on."""
    return and_(
        IS_OPEN_ORDER,
        WorkOrder.group_id == group_id,
        WorkOrder.worker_id.is_(None),
        WorkOrder.state == State.DISPATCHED.value,
    )


def in_pool(actor: Actor) -> ColumnElement[bool]:
    """What is free to take within the actor's reach."""
    return and_(
        IS_OPEN_ORDER, WorkOrder.state == State.TRIAGED.value, covered(actor.reach(Permission.ORDERS_HANDLE))
    )


def open_in_hand(staff_id: int, *, but: int = 0) -> int:
    """How many orders a worker has in hand, except for one; the caller has locked the worker."""
    statement = select(func.count()).where(
        IS_OPEN_ORDER,
        WorkOrder.worker_id == staff_id,
        WorkOrder.state.in_([state.value for state in policies.IN_HAND]),
        WorkOrder.id != but,
    )
    return db.session.scalar(statement) or 0


def open_parts(order_id: int) -> int:
    """How many parts of an order are not done."""
    return db.session.scalar(select(func.count()).where(WorkOrder.parent_id == order_id, IS_OPEN_ORDER)) or 0
