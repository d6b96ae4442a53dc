"""Use cases of the desk (诉求专席): taking reports in, giving them out, refusing, hiding and supervising."""

from datetime import datetime

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from feedback.deadlines import operations as clocks
from feedback.deadlines import queries as clock_queries
from feedback.deadlines.models import ClockKind
from feedback.offices import queries as offices
from feedback.reports import (
    assigning,
    hiding,
    masters,
    moving,
    people,
    policies,
    rollups,
    telling,
    views,
)
from feedback.reports.errors import SupervisionUnchanged
from feedback.reports.messages import (
    ACCEPTED,
    ASSIGNED,
    HIDDEN,
    OFFICE_CHOSEN,
    REJECTED,
    SUPERVISED,
    TRANSFERRED,
    UNHIDDEN,
)
from feedback.reports.models import Report
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.views import ReportView


@leaving_trace(Verb.ACCEPT)
def accept(actor: Actor, report_id: int, *, text: str = "") -> ReportView:
    """Take a report in (受理); that ends its response clock.

    Raises ReportNotFound, ReportState or ReportNotYours.
    """
    report, who, _ = people.entering(actor, report_id, Step.ACCEPT)
    policies.ensure(who.triages)
    take_in(actor, report, text=text, at=clock.now())
    telling.tell_reporter(report, ACCEPTED, event="accepted", due=due_text(report))
    return views.view(actor, report)


@leaving_trace(Verb.ASSIGN)
def assign(actor: Actor, report_id: int, *, office_id: int, text: str = "") -> ReportView:
    """Give a report to an office (转办), or from one to another; what was not taken in is taken in first.

    Raises ReportNotFound, ReportState, ReportNotYours, OfficeNotFound, OfficeClosed, OfficeElsewhere or
    OfficeSame.
    """
    report, who, step = people.entering(actor, report_id, Step.ACCEPT, Step.ASSIGN)
    policies.ensure(who.triages)
    now = clock.now()
    if step is Step.ACCEPT:
        take_in(actor, report, at=now)
    before, is_first = report.office_id, report.transfers == 0
    had = report.assignment_id is not None
    with rollups.kept(report):
        office = assigning.give(actor, report, office_id, text=text, at=now)
        clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, now)
    record(actor, "feedback.report_assigned", "report", report.id, number=report.number, office_id=office_id)
    if had and before is not None:
        told = offices.members(before) - {actor.staff_id}
        telling.tell_people(report, TRANSFERRED, told, event="transferred", office=office.name)
    telling.tell_office(report, ASSIGNED, event="assigned", but=actor.staff_id, due=due_text(report))
    if is_first:
        telling.tell_reporter(report, OFFICE_CHOSEN, event="office", office=office.name)
    return views.view(actor, report)


@leaving_trace(Verb.REJECT)
def reject(actor: Actor, report_id: int, *, text: str) -> ReportView:
    """Refuse a report with a reason (不予受理). Raises ReportNotFound, ReportState or ReportNotYours."""
    report, who, step = people.entering(actor, report_id, Step.REJECT)
    policies.ensure(who.triages)
    now = clock.now()
    with rollups.kept(report):
        moving.move(actor, report, step, text=text, at=now)
        clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, now)
        clocks.void(report.id, report.cycle, now)
    record(actor, "feedback.report_rejected", "report", report.id, number=report.number, reason=text)
    said = policies.excerpt(text)
    telling.tell_reporter(report, REJECTED, event="rejected", why=said)
    masters.tell_result(report, f"不予受理：{said}")
    return views.view(actor, report)


@leaving_trace(Verb.HIDE)
def hide(actor: Actor, report_id: int, *, text: str) -> ReportView:
    """Take a report and its photos out of sight, with a reason (隐藏).

    Raises ReportNotFound, ReportState or ReportNotYours.
    """
    report, who, _ = people.entering(actor, report_id, Step.HIDE)
    policies.ensure(who.triages)
    hiding.hide(actor, report, text=text, at=clock.now())
    record(actor, "feedback.report_hidden", "report", report.id, number=report.number, reason=text)
    telling.tell_reporter(report, HIDDEN, event="hidden", why=policies.excerpt(text))
    return views.view(actor, report)


@leaving_trace(Verb.UNHIDE)
def unhide(actor: Actor, report_id: int, *, text: str = "") -> ReportView:
    """Bring a hidden report and its photos back. Raises ReportNotFound, ReportState or ReportNotYours."""
    report, who, _ = people.entering(actor, report_id, Step.UNHIDE)
    policies.ensure(who.triages)
    hiding.unhide(actor, report, text=text, at=clock.now())
    record(actor, "feedback.report_unhidden", "report", report.id, number=report.number)
    telling.tell_reporter(report, UNHIDDEN, event="unhidden")
    return views.view(actor, report)


@leaving_trace(Verb.SUPERVISE)
def supervise(actor: Actor, report_id: int, *, text: str = "") -> ReportView:
    """Put an open report on the supervision list (督办).

    Raises ReportNotFound, ReportState, ReportNotYours or SupervisionUnchanged.
    """
    report = _supervision(actor, report_id, Step.SUPERVISE, text)
    said = policies.excerpt(text) or "请加快办理"
    telling.tell_office(report, SUPERVISED, event="supervised", but=actor.staff_id, why=said)
    return views.view(actor, report)


@leaving_trace(Verb.SUPERVISE)
def unsupervise(actor: Actor, report_id: int, *, text: str = "") -> ReportView:
    """Take an open report off the supervision list.

    Raises ReportNotFound, ReportState, ReportNotYours or SupervisionUnchanged.
    """
    return views.view(actor, _supervision(actor, report_id, Step.UNSUPERVISE, text))


def take_in(actor: Actor, report: Report, *, text: str = "", at: datetime) -> None:
    """Take a locked report in. Raises ReportState."""
    with rollups.kept(report):
        moving.move(actor, report, Step.ACCEPT, text=text, at=at)
        clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, at)
    record(actor, "feedback.report_accepted", "report", report.id, number=report.number)


def due_text(report: Report) -> str:
    """By when the report is to be answered, for messages."""
    found = clock_queries.clocks_of([report.id]).get(report.id, [])
    due = next(
        (each.due_at for each in found if each.cycle == report.cycle and each.kind == ClockKind.ANSWER),
        None,
    )
    return f"{clock.local(due):%Y-%m-%d %H:%M}" if due is not None else "规定时限"


def _supervision(actor: Actor, report_id: int, step: Step, text: str) -> Report:
    report, who = people.entering_in(actor, report_id, policies.NOTES[step])
    policies.ensure(who.triages or who.approves)
    is_on = step is Step.SUPERVISE
    if is_on is (report.supervised_at is not None):
        raise SupervisionUnchanged
    now = clock.now()
    report.supervised_at = now if is_on else None
    moving.note(actor, report, step, text=text, at=now, is_public=False)
    action = "feedback.report_supervised" if is_on else "feedback.report_unsupervised"
    record(actor, action, "report", report.id, number=report.number)
    return report
