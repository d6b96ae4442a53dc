"""Who is told of a refusal: the owner of the subjects of a kind, which this slice does not know.

The callback runs in the unit of the decision, with the submission locked: what it locks comes after that.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from backend.actor import Actor

Follower: TypeAlias = Callable[[Actor, int], None]
_FOLLOWERS: Final[dict[str, Follower]] = {}


def follow(subject_kind: str, callback: Follower) -> None:
    """Tell `callback` of every refused subject of this kind. Raises ValueError if another one is."""
    if _FOLLOWERS.setdefault(subject_kind, callback) is not callback:
        raise ValueError(f"refusals of {subject_kind} are followed already")


def tell_refused(actor: Actor, subject_kind: str, subject_id: int) -> None:
    """Tell whoever follows the subjects of this kind."""
    callback = _FOLLOWERS.get(subject_kind)
    if callback is not None:
        callback(actor, subject_id)
