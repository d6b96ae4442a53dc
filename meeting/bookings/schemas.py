"""Wire shapes of the bookings."""

from typing import Any

from marshmallow import post_load, validates_schema

from backend.wire import (
    Bool,
    Choice,
    Date,
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
from meeting.bookings.listing import Scope
from meeting.bookings.models import HolidayRule, State
from meeting.bookings.placing import SHANGHAI, Wish
from meeting.bookings.policies import MOST_ATTENDEES, Step, Verb
from meeting.bookings.recurrence import RULE_LENGTH
from meeting.rooms.models import Layout, Level


class AttendeeIn(In):
    """A colleague by identifier, or a guest by name."""

    staff_id = Id(load_default=None, allow_none=True)
    name = Str(load_default="", max_length=50)
    organisation = Str(load_default="", max_length=80)
    title = Str(load_default="", max_length=50)

    @post_load
    def to_wish(self, data: dict[str, Any], **_: Any) -> AttendeeWish:
        """What the use case takes."""
        return AttendeeWish(**data)


class BookingWishIn(In):
    """What is to be booked. `recurrence` is an RFC 5545 rule; `last_on` bounds it, inclusive."""

    room_id = Id(required=True)
    start = Instant(required=True)
    end = Instant(required=True)
    subject = Str(required=True, min_length=1, max_length=100)
    headcount = Int(load_default=0, minimum=0, maximum=100_000)
    recurrence = Str(load_default="", max_length=RULE_LENGTH)
    last_on = Date(load_default=None, allow_none=True)
    timezone = Str(load_default=SHANGHAI, min_length=1, max_length=40)
    holiday_rule = Choice(HolidayRule, load_default=HolidayRule.KEEP)
    all_or_nothing = Bool(load_default=False)
    level = Choice(Level, load_default=Level.ORDINARY)
    layout = Choice(Layout, load_default=None, allow_none=True)
    is_confidential = Bool(load_default=False)
    organiser_id = Id(load_default=None, allow_none=True)
    department_id = Id(load_default=None, allow_none=True)
    note = Str(load_default="", max_length=500)
    agenda = Str(load_default="", max_length=2000)
    contact_phone = Str(load_default="", max_length=30)
    attendees = Many(Part(AttendeeIn), load_default=list, maximum=MOST_ATTENDEES)

    @post_load
    def to_wish(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use case takes, beside what others make of it."""
        taken: dict[str, Any] = {name: data.pop(name) for name in ("services", "override") if name in data}
        taken["wish"] = Wish(**data)
        return taken


class BookingOverrideIn(In):
    """Why this meeting should displace what has the room."""

    reason = Str(required=True, min_length=1, max_length=200)


class BookingIn(BookingWishIn):
    """A booking to be made."""

    override = Part(BookingOverrideIn)


class PlacedOccurrenceOut(Out):
    """A meeting that was asked for: booked, pending, conflict or skipped, and why."""

    id = Int()
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")
    state = Choice(State)
    state_name = Str()
    reason = Str()
    code = Str()


class ClashOut(Out):
    """A colleague who has another meeting at the time; which one is not said."""

    staff_id = Int()
    name = Str()
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")


class PlacedOut(Out):
    """A booking that was just made."""

    id = Int()
    number = Str()
    room_id = Int()
    state = Choice(State)
    state_name = Str()
    conflicts = Int()
    occurrences = Many(Part(PlacedOccurrenceOut))
    attendee_clashes = Many(Part(ClashOut))


class BookingPreviewOut(Out):
    """What booking would come to. Not `is_accepted`: it would be declined as a whole."""

    is_accepted = Bool()
    conflicts = Int()
    occurrences = Many(Part(PlacedOccurrenceOut))
    attendee_clashes = Many(Part(ClashOut))


class RefOut(Out):
    """A person by name; id 0 where it is not said who."""

    id = Int()
    name = Str()


class RoomRefOut(RefOut):
    """A room by name, with where it is."""

    place = Str()


class BookingsQuery(PageQuery):
    """Which bookings or meetings: within [from, until)."""

    scope = Choice(Scope, load_default=Scope.MINE)
    from_at = Instant(data_key="from", load_default=None)
    until_at = Instant(data_key="until", load_default=None)
    room_id = Id(load_default=None)
    state = Choice(State, load_default=None)

    @validates_schema
    def ensure_span(self, data: dict[str, Any], **_: Any) -> None:
        """In order."""
        if data["from_at"] and data["until_at"] and data["until_at"] <= data["from_at"]:
            raise ValidationError({"until": ["应晚于开始时间"]})


class MeetingRowOut(Out):
    """A meeting in a list."""

    id = Int(attribute="occurrence.id")
    booking_id = Int(attribute="booking.id")
    number = Str(attribute="booking.number")
    subject = Str()
    state = Choice(State)
    state_name = Str()
    reason = Str(attribute="occurrence.reason")
    room = Part(RoomRefOut)
    organiser = Part(RefOut)
    department = Str()
    start = Instant(attribute="occurrence.start_at")
    end = Instant(attribute="occurrence.end_at")
    is_series = Bool()
    is_confidential = Bool(attribute="occurrence.is_confidential")
    level = Int(attribute="occurrence.level")
    headcount = Int(attribute="occurrence.headcount")
    layout = Str(attribute="occurrence.layout", allow_none=True)
    booked_at = Instant(attribute="booking.booked_at")


class BookingRowOut(MeetingRowOut):
    """A booking in a list; room, times and the like are of its next meeting, else of its last."""

    class Meta:
        exclude = ("booking_id", "reason")

    id = Int(attribute="booking.id")
    occurrence_id = Int(attribute="occurrence.id")
    count = Int()
    pending = Int()


class AttendeeOut(Out):
    """Who attends; `staff_id` null for a guest."""

    id = Int()
    staff_id = Int(allow_none=True)
    name = Str()
    organisation = Str()
    title = Str()


class OccurrenceOut(Out):
    """A meeting of a booking. `can` are the verbs that the reader may use now."""

    id = Int()
    start = Instant()
    end = Instant()
    slot_at = Instant()
    room = Part(RoomRefOut)
    state = Choice(State)
    state_name = Str()
    reason = Str()
    subject = Str()
    organiser = Part(RefOut)
    headcount = Int()
    level = Int()
    layout = Str(allow_none=True)
    note = Str()
    is_added = Bool()
    is_confidential = Bool()
    lapses_at = Instant(allow_none=True)
    checked_in_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    revision = Int()
    can = Many(Choice(Verb))


class EventOut(Out):
    """An entry of the timeline."""

    at = Instant()
    step = Choice(Step)
    step_name = Str()
    actor = Str()
    text = Str()
    occurrence_id = Int(allow_none=True)
    from_state = Str()
    to_state = Str()


class BookingOut(Out):
    """All of a booking. Room, times and the like are of its next meeting, else of its last."""

    id = Int(attribute="booking.id")
    number = Str(attribute="booking.number")
    state = Choice(State)
    state_name = Str()
    subject = Str(attribute="current.subject")
    room = Part(RoomRefOut, attribute="current.room")
    organiser = Part(RefOut, attribute="current.organiser")
    department = Str()
    start = Instant(attribute="current.start")
    end = Instant(attribute="current.end")
    occurrence_id = Int(attribute="current.id")
    headcount = Int(attribute="current.headcount")
    level = Int(attribute="current.level")
    layout = Str(attribute="current.layout", allow_none=True)
    note = Str(attribute="current.note")
    is_confidential = Bool(attribute="current.is_confidential")
    is_series = Bool()
    recurrence = Str(attribute="booking.rrule")
    last_on = Date(attribute="booking.last_on", allow_none=True)
    timezone = Str(attribute="booking.timezone")
    holiday_rule = Choice(HolidayRule, attribute="holiday_rule")
    booked_by = Part(RefOut)
    booked_at = Instant(attribute="booking.booked_at")
    contact_phone = Str()
    agenda = Str()
    question = Str()
    answer = Str()
    sequence = Int(attribute="booking.sequence")
    changed_at = Instant(attribute="booking.changed_at")
    follows_id = Int(attribute="booking.follows_id", allow_none=True)
    attendees = Many(Part(AttendeeOut))
    occurrences = Many(Part(OccurrenceOut))
    timeline = Many(Part(EventOut))
    can = Many(Choice(Verb))
