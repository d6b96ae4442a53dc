"""Who follows the orders of an origin: another module's case, which is told of every later step.

A module cannot import another one; the flow between the two registers here, when the application is put
together. The callback runs in the unit of the step, with the order's row locked and changed already: what it
locks comes after the order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from backend.actor import Actor
from property.work_orders.models import Origin, WorkOrder
from property.work_orders.policies import Step


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that an order took, as its timeline tells it."""

    step: Step
    text: str
    at: datetime
    details: dict[str, Any]


Follower: TypeAlias = Callable[[Actor, WorkOrder, Progress], None]
_FOLLOWERS: Final[dict[Origin, Follower]] = {}


def follow(origin: Origin, callback: Follower) -> None:
    """Tell `callback` of every step of the orders of this origin. Raises ValueError if another one is."""
    if _FOLLOWERS.setdefault(origin, callback) is not callback:
        raise ValueError(f"orders of {origin} are followed already")


def tell(actor: Actor, order: WorkOrder, progress: Progress) -> None:
    """Tell whoever follows the order. The step by which it came about is told to nobody: they raised it."""
    callback = _FOLLOWERS.get(Origin(order.origin))
    if callback is not None and progress.step is not Step.SUBMIT:
        callback(actor, order, progress)
