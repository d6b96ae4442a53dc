"""Use cases of the escalations: the system's own."""

from typing import Final

from backend import clock
from backend.db import atomic
from backend.jobs import one_by_one
from property.service_levels import queries as service_levels
from property.work_orders.escalations import operations

# Orders per run; what is left has its turn a minute later.
_MOST: Final = 2000


def escalate_due() -> int:
    """Fire the steps that have come, each order in a unit of its own; returns how many are new.

    One that fails keeps no other from its turn, and is raised at the end.
    """
    return one_by_one(service_levels.due_subjects(clock.now(), _MOST), escalate)


@atomic
def escalate(order_id: int) -> int:
    """Fire the steps of one order that have come; returns how many are new. Again is harmless."""
    return len(operations.escalate(order_id, clock.now()))
