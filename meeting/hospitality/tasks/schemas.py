"""Wire shapes of the stewards' tasks."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from meeting.hospitality.checks.policies import MOST_TICKS
from meeting.hospitality.models import TaskState
from meeting.hospitality.tasks.queries import Scope


class MeetingTasksQuery(PageQuery):
    """Which tasks: of these days, of a meeting, or undone ones from today on."""

    scope = Choice(Scope, load_default=Scope.MINE)
    on = Date(allow_none=True, load_default=None)
    until = Date(allow_none=True, load_default=None)
    campus_id = Id(allow_none=True, load_default=None)
    occurrence_id = Id(allow_none=True, load_default=None)
    state = Choice(TaskState, allow_none=True, load_default=None)


class TaskAssignIn(In):
    """To whom a task is given; null takes it away."""

    staff_id = Id(required=True, allow_none=True)
    whole_meeting = Bool(load_default=False)


class TaskTickIn(In):
    """A line of the task's checklist; a fault has a note."""

    code = Str(required=True, min_length=1, max_length=70)
    is_ok = Bool(required=True)
    note = Str(max_length=300, load_default="")


class TaskFinishIn(In):
    """What was found, line by line."""

    ticks = Many(Part(TaskTickIn), maximum=MOST_TICKS, load_default=list)
    note = Str(max_length=300, load_default="")


class TaskRoomOut(Out):
    """Where."""

    id = Id()
    name = Str()
    place = Str()


class TaskServiceOut(Out):
    """Of which service."""

    id = Id()
    code = Str()
    name = Str()


class TaskStewardOut(Out):
    """Who."""

    id = Id()
    name = Str()


class TaskTickOut(Out):
    """A line of the task's checklist."""

    code = Str()
    text = Str()
    kind = Str()
    is_ok = Bool(allow_none=True)
    note = Str()


class MeetingTaskOut(Out):
    """A task with its meeting; `service` null is the check of the room."""

    id = Id()
    occurrence_id = Id()
    booking_id = Id()
    subject = Str()
    headcount = Int()
    layout = Str(allow_none=True)
    room = Part(TaskRoomOut)
    campus_id = Id()
    start = Instant()
    end = Instant()
    meeting_state = Str()
    meeting_state_name = Str()
    service = Part(TaskServiceOut, allow_none=True)
    title = Str()
    phase = Str()
    sequence = Int()
    seat = Int()
    quantity = Int(allow_none=True)
    note = Str()
    begins = Instant()
    due = Instant()
    state = Str()
    state_name = Str()
    is_late = Bool()
    steward = Part(TaskStewardOut, allow_none=True)
    started_at = Instant(allow_none=True)
    done_at = Instant(allow_none=True)
    done_note = Str()
    checklist = Many(Part(TaskTickOut))
    may = Many(Str())
    revision = Int()


class StewardChoiceOut(Out):
    """Who could take a task."""

    id = Id()
    name = Str()
    is_free = Bool()
    tasks = Int()
