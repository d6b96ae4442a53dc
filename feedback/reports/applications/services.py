"""Use cases of the applications: asking, deciding, going on with what was suspended."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from backend.jobs import one_by_one
from backend.rules import queries as rules
from feedback.offices import queries as offices
from feedback.reports import moving, people
from feedback.reports import policies as report_policies
from feedback.reports import queries as report_queries
from feedback.reports.applications import operations, policies, queries
from feedback.reports.applications.errors import (
    ApplicationDecided,
    ApplicationNotFound,
    TooManyExtensions,
    WantedOfficeInvalid,
)
from feedback.reports.applications.models import Application, ApplicationKind, ApplicationState
from feedback.reports.applications.queries import ApplicationView
from feedback.reports.applications.rules import EXTENSION_DAYS, MOST_EXTENSIONS, REVIEW_DAYS
from feedback.reports.errors import OwnHandling
from feedback.reports.models import Report, State
from feedback.reports.policies import Standing, Verb
from feedback.reports.refusals import leaving_trace

_VERBS: Final = {
    ApplicationKind.OBJECTION: Verb.OBJECT,
    ApplicationKind.EXTENSION: Verb.EXTEND,
    ApplicationKind.SUSPENSION: Verb.SUSPEND,
}


@leaving_trace(Verb.OBJECT)
def object_to(
    actor: Actor, report_id: int, *, reason: str, wanted_office_id: int | None = None
) -> ApplicationView:
    """Say that a report is not the office's (派单异议), and perhaps whose; it goes on with it meanwhile.

    Raises ReportNotFound, ReportState, ReportNotYours, OwnHandling, ApplicationWaits, WantedOfficeInvalid,
    OfficeNotFound or OfficeClosed.
    """
    report = _entering(actor, report_id, ApplicationKind.OBJECTION)
    if wanted_office_id is not None:
        if wanted_office_id == report.office_id:
            raise WantedOfficeInvalid
        offices.find(wanted_office_id)
    application = operations.ask(
        actor,
        report,
        ApplicationKind.OBJECTION,
        reason=reason,
        wanted_office_id=wanted_office_id,
        at=clock.now(),
    )
    return queries.view(actor, application, report)


@leaving_trace(Verb.EXTEND)
def extend(actor: Actor, report_id: int, *, reason: str, until_at: datetime) -> ApplicationView:
    """Ask for a later due (延期), with the reason that the reporter is told.

    Raises ReportNotFound, ReportState, ReportNotYours, OwnHandling, ApplicationWaits, TooManyExtensions,
    ExtensionInvalid or ExtensionTooLong.
    """
    report, now = _entering(actor, report_id, ApplicationKind.EXTENSION), clock.now()
    most = rules.value(MOST_EXTENSIONS)
    if _extensions(report) >= most:
        raise TooManyExtensions(most=most)
    due_at = operations.answer_clock(report).due_at
    policies.ensure_extension(until_at, due_at=due_at, now=now, days=rules.value(EXTENSION_DAYS))
    application = operations.ask(
        actor, report, ApplicationKind.EXTENSION, reason=reason, until_at=until_at, at=now
    )
    return queries.view(actor, application, report)


@leaving_trace(Verb.SUSPEND)
def suspend(actor: Actor, report_id: int, *, reason: str, review_on: date) -> ApplicationView:
    """Ask to suspend what can not be solved for now (挂账) until a day on which it is looked at again.

    Raises ReportNotFound, ReportState, ReportNotYours, OwnHandling, ApplicationWaits or ReviewOnInvalid.
    """
    report = _entering(actor, report_id, ApplicationKind.SUSPENSION)
    policies.ensure_review_on(review_on, today=clock.today(), days=rules.value(REVIEW_DAYS))
    application = operations.ask(
        actor, report, ApplicationKind.SUSPENSION, reason=reason, review_on=review_on, at=clock.now()
    )
    return queries.view(actor, application, report)


def approve(
    actor: Actor,
    application_id: int,
    *,
    text: str = "",
    office_id: int | None = None,
    is_to_desk: bool = False,
) -> ApplicationView:
    """Say yes, and do it. An objection's report goes to the office named here, else to the wanted one, else
    (or with `is_to_desk`) back to the desk.

    Raises ApplicationNotFound, ReportNotYours, OwnHandling, ApplicationDecided, ApplicationOutdated,
    ReportState, ExtensionInvalid or an office's error.
    """

    def run(actor: Actor, report_id: int) -> ApplicationView:
        report, application = _to_decide(actor, report_id, application_id)
        to_id = None if is_to_desk else office_id or application.wanted_office_id
        operations.approve(actor, report, application, text=text, office_id=to_id, at=clock.now())
        return queries.view(actor, application, report)

    return _deciding(actor, application_id, run)


def refuse(actor: Actor, application_id: int, *, text: str) -> ApplicationView:
    """Say no, with a reason.

    Raises ApplicationNotFound, ReportNotYours, OwnHandling or ApplicationDecided.
    """

    def run(actor: Actor, report_id: int) -> ApplicationView:
        report, application = _to_decide(actor, report_id, application_id)
        operations.refuse(actor, report, application, text=text, at=clock.now())
        return queries.view(actor, application, report)

    return _deciding(actor, application_id, run)


@leaving_trace(Verb.RESUME)
def resume(actor: Actor, report_id: int, *, text: str = "") -> Report:
    """Go on with a suspended report, for its office, the desk or an approver.

    Raises ReportNotFound, ReportState, ReportNotYours or OwnHandling.
    """
    report, who = people.entering_in(actor, report_id, {State.SUSPENDED})
    _ensure_works(who, who.is_handler or who.triages or who.approves)
    operations.resume(actor, report, text=text, at=clock.now())
    return report


@leaving_trace(Verb.RESUME)
def review(actor: Actor, report_id: int, *, review_on: date, text: str) -> Report:
    """Leave a suspended report as it is after looking at it again (复查), for the desk or an approver.

    Raises ReportNotFound, ReportState, ReportNotYours, OwnHandling or ReviewOnInvalid.
    """
    report, who = people.entering_in(actor, report_id, {State.SUSPENDED})
    _ensure_works(who, who.triages or who.approves)
    policies.ensure_review_on(review_on, today=clock.today(), days=rules.value(REVIEW_DAYS))
    operations.review(actor, report, review_on=review_on, text=text, at=clock.now())
    return report


def call_for_reviews() -> int:
    """Ask the desks to look again at what was suspended until today; returns how many wait for it."""
    due = db.session.scalars(
        select(Report.id)
        .where(
            report_queries.IS_OPEN_REPORT,
            Report.state == State.SUSPENDED.value,
            Report.review_on <= clock.today(),
        )
        .order_by(Report.id)
    ).all()
    return one_by_one(due, _call_for_review)


def drop_outdated() -> int:
    """Let go of what waits for reports that have gone another way; returns how many were looked at."""
    waiting = db.session.scalars(
        select(Application.report_id)
        .where(Application.state == ApplicationState.WAITING.value)
        .distinct()
        .order_by(Application.report_id)
    ).all()
    return one_by_one(waiting, _drop_outdated)


@atomic
def _call_for_review(report_id: int) -> int:
    report = moving.locked(report_id)
    if report.state != State.SUSPENDED or report.review_on is None or report.review_on > clock.today():
        return 0  # Somebody was faster.
    operations.call_for_review(report)
    return 1


@atomic
def _drop_outdated(report_id: int) -> int:
    return operations.drop_outdated(moving.locked(report_id), at=clock.now())


def _entering(actor: Actor, report_id: int, kind: ApplicationKind) -> Report:
    report, who = people.entering_in(actor, report_id, policies.STATES[kind])
    _ensure_works(who, policies.may_ask(who, kind, report.state))
    return report


def _ensure_works(who: Standing, is_allowed: bool) -> None:
    report_policies.ensure(is_allowed)
    if who.is_reporter:
        raise OwnHandling


def _extensions(report: Report) -> int:
    """How often the present cycle was extended."""
    statement = select(func.count()).where(
        Application.report_id == report.id,
        Application.cycle == report.cycle,
        Application.kind == ApplicationKind.EXTENSION.value,
        Application.state == ApplicationState.APPROVED.value,
    )
    return db.session.scalar(statement) or 0


def _deciding(
    actor: Actor, application_id: int, run: Callable[[Actor, int], ApplicationView]
) -> ApplicationView:
    row = db.session.execute(
        select(Application.report_id, Application.kind).where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise ApplicationNotFound
    return leaving_trace(_VERBS[ApplicationKind(row.kind)])(run)(actor, row.report_id)


def _to_decide(actor: Actor, report_id: int, application_id: int) -> tuple[Report, Application]:
    """An application that waits, its report locked, for somebody who decides and did not ask."""
    report = moving.locked(report_id)
    who = people.standing(actor, report)
    if not who.is_staff:
        raise ApplicationNotFound
    application = db.session.get(Application, application_id, populate_existing=True)
    if application is None:
        raise ApplicationNotFound
    if application.asked_by == actor.staff_id:
        raise OwnHandling
    _ensure_works(who, policies.decides(who, application.kind))
    if application.state != ApplicationState.WAITING:
        raise ApplicationDecided
    return report, application
