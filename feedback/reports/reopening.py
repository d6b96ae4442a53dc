"""Having a report handled again (重新办理), within an open unit of work: its reporter, or a visit, asks."""

from datetime import datetime

from backend.actor import Actor, Permission
from feedback.categories.models import DeadlineClass
from feedback.deadlines import operations as clocks
from feedback.reports import assigning, moving, policies, rollups, sealing, telling, wall
from feedback.reports.messages import REOPENED
from feedback.reports.models import Report, ReportEvent
from feedback.reports.policies import Step


def reopen(actor: Actor, report: Report, *, text: str, at: datetime) -> ReportEvent:
    """Begin the next cycle of a locked report, with the office that had it or, without one, at the desk.

    It has clocks of its own; the verdicts of the cycle before stand. Raises ReportState.
    """
    policies.state_after(report.state, Step.REOPEN)
    wall.take_down(actor, report, at=at)
    with rollups.kept(report):
        report.cycle += 1
        report.reopenings += 1
        report.outcome = report.reply = ""
        report.is_lapsed = False
        report.order_id = None
        if not assigning.may_go_on(report):
            report.office_id = None
        event = moving.move(actor, report, Step.REOPEN, text=text, at=at)
        report.replied_at = None
        if report.office_id is not None:
            assigning.begin(report, at=at, by=0)
        clocks.start(report.id, report.cycle, deadline=DeadlineClass(report.deadline), at=at)
    sealing.record(actor, report, "feedback.report_reopened", number=report.number)
    said = policies.excerpt(text)
    if report.office_id is not None:
        telling.tell_office(report, REOPENED, event="reopened", why=said)
    else:
        telling.tell_holders(report, REOPENED, Permission.REPORTS_TRIAGE, event="reopened", why=said)
    return event
