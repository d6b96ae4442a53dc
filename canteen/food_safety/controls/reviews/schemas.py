"""Wire shapes of the weeks and the months."""

from backend.wire import Bool, Date, Id, In, Instant, Int, Json, Many, Month, Out, PageQuery, Str

_LONG = 5000


class SafetyReviewsQuery(PageQuery):
    """Whose reports."""

    canteen_id = Id()


class SafetyReviewIn(In):
    """The week or the month in which a day lies."""

    canteen_id = Id(required=True)
    on = Date(required=True, data_key="date")


class ReviewStepIn(In):
    """The report as one saw it."""

    revision = Int(required=True, minimum=1)


class SafetyWeekIn(ReviewStepIn):
    """What was found, what is done about it, and what that comes to."""

    problems = Str(max_length=_LONG, load_default="")
    measures = Str(max_length=_LONG, load_default="")
    conclusion = Str(max_length=_LONG, load_default="")


class SafetyMonthIn(ReviewStepIn):
    """The meeting: when, where, who, what was talked about and decided."""

    held_at = Instant(allow_none=True, load_default=None)
    place = Str(max_length=60, load_default="")
    chair = Str(max_length=50, load_default="")
    attendees = Str(max_length=500, load_default="")
    discussed = Str(max_length=_LONG, load_default="")
    decisions = Str(max_length=_LONG, load_default="")


class SafetyReviewOut(Out):
    """What the reports have in common; `facts` are {from_date, to_date, groups: [{title, lines}]}."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    canteen = Str()
    first_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")
    alarms = Int()
    facts = Json(attribute="row.facts")
    facts_at = Instant(attribute="row.facts_at")
    revision = Int(attribute="row.revision")
    is_signed = Bool()
    drafted_at = Instant(attribute="row.drafted_at")
    drafted_by_name = Str(attribute="row.drafted_by_name")
    signed_at = Instant(attribute="row.signed_at", allow_none=True)
    signed_by_name = Str(attribute="row.signed_by_name")


class SafetyWeekOut(SafetyReviewOut):
    """每周食品安全排查治理报告."""

    problems = Str(attribute="row.problems")
    measures = Str(attribute="row.measures")
    conclusion = Str(attribute="row.conclusion")


class SafetyMonthOut(SafetyReviewOut):
    """每月食品安全调度会议纪要."""

    month = Month(attribute="row.month")
    held_at = Instant(attribute="row.held_at", allow_none=True)
    place = Str(attribute="row.place")
    chair = Str(attribute="row.chair")
    attendees = Str(attribute="row.attendees")
    discussed = Str(attribute="row.discussed")
    decisions = Str(attribute="row.decisions")


class ControlsWaitingOut(Out):
    """What waits at a kitchen; `gap_days` are those of the last week without a finished daily control."""

    canteen_id = Id()
    canteen = Str()
    open = Int()
    overdue = Int()
    to_check = Int()
    gap_days = Many(Date())
    unsigned_weeks = Int()
