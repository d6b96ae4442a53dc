"""Who follows the losses of the store: what is written off is food that was wasted in storage.

The store stands below the weighing of waste and cannot import it; whoever wants to know registers here when
the application is put together. The callback runs in the unit of the loss, after the batch was locked.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from backend.actor import Actor
from canteen.purchasing.stock.models import Movement

Follower: TypeAlias = Callable[[Actor, Movement], None]
_FOLLOWERS: Final[list[Follower]] = []


def follow(callback: Follower) -> None:
    """Tell `callback` of every loss, and of every movement that takes one back (its `void_of` names it)."""
    if callback not in _FOLLOWERS:
        _FOLLOWERS.append(callback)


def tell(actor: Actor, movement: Movement) -> None:
    """Tell the followers of a movement of kind loss."""
    for callback in _FOLLOWERS:
        callback(actor, movement)
