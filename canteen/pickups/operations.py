"""Writes of the counter, within an open unit of work."""

from datetime import datetime

from sqlalchemy import bindparam, update

from backend.db import table, unit
from canteen.ordering.models import Order, OrderState

_ORDER = table(Order)

# Whoever's update finds the order booked has handed it out; everybody else finds it picked up.
PICK_UP = (
    update(_ORDER)
    .where(
        _ORDER.c.id == bindparam("of_order"),
        _ORDER.c.state == OrderState.BOOKED.value,
        _ORDER.c.revision == bindparam("seen_revision"),
    )
    .values(
        state=OrderState.PICKED_UP.value, picked_up_at=bindparam("at"), picked_up_by=bindparam("by_staff")
    )
)


def pick_up(order_id: int, *, revision: int, by_staff: int, at: datetime) -> bool:
    """Hand out a booked order of that revision; returns whether it was one still."""
    done = unit().execute(
        PICK_UP, {"of_order": order_id, "seen_revision": revision, "by_staff": by_staff, "at": at}
    )
    return bool(done.rowcount)
