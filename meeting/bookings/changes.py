"""What a change of a booking means: pure functions, without a database.

The wall clock of a series is kept: a meeting that is moved by an hour stays moved by an hour across a change
of the clocks (RFC 5545 §3.3.10). Shortening keeps an approval; longer, earlier, later, elsewhere or of a
higher level asks for it again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from meeting.bookings import policies
from meeting.bookings.changing_errors import MeetingBegun, OccurrenceNeeded
from meeting.bookings.errors import OccurrenceNotFound
from meeting.bookings.models import HOLDING, Occurrence, State


class Scope(StrEnum):
    """Which meetings of a series are meant: one, it and those after it, or all. Past ones never are."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


# What belongs to a whole booking rather than to each of its meetings.
FRAME_FIELDS: Final = ("attendees", "agenda", "contact_phone")
RULE_FIELDS: Final = ("recurrence", "last_on", "holiday_rule")
PLAIN_FIELDS: Final = ("subject", "headcount", "layout", "note", "is_confidential")
# A meeting that is ended as soon as it was signed in to has taken place, if only for so long.
SHORTEST: Final = timedelta(minutes=1)
# What may still be changed and cancelled before its beginning.
OPEN: Final = frozenset({State.PENDING, State.BOOKED})


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and when a meeting is to be, and of which level it is."""

    room_id: int
    start_at: datetime
    end_at: datetime
    level: int


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much beginnings and ends move on the wall clock."""

    of_start: timedelta = timedelta()
    of_end: timedelta = timedelta()

    def __bool__(self) -> bool:
        return bool(self.of_start or self.of_end)


def plan_of(occurrence: Occurrence) -> Plan:
    """A meeting as it stands."""
    return Plan(occurrence.room_id, occurrence.start_at, occurrence.end_at, occurrence.level)


def shift_of(
    occurrence: Occurrence, start_at: datetime | None, end_at: datetime | None, zone: ZoneInfo
) -> Shift:
    """How this meeting would move. Of a beginning alone the end moves along."""
    of_start = _moved(occurrence.start_at, start_at, zone) if start_at is not None else timedelta()
    of_end = _moved(occurrence.end_at, end_at, zone) if end_at is not None else of_start
    return Shift(of_start, of_end)


def shifted(start_at: datetime, end_at: datetime, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A time moved on the wall clock."""
    return _add(start_at, shift.of_start, zone), _add(end_at, shift.of_end, zone)


def keeps_approval(before: Plan, after: Plan) -> bool:
    """Whether what was approved is still what was approved: nothing more than before."""
    is_within = before.start_at <= after.start_at and after.end_at <= before.end_at
    return is_within and after.room_id == before.room_id and after.level <= before.level


def is_moved(before: Plan, after: Plan) -> bool:
    """Whether room or time differ."""
    return (before.room_id, before.start_at, before.end_at) != (after.room_id, after.start_at, after.end_at)


def chosen(scope: Scope, occurrences: Sequence[Occurrence], pivot: Occurrence | None) -> list[Occurrence]:
    """The meetings that a scope names, by beginning. Only `all` goes without a pivot."""
    ordered = sorted(occurrences, key=lambda each: (each.start_at, each.id))
    if scope is Scope.ALL or pivot is None:
        return ordered
    if scope is Scope.THIS:
        return [pivot]
    return [each for each in ordered if each.start_at >= pivot.start_at]


def is_open(occurrence: Occurrence, now: datetime) -> bool:
    """Whether a meeting has not begun and may still be changed."""
    return State(occurrence.state) in OPEN and occurrence.start_at > now and not has_lapsed(occurrence, now)


def is_running(occurrence: Occurrence, now: datetime) -> bool:
    """Whether a meeting is under way."""
    state = State(occurrence.state)
    has_begun = state is State.IN_USE or (state is State.BOOKED and occurrence.start_at <= now)
    return has_begun and occurrence.end_at > now and not has_lapsed(occurrence, now)


def _moved(before: datetime, after: datetime, zone: ZoneInfo) -> timedelta:
    return _wall(after, zone) - _wall(before, zone)


def _add(instant: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    return (_wall(instant, zone) + by).replace(tzinfo=zone).astimezone(UTC) if by else instant


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Kept:
    """Physical rooms that are kept for a meeting, the time after it included."""

    key: int
    atom_ids: tuple[int, ...]
    from_at: datetime
    until_at: datetime

    def overlaps(self, other: "Kept") -> bool:
        """Whether both cannot be."""
        if self.from_at >= other.until_at or other.from_at >= self.until_at:
            return False
        return not set(self.atom_ids).isdisjoint(other.atom_ids)


def colliding(wanted: Sequence[Kept], staying: Sequence[Kept], failed: Collection[int] = ()) -> set[int]:
    """The keys of what cannot be had because of one another, or of what stays where it is.

    What cannot be had, `failed` from the beginning, stays where it was (`staying` names it by the same key),
    which may be in the way of others in turn. Of two that are wanted the earlier one goes first.
    """
    old = {each.key: each for each in staying}
    found = set(failed)
    while True:
        had = [old[key] for key in sorted(found) if key in old]
        new: set[int] = set()
        for each in sorted(wanted, key=lambda one: (one.from_at, one.key)):
            if each.key in found:
                continue
            if any(each.overlaps(other) for other in had):
                new.add(each.key)
            else:
                had.append(each)
        if not new:
            return found
        found |= new


def has_lapsed(occurrence: Occurrence, now: datetime) -> bool:
    """Whether its hold is void though nobody has recorded it yet."""
    return occurrence.lapses_at is not None and occurrence.lapses_at <= now


def pick(
    occurrences: Sequence[Occurrence], scope: Scope, occurrence_id: int | None
) -> tuple[Occurrence | None, list[Occurrence]]:
    """The meeting that was named, if any, and those that the scope means by it.

    Raises OccurrenceNotFound, or OccurrenceNeeded where a series needs one to be named.
    """
    pivot = None
    if occurrence_id is not None:
        pivot = next((each for each in occurrences if each.id == occurrence_id), None)
        if pivot is None:
            raise OccurrenceNotFound
    elif scope is not Scope.ALL:
        if len(occurrences) != 1:
            raise OccurrenceNeeded
        pivot = occurrences[0]
    return pivot, chosen(scope, occurrences, pivot)


def open_ones(named: Sequence[Occurrence], now: datetime) -> list[Occurrence]:
    """Those of the named meetings that may still be changed.

    Raises MeetingBegun if what is left of them is under way, or BookingState if nothing is left.
    """
    found = [each for each in named if is_open(each, now)]
    if not found:
        if any(each.state in HOLDING and not has_lapsed(each, now) for each in named):
            raise MeetingBegun
        raise policies.refusal(policies.summary([present_state(each, now) for each in named]))
    return found


def present_state(occurrence: Occurrence, now: datetime) -> str:
    """How it stands, whether or not its lapse is recorded yet."""
    if not has_lapsed(occurrence, now):
        return occurrence.state
    return State.EXPIRED if occurrence.state == State.PENDING else State.RELEASED
