"""Wire shapes of rectifications."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
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
    Query,
    Str,
)
from canteen.evaluation.rectifications.models import REASON_LENGTH, TEXT_LENGTH, TITLE_LENGTH, State
from canteen.evaluation.rectifications.policies import MOST_PHOTOS, MOST_PROBLEMS, Problem

_YEAR = {"minimum": 2000, "maximum": 2999}


class RectificationsQuery(PageQuery):
    """Which rectifications; the year is that of their opening."""

    state = Choice(State)
    unit_id = Id()
    is_overdue = Bool(load_default=False)
    year = Int(**_YEAR)


class OwnRectificationsQuery(PageQuery):
    """Which of one's own units' rectifications."""

    state = Choice(State)


class EvaluationYearQuery(Query):
    """Of which year."""

    year = Int(required=True, **_YEAR)


class RectificationProblemIn(In):
    """One thing to put right; `item_id` is the item of the score sheet that lost points by it."""

    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)
    item_id = Id(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Problem:
        """As policies know it."""
        return Problem(**data)


class RectificationOrderIn(In):
    """What is to be put right; without `due_on` by the rule's number of days."""

    title = Str(required=True, min_length=1, max_length=TITLE_LENGTH)
    problems = Many(Part(RectificationProblemIn), required=True, minimum=1, maximum=MOST_PROBLEMS)
    demand = Str(load_default="", max_length=TEXT_LENGTH)
    due_on = Date(load_default=None, allow_none=True)


class RectificationIn(RectificationOrderIn):
    """Which unit puts what right; `sheet_id` is its closed quarterly sheet if that is where it comes from."""

    unit_id = Id(required=True)
    sheet_id = Id(load_default=None, allow_none=True)


class RectificationMeasureIn(In):
    """What was done about the item at this position."""

    position = Int(required=True, minimum=1, maximum=MOST_PROBLEMS)
    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class RectificationReportIn(In):
    """What the unit has done, item by item; photos are as it likes."""

    revision = Int(required=True, minimum=1)
    measures = Many(Part(RectificationMeasureIn), required=True, minimum=1, maximum=MOST_PROBLEMS)
    remark = Str(load_default="", max_length=TEXT_LENGTH)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)

    @post_load
    def by_position(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The measures by position; of two for one the last."""
        return {**data, "measures": {each["position"]: each["text"] for each in data["measures"]}}


class RectificationExtensionIn(In):
    """A later deadline, and why."""

    wanted_on = Date(required=True)
    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class RectificationExtensionDecisionIn(In):
    """Whether the later deadline is allowed."""

    is_granted = Bool(required=True)
    decision = Str(load_default="", max_length=REASON_LENGTH)


class RectificationCheckIn(In):
    """How the re-check ended; `failed` are the positions that were not put right."""

    revision = Int(required=True, minimum=1)
    is_passed = Bool(required=True)
    failed = Many(Int(minimum=1, maximum=MOST_PROBLEMS), maximum=MOST_PROBLEMS, load_default=list)
    finding = Str(load_default="", max_length=TEXT_LENGTH)
    due_on = Date(load_default=None, allow_none=True)


class RectificationReasonIn(In):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class RectificationClosingIn(In):
    """What came of it."""

    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class RectificationRowOut(Out):
    """A rectification in a list. `in_time` is known once it ended by a re-check."""

    id = Id()
    unit_id = Id()
    unit_name = Str()
    origin = Str()
    origin_name = Str()
    origin_id = Id(allow_none=True)
    title = Str()
    state = Str()
    state_name = Str()
    due_on = Date()
    first_due_on = Date()
    is_overdue = Bool()
    failures = Int()
    opened_at = Instant()
    opened_by_name = Str()
    ended_at = Instant(allow_none=True)
    in_time = Bool(allow_none=True)
    has_extension = Bool()


class RectificationProblemOut(Out):
    """One thing to put right."""

    position = Int()
    text = Str()
    item_id = Id(allow_none=True)


class RectificationMeasureOut(Out):
    """What was done about the item at this position."""

    position = Int()
    text = Str()


class RectificationAttemptOut(Out):
    """A report of the unit, and its re-check once there was one."""

    number = Int(attribute="attempt.number")
    measures = Many(Part(RectificationMeasureOut))
    remark = Str(attribute="attempt.remark")
    photos = Many(Part(PhotoLinksOut))
    reported_at = Instant(attribute="attempt.reported_at")
    reported_by_name = Str(attribute="attempt.reported_by_name")
    checked_at = Instant(attribute="attempt.checked_at", allow_none=True)
    checked_by_name = Str(attribute="attempt.checked_by_name")
    is_passed = Bool(attribute="attempt.is_passed", allow_none=True)
    failed = Many(Int(), attribute="attempt.failed")
    finding = Str(attribute="attempt.finding")


class RectificationExtensionOut(Out):
    """A request for more time: waiting, granted or refused."""

    id = Id()
    due_on = Date()
    wanted_on = Date()
    reason = Str()
    asked_at = Instant()
    asked_by_name = Str()
    state = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    decision = Str()


class RectificationStepOut(Out):
    """What was done, and the deadline from then on."""

    step = Str()
    taken_at = Instant()
    taken_by_name = Str()
    text = Str()
    due_on = Date()


class RectificationOut(RectificationRowOut):
    """All of a rectification. `can` are the steps that the reader may take now."""

    revision = Int()
    demand = Str()
    escalated_at = Instant(allow_none=True)
    problems = Many(Part(RectificationProblemOut))
    attempts = Many(Part(RectificationAttemptOut))
    extensions = Many(Part(RectificationExtensionOut))
    steps = Many(Part(RectificationStepOut))
    can = Many(Str())


class RectificationCountsOut(Out):
    """How the rectifications stand."""

    open = Int()
    to_check = Int()
    overdue = Int()
    due_soon = Int()
    extensions = Int()
    escalated = Int()
    closed_this_year = Int()
