"""Wire shapes of meetings and demands."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from feedback.reviews.demands.models import TEXT_LENGTH, DemandState


class MeetingIn(In):
    """A meeting that has been held."""

    held_on = Date(required=True)
    place = Str(required=True, min_length=1, max_length=100)
    unit_ids = Many(Id(), required=True, minimum=1, maximum=200)
    summary = Str(load_default="", max_length=4000)


class DemandIn(In):
    """What a unit demands."""

    department_id = Id(required=True)
    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)
    office_id = Id(required=True)
    due_on = Date(required=True)


class DemandChangeIn(In):
    """Who answers for it until when, and why that changes."""

    revision = Int(required=True, minimum=0)
    office_id = Id(required=True)
    due_on = Date(required=True)
    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class DemandTextIn(In):
    """What is said."""

    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class DemandRemarkIn(In):
    """What is said, if anything."""

    text = Str(load_default="", max_length=TEXT_LENGTH)


class DemandsQuery(PageQuery):
    """Which demands."""

    state = Choice(DemandState)
    office_id = Id()
    is_overdue = Bool()


class ResidentUnitOut(Out):
    """A resident unit."""

    id = Id()
    name = Str()


class DemandEventOut(Out):
    """One entry of a demand's timeline."""

    at = Instant()
    step = Str()
    step_name = Str()
    actor_name = Str()
    text = Str()


class DemandOut(Out):
    """A demand; `can` is among answer, amend, confirm, return, withdraw."""

    id = Id(attribute="demand.id")
    meeting_id = Id(attribute="demand.meeting_id")
    meeting_on = Date()
    department_id = Id(attribute="demand.department_id")
    department_name = Str()
    office_id = Id(attribute="demand.office_id")
    office_name = Str()
    text = Str(attribute="demand.text")
    due_on = Date(attribute="demand.due_on")
    state = Str(attribute="demand.state")
    state_name = Str()
    is_overdue = Bool()
    carried = Int(attribute="demand.carried")
    is_carried = Bool()
    answer = Str(attribute="demand.answer")
    answered_at = Instant(attribute="demand.answered_at", allow_none=True)
    ended_at = Instant(attribute="demand.ended_at", allow_none=True)
    revision = Int(attribute="demand.revision")
    can = Many(Str())


class DemandDetailOut(DemandOut):
    """A demand with its timeline."""

    events = Many(Part(DemandEventOut))


class MeetingOut(Out):
    """A meeting; `demands` were brought forward at it, `carried` were carried over to it."""

    id = Id(attribute="meeting.id")
    held_on = Date(attribute="meeting.held_on")
    place = Str(attribute="meeting.place")
    units = Many(Part(ResidentUnitOut))
    demands = Int()
    carried = Int()


class MeetingDetailOut(MeetingOut):
    """A meeting with its agenda."""

    summary = Str(attribute="meeting.summary")
    recorded_by_name = Str(attribute="meeting.recorded_by_name")
    agenda = Many(Part(DemandOut))
