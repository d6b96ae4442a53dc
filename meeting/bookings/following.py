"""Who follows the meetings: services, the waitlist, statistics, flows to other modules.

The core knows none of them; they register when the application is put together. Callbacks run in the unit
of the step, in the order of their registration, with the rooms locked and rows and holds changed already:
what they lock comes after the meetings. They are told of all that one step did at once, so that a series
costs no more statements than a single meeting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from backend.actor import Actor
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import Step


@dataclass(frozen=True, slots=True)
class Before:
    """How a meeting was before a step, with what sums are kept of."""

    room_id: int
    start_at: datetime
    end_at: datetime
    state: State
    headcount: int
    department_id: int
    organiser_id: int
    checked_in_at: datetime | None

    @classmethod
    def of(cls, occurrence: Occurrence) -> "Before":
        """The present of a meeting that is about to change."""
        return cls(
            room_id=occurrence.room_id,
            start_at=occurrence.start_at,
            end_at=occurrence.end_at,
            state=State(occurrence.state),
            headcount=occurrence.headcount,
            department_id=occurrence.department_id,
            organiser_id=occurrence.organiser_id,
            checked_in_at=occurrence.checked_in_at,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A step that a meeting took. `before` is None for one that came about by it.

    Of a booking that is just placed the occurrences are not in the session: to be read, not changed.
    """

    occurrence: Occurrence
    step: Step
    before: Before | None
    at: datetime
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)


Follower: TypeAlias = Callable[[Actor, Sequence[Change]], None]
_FOLLOWERS: Final[list[Follower]] = []
_OF_SPLITS: Final[list[Callable[[int, int], None]]] = []


def follow(callback: Follower) -> None:
    """Tell `callback` of every change, after those that registered before; once, however often it asks."""
    if callback not in _FOLLOWERS:
        _FOLLOWERS.append(callback)


def tell(actor: Actor, changes: Sequence[Change]) -> None:
    """Tell every follower of what one step changed."""
    if changes:
        for callback in _FOLLOWERS:
            callback(actor, changes)


def has_followers() -> bool:
    """Whether anybody is told at all."""
    return bool(_FOLLOWERS)


def follow_splits(callback: Callable[[int, int], None]) -> None:
    """Tell `callback` of each booking that is split, and of the new one that its later meetings went to."""
    if callback not in _OF_SPLITS:
        _OF_SPLITS.append(callback)


def tell_split(booking_id: int, new_id: int) -> None:
    """Tell whoever keeps something by the booking that some of its meetings have another one now."""
    for callback in _OF_SPLITS:
        callback(booking_id, new_id)
