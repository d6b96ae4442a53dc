"""Wire shapes of what is free and of what stands in rooms."""

from datetime import timedelta
from typing import Any

from marshmallow import validates_schema

from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    Instant,
    Int,
    Many,
    Out,
    Part,
    Query,
    Str,
    ValidationError,
)
from meeting.bookings.availability import SuggestionKind
from meeting.bookings.models import State
from meeting.rooms.models import ClosureKind, Level
from meeting.rooms.schemas import RoomsFilter

_LONGEST = timedelta(days=14)


class RoomBriefOut(Out):
    """A room by name and place."""

    id = Id()
    name = Str()
    place = Str(attribute="place_path")
    campus_id = Id()
    campus = Str()
    capacity = Int()
    equipment = Many(Str(), metadata={"description": "Codes; GET /meeting/equipment names them"})


class FreeRoomOut(Out):
    """A room that is free; `seats` are those in the wanted layout."""

    room = Part(RoomBriefOut)
    seats = Int()
    needs_approval = Bool()


class RoomSuggestionOut(Out):
    """A room that is free at a time, and what it changes; `lacking` are codes of equipment."""

    kind = Choice(SuggestionKind)
    room = Part(RoomBriefOut)
    start = Instant()
    end = Instant()
    needs_approval = Bool()
    lacking = Many(Str())


class RoomAvailabilityOut(Out):
    """What a search found, the best fitting first, and what comes near it where nothing did."""

    rooms = Many(Part(FreeRoomOut))
    total = Int(metadata={"description": "How many are free, those beyond the limit included"})
    suggestions = Many(Part(RoomSuggestionOut))


class RoomAvailabilityQuery(RoomsFilter):
    """A time, and what the room must offer; with `room_id` the suggestions are about that room."""

    start = Instant(required=True)
    end = Instant(required=True)
    room_id = Id(load_default=None)
    level = Choice(Level, load_default=Level.ORDINARY)
    limit = Int(minimum=1, maximum=200, load_default=50)

    @validates_schema
    def ensure_span(self, data: dict[str, Any], **_: Any) -> None:
        """In order, and no longer than a meeting may be."""
        if not timedelta(0) < data["end"] - data["start"] <= _LONGEST:
            raise ValidationError({"end": ["应晚于开始时间，且不超过 14 天"]})


class RoomSeriesQuery(RoomAvailabilityQuery):
    """The same for each date of a series, an RFC 5545 rule."""

    recurrence = Str(required=True, min_length=1, max_length=300)
    timezone = Str(max_length=40, load_default="Asia/Shanghai")
    last_on = Date(load_default=None)


class RoomSpanOut(Out):
    """A time, half-open."""

    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")


class SeriesRoomOut(Out):
    """A room, on how many dates of the series it is free, and when it is not."""

    room = Part(RoomBriefOut)
    free = Int()
    conflicts = Many(Instant(), maximum=500)


class RoomShareOut(Out):
    """A room, and at which dates of the series it would serve."""

    room = Part(RoomBriefOut)
    starts = Many(Instant(), maximum=500)


class RoomSeriesOut(Out):
    """The dates of a series, the rooms by on how many they are free, and how rooms could share them."""

    dates = Many(Instant(), maximum=500)
    rooms = Many(Part(SeriesRoomOut))
    split = Many(Part(RoomShareOut))
    uncovered = Many(Instant(), maximum=500)


class BoardClosureOut(Out):
    """A closure that concerns the room; its own, or of a room that excludes it."""

    id = Id()
    room_id = Id()
    kind = Choice(ClosureKind)
    start = Instant(attribute="from_at")
    end = Instant(attribute="until_at")
    reason = Str()


class BoardMeetingOut(Out):
    """A meeting. `room_id` is another one where a hall or a part keeps this room."""

    occurrence_id = Id()
    booking_id = Id()
    room_id = Id()
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")
    state = Choice(State)
    subject = Str()
    organiser = Str()
    department = Str()
    headcount = Int()
    is_confidential = Bool()
    is_mine = Bool()


class RoomBoardOut(Out):
    """What stands in a room. `offered` is held for somebody of the waitlist."""

    room = Part(RoomBriefOut)
    hours = Many(Part(RoomSpanOut))
    closures = Many(Part(BoardClosureOut))
    meetings = Many(Part(BoardMeetingOut))
    offered = Many(Part(RoomSpanOut))


class RoomsBoardOut(Out):
    """Rooms within a span."""

    start = Instant(attribute="from_at")
    end = Instant(attribute="until_at")
    rooms = Many(Part(RoomBoardOut))


class RoomScheduleQuery(Query):
    """A span of at most 62 days."""

    from_at = Instant(required=True, data_key="from")
    until_at = Instant(required=True, data_key="until")


class RoomTimelineQuery(Query):
    """Some days from `on`, today by default, of a campus or of all."""

    on = Date(load_default=None)
    days = Int(minimum=1, maximum=7, load_default=1)
    campus_id = Id(load_default=None)


class RoomDoorOut(Out):
    """What a plate at a door says: the meeting of now, the next one, and what one may do."""

    room = Part(RoomBriefOut)
    now = Part(BoardMeetingOut, allow_none=True)
    next = Part(BoardMeetingOut, allow_none=True)
    can_book = Bool()
    can_check_in = Bool()
    free_until = Instant(allow_none=True)
