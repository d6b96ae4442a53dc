"""Wire shapes of the workforce."""

from typing import Any, Final

from marshmallow import post_load

from backend.wire import Bool, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str, WallTime
from property.workforce.policies import Turn

MOST_TURNS: Final = 2_000


class ActiveQuery(Query):
    """Only those in use, or only those that are not."""

    is_active = Bool()


class GroupIn(In):
    """A new group."""

    name = Str(required=True, min_length=1, max_length=40)
    contractor_id = Id(allow_none=True, load_default=None)


class GroupChangeIn(In):
    """A group as it is to be; whose it is never changes."""

    name = Str(required=True, min_length=1, max_length=40)
    is_active = Bool(load_default=True)


class GroupOut(Out):
    """A group."""

    id = Int()
    name = Str()
    contractor_id = Int(allow_none=True)
    contractor = Str()
    is_active = Bool()
    workers = Int()


class WorkersQuery(PageQuery):
    """Which workers."""

    group_id = Id()
    is_active = Bool()
    skill = Str(max_length=20)
    q = Str(max_length=50)


class WorkerChangeIn(In):
    """A worker as one is to be."""

    group_id = Id(required=True)
    skills = Many(Str(min_length=1, max_length=20), maximum=20, load_default=list)
    is_lead = Bool(load_default=False)
    building_id = Id(allow_none=True, load_default=None)
    capacity = Int(minimum=1, maximum=200, load_default=5)
    is_active = Bool(load_default=True)


class WorkerIn(WorkerChangeIn):
    """A new worker."""

    class Meta(WorkerChangeIn.Meta):
        exclude = ("is_active",)

    staff_no = Str(required=True, min_length=1, max_length=20)


class WorkerOut(Out):
    """A worker."""

    staff_id = Int()
    staff_no = Str()
    name = Str()
    is_employed = Bool()
    group_id = Int()
    group = Str()
    contractor_id = Int(allow_none=True)
    is_lead = Bool()
    building_id = Int(allow_none=True)
    building = Str()
    capacity = Int()
    is_active = Bool()
    joined_at = Instant()
    skills = Many(Str())
    may_handle = Bool(metadata={"description": "Whether a role lets the worker take orders on"})


class SkillOut(Out):
    """A skill."""

    skill = Str()


class ShiftIn(In):
    """A new shift."""

    name = Str(required=True, min_length=1, max_length=20)
    from_time = WallTime(required=True)
    until_time = WallTime(required=True)


class ShiftChangeIn(ShiftIn):
    """A shift as it is to be."""

    is_active = Bool(load_default=True)


class ShiftOut(Out):
    """A shift; one that ends at or before its beginning ends on the next day."""

    id = Int()
    name = Str()
    from_time = WallTime()
    until_time = WallTime()
    is_active = Bool()


class DutyWeekQuery(Query):
    """The week in which a date lies, of one group or of all."""

    date = Date(required=True)
    group_id = Id()


class DayQuery(Query):
    """The week in which a date lies."""

    date = Date(required=True)


class TurnIn(In):
    """One worker on one shift of one day."""

    staff_id = Id(required=True)
    on_date = Date(required=True)
    shift_id = Id(required=True)

    @post_load
    def turn(self, data: dict[str, Any], **_: Any) -> Turn:
        """As the use case takes it."""
        return Turn(**data)


class DutyWeekIn(In):
    """The duties of a group in a week, whole."""

    week_on = Date(required=True)
    group_id = Id(required=True)
    turns = Many(Part(TurnIn), maximum=MOST_TURNS, required=True)


class DutyWeekCopyIn(In):
    """A week that is to be like the one before it."""

    week_on = Date(required=True)
    group_id = Id(required=True)
    is_replacing = Bool(load_default=False)


class TurnOut(Out):
    """One shift of one day."""

    on_date = Date()
    shift_id = Int()


class RosterRowOut(Out):
    """A worker with the turns of a week."""

    staff_id = Int(attribute="worker.staff_id")
    staff_no = Str(attribute="worker.staff_no")
    name = Str(attribute="worker.name")
    group_id = Int(attribute="worker.group_id")
    group = Str(attribute="worker.group")
    is_lead = Bool(attribute="worker.is_lead")
    turns = Many(Part(TurnOut))


class RosterOut(Out):
    """The duties of a week."""

    week_on = Date()
    days = Many(Date())
    shifts = Many(Part(ShiftOut))
    workers = Many(Part(RosterRowOut))


class DutyWeekImportedOut(Out):
    """What an import wrote."""

    week_on = Date()
    workers = Int()
    duties = Int()
