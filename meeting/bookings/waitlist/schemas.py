"""Wire shapes of the waitlist."""

from enum import StrEnum
from typing import Any

from marshmallow import post_load, validates_schema

from backend.wire import (
    Bool,
    Choice,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Str,
    ValidationError,
)
from meeting.bookings.attending import AttendeeWish
from meeting.bookings.policies import MOST_ATTENDEES
from meeting.rooms.models import Layout, Level


class WhichEntries(StrEnum):
    """Those that are open, or all."""

    OPEN = "open"
    ALL = "all"


class WaitlistAttendeeIn(In):
    """A colleague by identifier, or a guest by name."""

    staff_id = Id(allow_none=True)
    name = Str(max_length=50)
    organisation = Str(max_length=80)
    title = Str(max_length=50)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AttendeeWish:
        """The wish."""
        return AttendeeWish(**data)


class WaitlistIn(In):
    """A single meeting that waits for a room, or for any of a campus with so many seats and the equipment."""

    room_id = Id(allow_none=True)
    campus_id = Id(allow_none=True)
    capacity = Int(minimum=0, maximum=10_000)
    equipment = Many(Str(min_length=1, max_length=30), maximum=20)
    start = Instant(required=True)
    end = Instant(required=True)
    subject = Str(required=True, min_length=1, max_length=100)
    headcount = Int(minimum=0, maximum=10_000)
    level = Choice(Level)
    layout = Choice(Layout, allow_none=True)
    note = Str(max_length=500)
    agenda = Str(max_length=2000)
    is_confidential = Bool()
    contact_phone = Str(max_length=30)
    organiser_id = Id(allow_none=True)
    department_id = Id(allow_none=True)
    attendees = Many(Part(WaitlistAttendeeIn), maximum=MOST_ATTENDEES)

    @validates_schema
    def ensure_one_wish(self, data: dict[str, Any], **_: Any) -> None:
        """One waits for a room, or for any of a campus."""
        if (data.get("room_id") is None) == (data.get("campus_id") is None):
            raise ValidationError({"room_id": ["请指定会议室，或指定院区和人数"]})


class WaitlistQuery(PageQuery):
    """Which of one's own entries."""

    state = Choice(WhichEntries, load_default=WhichEntries.OPEN)


class QueueQuery(PageQuery):
    """Who waits for which room."""

    room_id = Id(required=True)


class WaitlistNameOut(Out):
    """Somebody or something by name."""

    id = Id()
    name = Str()


class OfferedRoomOut(WaitlistNameOut):
    """A room with where it is."""

    place = Str()


class OfferOut(Out):
    """A room that is kept until `lapses_at`."""

    id = Id()
    room = Part(OfferedRoomOut)
    offered_at = Instant()
    lapses_at = Instant()


class WaitlistEntryOut(Out):
    """An entry. `ahead` is how many wait before it for the same; null unless it waits."""

    id = Id()
    state = Str()
    state_name = Str()
    room = Part(WaitlistNameOut, allow_none=True)
    campus = Part(WaitlistNameOut)
    capacity = Int()
    equipment = Many(Str())
    layout = Str(allow_none=True)
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")
    subject = Str()
    is_confidential = Bool()
    level = Int()
    headcount = Int()
    note = Str()
    agenda = Str()
    organiser = Part(WaitlistNameOut, allow_none=True)
    entered_by = Part(WaitlistNameOut, allow_none=True)
    entered_at = Instant()
    ahead = Int(allow_none=True)
    offer = Part(OfferOut, allow_none=True)
    booking_id = Int(allow_none=True)
    ended_at = Instant(allow_none=True)
