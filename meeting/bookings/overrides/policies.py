"""Rules of the overrides: pure functions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from backend.actor import Actor, Permission
from meeting.bookings.models import Occurrence, State
from meeting.bookings.overrides.errors import (
    NothingToOverride,
    OverrideDecided,
    OverrideMoved,
    OverrideNotAllowed,
    OwnOverride,
)
from meeting.bookings.overrides.models import Override, OverrideState
from meeting.rooms import policies as rooms
from meeting.rooms.models import Right
from meeting.rooms.policies import RoomView, Subject

# What can be displaced: what is under way cannot.
_DISPLACEABLE: Final = frozenset({State.PENDING, State.BOOKED})


def ensure_may_ask(
    subject: Subject, room: RoomView, level: int, displaced: Sequence[Occurrence], now: datetime
) -> None:
    """Refuse who has no right to override, unless the meeting is of a higher level than all in its way.

    Raises NothingToOverride or OverrideNotAllowed.
    """
    if not displaced or any(not _can_go(each, now) for each in displaced):
        raise NothingToOverride
    is_higher = all(each.level < level for each in displaced)
    if not is_higher and not rooms.may(subject, room, Right.OVERRIDE):
        raise OverrideNotAllowed


def ensure_decidable(actor: Actor, override: Override, organiser_id: int, now: datetime) -> None:
    """Refuse who asked, and what is decided. Raises OwnOverride or OverrideDecided."""
    if actor.staff_id in (override.asked_by, organiser_id):
        raise OwnOverride
    ensure_waiting(override, now)


def ensure_waiting(override: Override, now: datetime) -> None:
    """Refuse what is decided or has lapsed. Raises OverrideDecided."""
    if override.state != OverrideState.WAITING.value or override.lapses_at <= now:
        raise OverrideDecided


def ensure_unmoved(asked: Collection[int], in_the_way: Sequence[Occurrence], now: datetime) -> None:
    """Refuse if somebody else is in the way by now, or it cannot go any more; fewer are fine.

    Raises OverrideMoved.
    """
    if any(each.id not in asked or not _can_go(each, now) for each in in_the_way):
        raise OverrideMoved


def decides(actor: Actor, room: RoomView) -> bool:
    """Whether the actor may let one meeting displace another in this room."""
    return rooms.holds(actor, Permission.MEETINGS_OVERRIDE, room)


def _can_go(occurrence: Occurrence, now: datetime) -> bool:
    return State(occurrence.state) in _DISPLACEABLE and occurrence.start_at > now
