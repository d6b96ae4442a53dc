"""Wire shapes of changes and decisions."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Part, Str
from meeting.bookings.changes import Scope
from meeting.bookings.models import HolidayRule
from meeting.bookings.policies import MOST_ATTENDEES
from meeting.bookings.recurrence import RULE_LENGTH
from meeting.bookings.schemas import AttendeeIn
from meeting.rooms.models import Layout, Level

_MOST_CHOSEN = 500


class ScopeIn(In):
    """Which meetings; a series needs `occurrence_id` unless all are meant."""

    scope = Choice(Scope, load_default=Scope.ALL)
    occurrence_id = Id(load_default=None, allow_none=True)


class BookingChangeIn(ScopeIn):
    """What is to be otherwise. `start` and `end` are those of `occurrence_id`, or of the next meeting."""

    sequence = Int(load_default=None, allow_none=True, minimum=0)
    allow_partial = Bool(load_default=False)
    room_id = Id()
    start_at = Instant(data_key="start")
    end_at = Instant(data_key="end")
    subject = Str(min_length=1, max_length=100)
    headcount = Int(minimum=0, maximum=100_000)
    level = Choice(Level)
    layout = Choice(Layout, allow_none=True)
    note = Str(max_length=500)
    is_confidential = Bool()
    attendees = Many(Part(AttendeeIn), maximum=MOST_ATTENDEES)
    agenda = Str(max_length=2000)
    contact_phone = Str(max_length=30)
    recurrence = Str(min_length=1, max_length=RULE_LENGTH)
    last_on = Date(allow_none=True)
    holiday_rule = Choice(HolidayRule)


class BookingCancelIn(ScopeIn):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=200)


class _ChosenIn(In):
    """All that waits, or these meetings."""

    occurrence_ids = Many(Id(), load_default=list, maximum=_MOST_CHOSEN)


class BookingApproveIn(_ChosenIn):
    """What is said to it."""

    comment = Str(load_default="", max_length=200)


class BookingRejectIn(_ChosenIn):
    """Why not."""

    reason = Str(required=True, min_length=1, max_length=200)


class BookingQuestionIn(In):
    """What who approves wants to know."""

    question = Str(required=True, min_length=1, max_length=500)


class BookingAnswerIn(In):
    """What the organiser says to it."""

    answer = Str(required=True, min_length=1, max_length=500)


class BookingExtendIn(In):
    """Until when; of the meeting under way if none is named."""

    until = Instant(required=True)
    occurrence_id = Id(load_default=None, allow_none=True)


class BookingEndIn(In):
    """The meeting under way if none is named."""

    occurrence_id = Id(load_default=None, allow_none=True)


class BookingTransferIn(ScopeIn):
    """To whom."""

    organiser_id = Id(required=True)


class BookingDateIn(In):
    """One more date."""

    start_at = Instant(required=True, data_key="start")
    end_at = Instant(required=True, data_key="end")


class BookingRestoreIn(In):
    """Nothing more needs to be said."""
