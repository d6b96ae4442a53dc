"""Writes of the applications, within an open unit of work, with the report locked."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.audit.operations import record
from backend.dates import full_day_text, full_moment_text
from backend.db import db
from feedback.deadlines import operations as deadlines
from feedback.deadlines import queries as clocks
from feedback.deadlines.errors import ExtensionInvalid
from feedback.deadlines.models import ClockKind
from feedback.deadlines.queries import ClockView
from feedback.offices import queries as offices
from feedback.reports import assigning, moving, rollups, telling
from feedback.reports.applications import policies
from feedback.reports.applications.errors import ApplicationOutdated, ApplicationWaits
from feedback.reports.applications.messages import (
    ASKED,
    DECIDED,
    EXTENDED,
    GIVEN_BACK,
    HANDED_OVER,
    RESUMED,
    REVIEW_DUE,
    SUSPENDED,
)
from feedback.reports.applications.models import Application, ApplicationKind, ApplicationState
from feedback.reports.applications.titles import DESK, KIND_NAMES
from feedback.reports.models import AssignmentEnd, Report
from feedback.reports.policies import Step

VOID_TEXT = "诉求已转办、答复或办结，申请自动作废"


def answer_clock(report: Report) -> ClockView:
    """The answer clock of the present cycle. Raises ExtensionInvalid if it has none."""
    present = clocks.present(clocks.clocks_of([report.id]).get(report.id, ()), report.cycle)
    if ClockKind.ANSWER not in present:
        raise ExtensionInvalid
    return present[ClockKind.ANSWER]


def ask(
    actor: Actor,
    report: Report,
    kind: ApplicationKind,
    *,
    reason: str,
    wanted_office_id: int | None = None,
    until_at: datetime | None = None,
    review_on: date | None = None,
    at: datetime,
) -> Application:
    """Write an application of whoever has it, and tell who decides. Raises ApplicationWaits."""
    drop_outdated(report, at=at)
    application = Application(
        report_id=report.id,
        cycle=report.cycle,
        kind=kind.value,
        state=ApplicationState.WAITING.value,
        office_id=report.office_id,
        reason=reason,
        wanted_office_id=wanted_office_id,
        until_at=until_at,
        review_on=review_on,
        asked_at=at,
        asked_by=actor.staff_id,
        asked_by_name=actor.name,
        decided_by_name="",
        decision="",
    )
    db.session.add(application)
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise ApplicationWaits from taken
    name = KIND_NAMES[kind]
    moving.note(
        actor,
        report,
        Step.ASK,
        text=reason,
        at=at,
        is_public=False,
        application=application.id,
        kind=kind.value,
        until=_said(until_at, review_on),
    )
    record(
        actor,
        "feedback.application_asked",
        "report",
        report.id,
        number=report.number,
        kind=kind.value,
        reason=reason,
    )
    office = _office_name(application)
    told = {"matter": name, "office": office, "why": reason}
    telling.tell_holders(
        report, ASKED, Permission.REPORTS_APPROVE, event=f"asked {application.id}", but=actor.staff_id, **told
    )
    if kind is ApplicationKind.OBJECTION:
        telling.tell_holders(
            report,
            ASKED,
            Permission.REPORTS_TRIAGE,
            event=f"asked {application.id}",
            but=actor.staff_id,
            **told,
        )
    return application


def approve(
    actor: Actor,
    report: Report,
    application: Application,
    *,
    text: str,
    office_id: int | None,
    at: datetime,
) -> None:
    """Say yes, and do it. Raises ApplicationOutdated, ReportState, ExtensionInvalid or an office's error."""
    if policies.is_outdated(application, report):
        raise ApplicationOutdated
    kind = ApplicationKind(application.kind)
    _decide(actor, report, application, ApplicationState.APPROVED, text, at)
    if kind is ApplicationKind.OBJECTION:
        _hear(actor, report, application, office_id, text, at)
    elif kind is ApplicationKind.EXTENSION:
        _extend(actor, report, application, at)
    else:
        _suspend(actor, report, application, at)


def refuse(actor: Actor, report: Report, application: Application, *, text: str, at: datetime) -> None:
    """Say no, with a reason."""
    _decide(actor, report, application, ApplicationState.REFUSED, text, at)
    moving.note(
        actor,
        report,
        Step.REFUSE,
        text=text,
        at=at,
        is_public=False,
        application=application.id,
        kind=application.kind,
    )


def drop_outdated(report: Report, *, at: datetime) -> int:
    """Let go of what waits though the report has gone another way; returns how many."""
    waiting = db.session.scalars(
        select(Application)
        .where(
            Application.report_id == report.id,
            Application.state == ApplicationState.WAITING.value,
        )
        .execution_options(populate_existing=True)
    )
    outdated = [each for each in waiting if policies.is_outdated(each, report)]
    for each in outdated:
        _write_decision(SYSTEM, each, ApplicationState.VOID, VOID_TEXT, at)
    db.session.flush()
    return len(outdated)


def resume(actor: Actor, report: Report, *, text: str, at: datetime) -> None:
    """Go on with a suspended report, its clock moved by what it stood. Raises ReportState."""
    with rollups.kept(report):
        report.review_on = None
        moving.move(actor, report, Step.RESUME_CASE, text=text, at=at)
        deadlines.resume(report.id, report.cycle, at)
    until = full_moment_text(answer_clock(report).due_at)
    record(actor, "feedback.report_resumed", "report", report.id, number=report.number, reason=text)
    telling.tell_office(report, RESUMED, event="resumed", but=actor.staff_id, until=until)
    telling.tell_reporter(report, RESUMED, event="resumed", until=until)


def review(actor: Actor, report: Report, *, review_on: date, text: str, at: datetime) -> None:
    """Leave a suspended report as it is until another day."""
    report.review_on = review_on
    moving.note(actor, report, Step.REVIEW, text=text, at=at, review_on=review_on.isoformat())
    record(
        actor,
        "feedback.suspension_reviewed",
        "report",
        report.id,
        number=report.number,
        review_on=review_on.isoformat(),
        reason=text,
    )


def call_for_review(report: Report) -> None:
    """Ask the desk to look again at what is suspended; the same day again is harmless."""
    on = report.review_on
    if on is not None:
        telling.tell_holders(
            report,
            REVIEW_DUE,
            Permission.REPORTS_TRIAGE,
            event=f"review {on}",
            until=full_day_text(on),
        )


def _hear(
    actor: Actor, report: Report, application: Application, office_id: int | None, text: str, at: datetime
) -> None:
    why = text or application.reason
    if office_id is not None:
        assigning.give(actor, report, office_id, text=why, at=at)
        telling.tell_office(report, HANDED_OVER, event="handed over", why=why)
        return
    # The office stays named: until another has taken it over, it is responsible (首接负责).
    with rollups.kept(report):
        assigning.end(report, AssignmentEnd.OBJECTED, at=at)
        moving.move(
            actor, report, Step.GIVE_BACK, text=why, at=at, is_public=False, office=application.office_id
        )
    office = _office_name(application)
    telling.tell_holders(
        report,
        GIVEN_BACK,
        Permission.REPORTS_TRIAGE,
        event="given back",
        but=actor.staff_id,
        office=office,
        why=why,
    )


def _extend(actor: Actor, report: Report, application: Application, at: datetime) -> None:
    until_at = application.until_at
    if until_at is None:
        raise ValueError(f"application {application.id} has no date")
    due_at = deadlines.extend(report.id, report.cycle, until_at, at)
    with rollups.kept(report):
        report.extensions += 1
    moving.note(
        actor,
        report,
        Step.EXTEND,
        text=application.reason,
        at=at,
        until=_said(until_at, None),
        before=_said(due_at, None),
    )
    telling.tell_reporter(
        report, EXTENDED, event="extended", until=full_moment_text(until_at), why=application.reason
    )


def _suspend(actor: Actor, report: Report, application: Application, at: datetime) -> None:
    on = application.review_on
    if on is None:
        raise ValueError(f"application {application.id} has no date")
    with rollups.kept(report):
        report.review_on = on
        moving.move(actor, report, Step.SUSPEND, text=application.reason, at=at, review_on=on.isoformat())
        deadlines.pause(report.id, report.cycle, at)
    telling.tell_reporter(
        report, SUSPENDED, event="suspended", until=full_day_text(on), why=application.reason
    )


def _decide(
    actor: Actor,
    report: Report,
    application: Application,
    state: ApplicationState,
    text: str,
    at: datetime,
) -> None:
    _write_decision(actor, application, state, text, at)
    is_approved = state is ApplicationState.APPROVED
    record(
        actor,
        f"feedback.application_{state.value}",
        "report",
        report.id,
        number=report.number,
        kind=application.kind,
        reason=text,
    )
    result = "已同意" if is_approved else f"未获同意：{text}"
    telling.tell_people(
        report,
        DECIDED,
        [application.asked_by],
        event=f"decided {application.id}",
        matter=KIND_NAMES[ApplicationKind(application.kind)],
        result=result,
    )


def _write_decision(
    actor: Actor, application: Application, state: ApplicationState, text: str, at: datetime
) -> None:
    application.state = state.value
    application.decided_at = at
    application.decided_by = actor.staff_id
    application.decided_by_name = actor.name
    application.decision = text


def _office_name(application: Application) -> str:
    if application.office_id is None:
        return DESK
    return offices.names([application.office_id]).get(application.office_id, "")


def _said(until_at: datetime | None, review_on: date | None) -> str | None:
    if until_at is not None:
        return clock.local(until_at).isoformat(timespec="seconds")
    return review_on.isoformat() if review_on is not None else None
