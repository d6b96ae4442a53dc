"""Who is told that a report leaves the work order at work for it: property, which this module does not know.

The flow between the two registers here, when the application is put together. The callback runs in the unit
of the step, with the report locked: it locks no order, since orders come before reports.
"""

from collections.abc import Callable
from typing import TypeAlias

from feedback.reports.models import Assignment

Follower: TypeAlias = Callable[[Assignment, int], None]
_FOLLOWERS: list[Follower] = []


def follow(callback: Follower) -> None:
    """Tell `callback` of every assignment that ends, with its order's id. Raises ValueError for a second."""
    if callback not in _FOLLOWERS and _FOLLOWERS:
        raise ValueError("ended assignments are followed already")
    _FOLLOWERS[:] = [callback]


def tell_ended(assignment: Assignment) -> None:
    """Tell whoever follows that an assignment has ended, if it raised an order."""
    if assignment.order_id is not None:
        for callback in _FOLLOWERS:
            callback(assignment, assignment.order_id)
