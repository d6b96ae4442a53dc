"""Who follows what was cooked and what was left of it.

Plans stand below the weighing of waste and cannot import it; whoever wants to know registers here when the
application is put together. The callback runs in the unit of the entry, with the plan locked and the row
changed already: what it locks comes after the plan.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from backend.actor import Actor


@dataclass(frozen=True, slots=True)
class Outcome:
    """Cooked grams of a dish: `left_g` of them were left, `reused_g` of these are kept for another meal."""

    cooked_g: int
    left_g: int
    reused_g: int

    @property
    def unserved_g(self) -> int:
        """What was left and thrown away."""
        return self.left_g - self.reused_g


@dataclass(frozen=True, slots=True)
class Change:
    """What was said of a dish at a meal before and is said now; None: nothing."""

    plan_dish_id: int
    canteen_id: int
    meal_id: int
    served_on: date
    period: str
    dish_id: int
    before: Outcome | None
    after: Outcome | None
    at: datetime


Follower: TypeAlias = Callable[[Actor, Change], None]
_FOLLOWERS: Final[list[Follower]] = []


def follow(callback: Follower) -> None:
    """Tell `callback` of every change, after those that registered before; once, however often it asks."""
    if callback not in _FOLLOWERS:
        _FOLLOWERS.append(callback)


def tell(actor: Actor, change: Change) -> None:
    """Tell every follower of a change; of what is said again in the same words nobody is told."""
    if change.before != change.after:
        for callback in _FOLLOWERS:
            callback(actor, change)
