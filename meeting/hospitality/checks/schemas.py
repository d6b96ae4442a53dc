"""Wire shapes of the checks."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.checks.policies import MOST_TICKS
from meeting.hospitality.schemas import MeetingRoomNameOut


class MeetingTickIn(In):
    """A line of a meeting's checklist; a fault has a note."""

    phase = Choice(Phase, required=True)
    code = Str(required=True, min_length=1, max_length=70)
    is_ok = Bool(required=True)
    note = Str(max_length=300, load_default="")


class MeetingCheckIn(In):
    """What was found."""

    ticks = Many(Part(MeetingTickIn), required=True, minimum=1, maximum=MOST_TICKS)


class FaultSettleIn(In):
    """How a fault was seen to."""

    text = Str(required=True, min_length=1, max_length=300)


class FaultsQuery(PageQuery):
    """Whose days."""

    from_on = Date(required=True)
    until_on = Date(required=True)
    campus_id = Id(allow_none=True, load_default=None)
    is_open = Bool(allow_none=True, load_default=None, data_key="open")


class HospitalityFiguresQuery(Query):
    """Whose days."""

    from_on = Date(required=True)
    until_on = Date(required=True)
    campus_id = Id(allow_none=True, load_default=None)


class WorkOrderNameOut(Out):
    """A work order."""

    id = Id()
    number = Str()


class MeetingCheckItemOut(Out):
    """A line as it was ticked."""

    id = Id()
    occurrence_id = Id()
    held_on = Date()
    room = Part(MeetingRoomNameOut)
    phase = Str()
    code = Str()
    text = Str()
    kind = Str()
    service_id = Id(allow_none=True)
    is_ok = Bool()
    note = Str()
    checked_at = Instant()
    checked_by = Str()
    settled_at = Instant(allow_none=True)
    settlement = Str()
    order = Part(WorkOrderNameOut, allow_none=True)


class MeetingCheckLineOut(Out):
    """A line of the checklist."""

    phase = Str()
    code = Str()
    text = Str()
    kind = Str()
    service_id = Id(allow_none=True)
    item = Part(MeetingCheckItemOut, allow_none=True)


class MeetingChecklistOut(Out):
    """The checklist of a meeting."""

    occurrence_id = Id()
    booking_id = Id()
    subject = Str()
    room = Part(MeetingRoomNameOut)
    start = Instant()
    end = Instant()
    may_check = Bool()
    lines = Many(Part(MeetingCheckLineOut))


class FaultLineOut(Out):
    """How often a line was amiss."""

    text = Str()
    count = Int()


class FaultDayOut(Out):
    """A day."""

    on = Date()
    meetings = Int()
    faults = Int()


class HospitalityFiguresOut(Out):
    """How well meetings were served."""

    from_on = Date()
    until_on = Date()
    meetings = Int()
    checked = Int()
    faultless = Int()
    faults = Int()
    settled = Int()
    tasks = Int()
    done = Int()
    late = Int()
    undone = Int()
    lines = Many(Part(FaultLineOut))
    days = Many(Part(FaultDayOut))
