"""Rules of the waitlist: pure functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from meeting.bookings import policies as bookings
from meeting.bookings.following import Change
from meeting.bookings.policies import Step as BookingStep
from meeting.bookings.waitlist.errors import EntryStateConflict
from meeting.bookings.waitlist.models import EntryState
from meeting.rooms.models import Layout
from meeting.rooms.policies import RoomView, Wants, offers

# An offer ends so long before its meeting begins, and is made only if somebody can still answer it.
HEADROOM: Final = timedelta(minutes=5)
SHORTEST_OFFER: Final = timedelta(minutes=2)

OPEN: Final = frozenset({EntryState.WAITING, EntryState.OFFERED})
STATE_NAMES: Final = {
    EntryState.WAITING: "候补中",
    EntryState.OFFERED: "待确认",
    EntryState.BOOKED: "已订上",
    EntryState.LEFT: "已退出",
    EntryState.MISSED: "未及时确认",
    EntryState.PASSED: "已过期",
}


class Step(StrEnum):
    """What happens to an entry."""

    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    LEAVE = "leave"
    RUN_OUT = "run_out"


# What an entry becomes by a step. Anything else is a conflict.
TRANSITIONS: Final[Mapping[EntryState, Mapping[Step, EntryState]]] = {
    EntryState.WAITING: {
        Step.OFFER: EntryState.OFFERED,
        Step.LEAVE: EntryState.LEFT,
        Step.RUN_OUT: EntryState.PASSED,
    },
    EntryState.OFFERED: {
        Step.ACCEPT: EntryState.BOOKED,
        Step.DECLINE: EntryState.LEFT,
        Step.LAPSE: EntryState.MISSED,
        Step.LEAVE: EntryState.LEFT,
    },
}
# Who would take any room of a campus waits on for another one.
_WAITS_ON: Final = frozenset({Step.DECLINE, Step.LAPSE})


def state_after(state: str, step: Step, *, is_choosy: bool) -> EntryState:
    """What an entry becomes; `is_choosy` if it waits for one room alone. Raises EntryStateConflict."""
    before = EntryState(state)
    after = TRANSITIONS.get(before, {}).get(step)
    if after is None:
        raise EntryStateConflict(state=before.value, state_name=STATE_NAMES[before])
    return EntryState.WAITING if step in _WAITS_ON and not is_choosy else after


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an entry waits for: `room_id`, or what `wants` says; `offered` are rooms that it once was."""

    entry_id: int
    room_id: int | None
    wants: Wants
    start_at: datetime
    end_at: datetime
    offered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Freed:
    """A room that may have become free within [from_at, until_at), the time after a meeting included."""

    room_id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Chance:
    """A room that an entry may be offered, as far as nobody else has it."""

    waiting: Waiting
    room: RoomView


def freed_by(change: Change, turnaround: timedelta) -> Freed | None:
    """What may have become free by a step of a meeting whose room had this turnaround, or None.

    What a displaced meeting gives up belongs to whom it was displaced for.
    """
    before, after = change.before, change.occurrence
    is_over = before is not None and before.end_at <= change.at
    if before is None or is_over or change.step is BookingStep.DISPLACE:
        return None
    if not bookings.is_holding(before.state):
        return None
    keeps_all = (
        bookings.is_holding(after.state)
        and after.room_id == before.room_id
        and after.start_at <= before.start_at
        and after.end_at >= before.end_at
    )
    if keeps_all:
        return None
    return Freed(before.room_id, max(before.start_at, change.at), before.end_at + turnaround)


def wants_of(capacity: int, layout: str | None, equipment: Iterable[str], campus_id: int) -> Wants:
    """What a room must offer."""
    return Wants(
        capacity=capacity,
        layout=Layout(layout) if layout is not None else None,
        equipment=frozenset(equipment),
        campus_id=campus_id,
    )


def suits(waiting: Waiting, room: RoomView) -> bool:
    """Whether the room is what the entry waits for, and has not been offered to it before."""
    if room.id in waiting.offered or not room.is_active:
        return False
    return waiting.room_id == room.id if waiting.room_id is not None else offers(room, waiting.wants)


def in_order(rooms: Iterable[RoomView]) -> list[RoomView]:
    """Which of several rooms is offered first: the smallest, so that larger ones stay free."""
    return sorted(rooms, key=lambda room: (len(room.atom_ids), room.capacity, room.position, room.id))


def excludes(one: Chance, other: Chance) -> bool:
    """Whether both cannot be had: they share a room at a time, what follows a meeting included."""
    shares = not set(one.room.atom_ids).isdisjoint(other.room.atom_ids)
    return (
        shares
        and one.waiting.start_at < other.waiting.end_at + other.room.turnaround
        and other.waiting.start_at < one.waiting.end_at + one.room.turnaround
    )


def chances(waiting: Sequence[Waiting], rooms: Collection[RoomView], *, most: int) -> list[Chance]:
    """What the entries may be offered of these rooms, by the entries' order; at most so many."""
    pairs = (Chance(one, room) for one in waiting for room in in_order(rooms) if suits(one, room))
    return list(islice(pairs, most))


def offer_ends_at(now: datetime, start: datetime, *, minutes: int, lead_minutes: int = 0) -> datetime | None:
    """When an offer lapses, or None if it is too late to make one.

    It must be taken while the room may still be booked: the lead time, or a little, before the beginning.
    """
    latest = start - max(HEADROOM, timedelta(minutes=lead_minutes))
    ends_at = min(now + timedelta(minutes=minutes), latest)
    return ends_at if ends_at - now >= SHORTEST_OFFER else None
