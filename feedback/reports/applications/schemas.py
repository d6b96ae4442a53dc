"""Wire shapes of the applications."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Out, PageQuery, Str
from feedback.reports.applications.models import ApplicationKind, ApplicationState
from feedback.reports.applications.queries import Scope

_TEXT = 500


class DispatchObjectionIn(In):
    """Why a report is not the office's, and perhaps whose."""

    reason = Str(required=True, min_length=1, max_length=_TEXT)
    wanted_office_id = Id(load_default=None, allow_none=True)


class ExtensionIn(In):
    """Until when, and why; the reporter is told both."""

    reason = Str(required=True, min_length=1, max_length=_TEXT)
    until_at = Instant(required=True)


class SuspensionIn(In):
    """Why it can not be solved for now, and when it is looked at again."""

    reason = Str(required=True, min_length=1, max_length=_TEXT)
    review_on = Date(required=True)


class ApplicationApprovalIn(In):
    """Where the report of an objection goes: an office, the desk, or (nothing said) the wanted office."""

    text = Str(max_length=_TEXT, load_default="")
    office_id = Id(load_default=None, allow_none=True)
    is_to_desk = Bool(load_default=False)


class ApplicationRefusalIn(In):
    """Why not."""

    text = Str(required=True, min_length=1, max_length=_TEXT)


class ReportResumeIn(In):
    """Why it can go on now."""

    text = Str(max_length=_TEXT, load_default="")


class SuspensionReviewIn(In):
    """What was found, and when to look again."""

    review_on = Date(required=True)
    text = Str(required=True, min_length=1, max_length=_TEXT)


class SuspendedReportOut(Out):
    """A report after it was looked at again."""

    id = Id()
    number = Str()
    state = Str()
    review_on = Date(allow_none=True)


class ApplicationsQuery(PageQuery):
    """Which applications."""

    scope = Choice(Scope, load_default=Scope.TO_DECIDE)
    state = Choice(ApplicationState, load_default=None)
    kind = Choice(ApplicationKind, load_default=None)


class ApplicationOut(Out):
    """An application; `due_at` is by when the report is to be answered as things stand."""

    id = Id()
    report_id = Id()
    report_number = Str()
    report_text = Str()
    kind = Choice(ApplicationKind)
    kind_name = Str()
    state = Choice(ApplicationState)
    state_name = Str()
    office_id = Id(allow_none=True)
    office_name = Str()
    reason = Str()
    wanted_office_id = Id(allow_none=True)
    wanted_office_name = Str()
    until_at = Instant(allow_none=True)
    review_on = Date(allow_none=True)
    due_at = Instant(allow_none=True)
    asked_at = Instant()
    asked_by_name = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    decision = Str()
    can_decide = Bool()
