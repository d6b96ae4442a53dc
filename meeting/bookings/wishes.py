"""What somebody wants to book, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from meeting.bookings import policies
from meeting.bookings.attending import AttendeeWish, Clash
from meeting.bookings.models import HolidayRule, State, number_of
from meeting.rooms.models import Layout, Level

SHANGHAI: Final = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book. Without an organiser it is who books."""

    room_id: int
    start: datetime
    end: datetime
    subject: str
    headcount: int = 0
    recurrence: str = ""
    last_on: date | None = None
    timezone: str = SHANGHAI
    holiday_rule: HolidayRule = HolidayRule.KEEP
    all_or_nothing: bool = False
    level: Level = Level.ORDINARY
    layout: Layout | None = None
    is_confidential: bool = False
    organiser_id: int | None = None
    department_id: int | None = None
    note: str = ""
    agenda: str = ""
    contact_phone: str = ""
    attendees: Sequence[AttendeeWish] = ()


@dataclass(frozen=True, slots=True)
class PlacedOccurrence:
    """A meeting that was asked for, and what became of it. `id` is 0 in a preview and in a refusal."""

    id: int
    slot_at: datetime
    start_at: datetime
    end_at: datetime
    state: State
    reason: str
    code: str

    @property
    def state_name(self) -> str:
        """已预订 …"""
        return policies.STATE_NAMES[self.state]


@dataclass(frozen=True, slots=True)
class Placed:
    """A booking that was just made, or (id 0) would be."""

    id: int
    room_id: int
    booked_at: datetime
    occurrences: Sequence[PlacedOccurrence]
    attendee_clashes: Sequence[Clash] = ()
    is_accepted: bool = True

    @property
    def number(self) -> str:
        """What people call it."""
        return number_of(self.id, self.booked_at)

    @property
    def state(self) -> State:
        """What the booking is as a whole."""
        return policies.summary(each.state for each in self.occurrences)

    @property
    def state_name(self) -> str:
        """已预订 …"""
        return policies.STATE_NAMES[self.state]

    @property
    def conflicts(self) -> int:
        """How many of its meetings could not be had."""
        return sum(each.state is State.CONFLICT for each in self.occurrences)
