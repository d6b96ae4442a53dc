"""Wire shapes of the overrides."""

from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from meeting.bookings.overrides.models import OverrideState


class MeetingOverridesQuery(PageQuery):
    """Which requests; without a state, those of all."""

    state = Choice(OverrideState)


class OverrideApproveIn(In):
    """What is said to it."""

    comment = Str(load_default="", max_length=200)


class OverrideRejectIn(In):
    """Why not."""

    reason = Str(required=True, min_length=1, max_length=200)


class OverrideNamedOut(Out):
    """A person or a room."""

    id = Id()
    name = Str()


class OverrideWantedOut(Out):
    """A meeting that wants the room."""

    id = Id()
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")


class OverrideDisplacedOut(OverrideWantedOut):
    """A meeting that would have to go, or had to. A confidential subject is told to nobody else."""

    booking_id = Id()
    subject = Str()
    organiser = Str()
    level = Int()
    state = Str()


class MeetingOverrideOut(Out):
    """A request to displace others."""

    id = Id(attribute="override.id")
    state = Choice(OverrideState, attribute="state")
    reason = Str(attribute="override.reason")
    asked_by = Part(OverrideNamedOut)
    asked_at = Instant(attribute="override.asked_at")
    lapses_at = Instant(attribute="override.lapses_at")
    booking_id = Id(attribute="override.booking_id")
    number = Str(attribute="booking.number")
    subject = Str()
    level = Int()
    room = Part(OverrideNamedOut)
    occurrences = Many(Part(OverrideWantedOut))
    displaced = Many(Part(OverrideDisplacedOut))
    decided_by = Str(attribute="override.decided_by_name")
    decided_at = Instant(attribute="override.decided_at", allow_none=True)
    decision = Str(attribute="override.decision")
    can_decide = Bool()
    can_withdraw = Bool()


class OverrideWithdrawIn(In):
    """Nothing more needs to be said."""
