"""A report's ticket (诉求办理单): what was asked, by when it is to be answered, and what was done."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.actor import Actor
from backend.documents import pdf
from backend.media import services as media
from backend.workdays.titles import VERDICT_NAMES
from feedback.deadlines.titles import KIND_NAMES
from feedback.reports import policies, views
from feedback.reports.listing import Sight
from feedback.reports.models import State
from feedback.reports.policies import Step
from feedback.reports.views import EventView, ReportView

# So many pictures fit beside each other.
_MOST_PICTURES: Final = 4
# What is between the system and those who handle it is not printed.
_UNTOLD: Final = frozenset({Step.INVITE.value, Step.FOLLOW.value, Step.ESCALATE.value})


def sheet_of(actor: Actor, report_id: int) -> ReportView:
    """What the ticket says. Raises ReportNotFound, or ReportNotYours for who only met the same."""
    view = views.get_report(actor, report_id)
    policies.ensure(view.sight is not Sight.PUBLIC)
    return view


def title_of(view: ReportView) -> str:
    """`诉求办理单 F20261123-000001`: the name of a file."""
    return f"诉求办理单 {view.report.number}"


def render(view: ReportView, *, printed_by: str) -> bytes:
    """The ticket as PDF. Who printed it stands there, unless that would name an unnamed reporter."""
    report = view.report
    pictures = _pictures(report.id) if report.state != State.HIDDEN else {}
    context: dict[str, Any] = {
        "title": "诉求办理单",
        "number": report.number,
        "printed_by": "" if report.is_anonymous and view.is_mine else printed_by,
        "view": view,
        "report": report,
        "events": _told(view.timeline),
        "clocks": view.clocks,
        "kind_names": KIND_NAMES,
        "verdict_names": VERDICT_NAMES,
        "is_answered": report.replied_at is not None,
        "pictures": list(pictures),
    }
    return pdf.render("feedback.reports/ticket.html", context, pictures=pictures)


def _pictures(report_id: int) -> Mapping[str, bytes]:
    found = media.pictures(policies.PHOTOS, report_id, most=_MOST_PICTURES)
    return {f"report-{place}": picture for place, picture in enumerate(found)}


def _told(timeline: Sequence[EventView]) -> list[EventView]:
    return [event for event in timeline if event.step not in _UNTOLD]
