"""Reads of the applications, scoped by what the actor decides, asks for or oversees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.paging import Page, paginate
from feedback.deadlines import queries as clocks
from feedback.deadlines.models import ClockKind
from feedback.offices import queries as offices
from feedback.reports import people, queries
from feedback.reports import policies as report_policies
from feedback.reports.applications.models import Application, ApplicationKind, ApplicationState
from feedback.reports.applications.policies import STATES
from feedback.reports.applications.titles import DESK, KIND_NAMES, STATE_NAMES
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import Report, State


class Scope(StrEnum):
    """待我审批, 本单位提出的, 管辖范围内的."""

    TO_DECIDE = "to_decide"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application with what is asked about; `due_at` is the report's present answer due."""

    id: int
    report_id: int
    report_number: str
    report_text: str
    kind: ApplicationKind
    state: ApplicationState
    office_id: int | None
    office_name: str
    reason: str
    wanted_office_id: int | None
    wanted_office_name: str
    until_at: datetime | None
    review_on: date | None
    due_at: datetime | None
    asked_at: datetime
    asked_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    decision: str
    can_decide: bool

    @property
    def kind_name(self) -> str:
        """The kind in Chinese."""
        return KIND_NAMES[self.kind]

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[self.state]


def list_applications(
    actor: Actor,
    *,
    scope: Scope = Scope.TO_DECIDE,
    state: ApplicationState | None = None,
    kind: ApplicationKind | None = None,
    page: int,
    page_size: int,
) -> Page:
    """What waits for the actor's decision, the longest waiting first; or what was asked, the latest first."""
    statement: Any = select(Application, Report).join(Report, Report.id == Application.report_id)
    if scope is Scope.TO_DECIDE:
        statement = statement.where(_to_decide(actor)).order_by(Application.asked_at, Application.id)
    else:
        among = _of_own_offices(actor) if scope is Scope.MINE else queries.by_permission(actor)
        statement = statement.where(among).order_by(Application.id.desc())
    if state is not None:
        statement = statement.where(Application.state == state.value)
    if kind is not None:
        statement = statement.where(Application.kind == kind.value)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_views(actor, found.rows), found.total, found.page, found.page_size)


def of_report(actor: Actor, report_id: int) -> list[ApplicationView]:
    """What was asked for a report, the latest first, for those who work on it. Raises ReportNotFound."""
    report = queries.find(actor, report_id)
    if not people.standing(actor, report).is_staff:
        raise ReportNotFound
    rows = db.session.scalars(
        select(Application)
        .where(Application.report_id == report_id)
        .order_by(Application.id.desc())
        .execution_options(populate_existing=True)
    )
    return _views(actor, [(row, report) for row in rows])


def waiting(actor: Actor) -> Count:
    """Counts what waits for the actor's decision."""
    asked = select(func.count()).select_from(Application).join(Report, Report.id == Application.report_id)
    return asked.where(_to_decide(actor))


def view(actor: Actor, application: Application, report: Report) -> ApplicationView:
    """One application."""
    return _views(actor, [(application, report)])[0]


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    approved = queries.covered(actor.reach(Permission.REPORTS_APPROVE))
    triaged = queries.covered(actor.reach(Permission.REPORTS_TRIAGE))
    may_go_on = [
        and_(Application.kind == kind.value, Report.state.in_([state.value for state in states]))
        for kind, states in STATES.items()
    ]
    return and_(
        Application.state == ApplicationState.WAITING.value,
        Application.asked_by != actor.staff_id,
        func.coalesce(Application.office_id, 0) == func.coalesce(Report.office_id, 0),
        Application.cycle == Report.cycle,
        or_(false(), *may_go_on),
        or_(approved, and_(Application.kind == ApplicationKind.OBJECTION.value, triaged)),
    )


def _of_own_offices(actor: Actor) -> ColumnElement[bool]:
    office_ids = people.offices_of(actor)
    return Application.office_id.in_(sorted(office_ids)) if office_ids else false()


def _may_decide(actor: Actor, application: Application, report: Report) -> bool:
    def holds(permission: Permission) -> bool:
        reach = actor.reach(permission)
        return reach.covers(campus_id=report.campus_id, building_id=report.building_id)

    is_objection = application.kind == ApplicationKind.OBJECTION
    return (
        application.state == ApplicationState.WAITING
        and application.asked_by != actor.staff_id
        and (holds(Permission.REPORTS_APPROVE) or (is_objection and holds(Permission.REPORTS_TRIAGE)))
    )


def _views(actor: Actor, rows: Sequence[Any]) -> list[ApplicationView]:
    names = offices.names(
        {each.office_id or 0 for each, _ in rows} | {each.wanted_office_id or 0 for each, _ in rows}
    )
    all_clocks = clocks.clocks_of({report.id for _, report in rows})
    found = []
    for application, report in rows:
        present = clocks.present(all_clocks.get(report.id, ()), report.cycle)
        answer = present.get(ClockKind.ANSWER)
        is_hidden = report.state == State.HIDDEN
        found.append(
            ApplicationView(
                id=application.id,
                report_id=report.id,
                report_number=report.number,
                report_text="" if is_hidden else report_policies.excerpt(report.text),
                kind=ApplicationKind(application.kind),
                state=ApplicationState(application.state),
                office_id=application.office_id,
                office_name=names.get(application.office_id or 0, DESK),
                reason=application.reason,
                wanted_office_id=application.wanted_office_id,
                wanted_office_name=names.get(application.wanted_office_id or 0, ""),
                until_at=application.until_at,
                review_on=application.review_on,
                due_at=answer.due_at if answer is not None else None,
                asked_at=application.asked_at,
                asked_by_name=application.asked_by_name,
                decided_at=application.decided_at,
                decided_by_name=application.decided_by_name,
                decision=application.decision,
                can_decide=_may_decide(actor, application, report),
            )
        )
    return found
