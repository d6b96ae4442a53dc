"""Wire shapes of the visits and of the supervision list."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Str
from feedback.categories.models import Kind
from feedback.reports.models import Outcome, State
from feedback.reports.visits.policies import Concern, Reason


class VisitIn(In):
    """Whether the reporter was reached, and what they say."""

    is_reached = Bool(required=True)
    outcome = Choice(Outcome, load_default=None, allow_none=True)
    grade = Int(minimum=1, maximum=5, load_default=None, allow_none=True)
    text = Str(max_length=500, load_default="")
    is_reopening = Bool(load_default=False)


class VisitOut(Out):
    """A visit; `outcome` is empty where nobody was reached."""

    id = Id()
    report_id = Id()
    report_number = Str()
    cycle = Int()
    visited_at = Instant()
    visited_by_name = Str()
    is_reached = Bool()
    outcome = Str()
    outcome_name = Str()
    grade = Int(allow_none=True)
    text = Str()
    is_reopening = Bool()


class VisitsQuery(PageQuery):
    """Which visits."""

    outcome = Choice(Outcome, load_default=None)


class DueVisitOut(Out):
    """A report that is to be visited."""

    id = Id()
    number = Str()
    kind = Choice(Kind)
    category_name = Str()
    text = Str()
    place_path = Str()
    office_name = Str()
    cycle = Int()
    replied_at = Instant()
    reason = Choice(Reason)
    reason_name = Str()


class SupervisionQuery(PageQuery):
    """Which of the supervision list."""

    reason = Choice(Concern, load_default=None)
    office_id = Id(load_default=None)


class SupervisedReportOut(Out):
    """A report on the supervision list, and why."""

    id = Id()
    number = Str()
    kind = Choice(Kind)
    kind_name = Str()
    category_name = Str()
    text = Str()
    place_path = Str()
    state = Choice(State)
    state_name = Str()
    office_id = Id(allow_none=True)
    office_name = Str()
    submitted_at = Instant()
    due_at = Instant(allow_none=True)
    due_text = Str()
    reopenings = Int()
    review_on = Date(allow_none=True)
    supervised_at = Instant(allow_none=True)
    reasons = Many(Choice(Concern))
    reason_names = Many(Str())
