"""Reads of the visits: what is to be visited, and what was; within the reach of who visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.paging import Page, paginate
from backend.rules import queries as rules
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.deadlines.models import Clock, ClockKind
from feedback.offices import queries as offices
from feedback.reports import people, policies, queries, rated, sealing
from feedback.reports.models import Outcome, Report, ReportEvent, State
from feedback.reports.policies import OUTCOME_NAMES
from feedback.reports.visits.models import Visit
from feedback.reports.visits.policies import Reason
from feedback.reports.visits.rules import VISIT_DAYS, VISIT_SHARE
from feedback.reports.visits.titles import REASON_NAMES

_WHOLE: Final = 100
# Spreads consecutive identifiers over the hundred; coprime to it.
_SPREAD: Final = 37


@dataclass(frozen=True, slots=True)
class DueView:
    """A report that is to be visited; who reported is not told here."""

    id: int
    number: str
    kind: Kind
    category_name: str
    text: str
    place_path: str
    office_name: str
    cycle: int
    replied_at: datetime | None
    reason: Reason

    @property
    def reason_name(self) -> str:
        """The reason in Chinese."""
        return REASON_NAMES[self.reason]


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit, without who reported."""

    id: int
    report_id: int
    report_number: str
    cycle: int
    visited_at: datetime
    visited_by_name: str
    is_reached: bool
    outcome: str
    grade: int | None
    text: str
    is_reopening: bool

    @property
    def outcome_name(self) -> str:
        """The outcome in Chinese, or that nobody was reached."""
        return OUTCOME_NAMES[Outcome(self.outcome)] if self.outcome else "未联系上"


def list_due(actor: Actor, *, page: int, page_size: int) -> Page:
    """What is to be visited by the actor, the longest answered first; five statements."""
    statement: Any = select(Report).where(_to_visit(actor)).order_by(Report.replied_at, Report.id)
    found = paginate(statement, page=page, page_size=page_size)
    names = categories.names() if found.rows else {}
    office_names = offices.names({row.office_id or 0 for row in found.rows}) if found.rows else {}
    rows = [
        DueView(
            id=row.id,
            number=row.number,
            kind=Kind(row.kind),
            category_name=names.get(row.category_id, ""),
            text=policies.excerpt(row.text),
            place_path=row.place_path,
            office_name=office_names.get(row.office_id or 0, ""),
            cycle=row.cycle,
            replied_at=row.replied_at,
            reason=Reason.LAPSED if row.state == State.CLOSED else Reason.OVERDUE,
        )
        for row in found.rows
    ]
    return Page(rows, found.total, found.page, found.page_size)


def waiting(actor: Actor) -> Count:
    """Counts what is to be visited by the actor; one statement for their offices."""
    return select(func.count()).select_from(Report).where(_to_visit(actor))


def list_visits(actor: Actor, *, outcome: Outcome | None = None, page: int, page_size: int) -> Page:
    """What was visited within reach, the latest first; two statements."""
    statement: Any = (
        select(Visit, Report.number)
        .join(Report, Report.id == Visit.report_id)
        .where(queries.covered(actor.reach(Permission.REPORTS_VISIT)))
        .order_by(Visit.id.desc())
    )
    if outcome is not None:
        statement = statement.where(Visit.outcome == outcome.value)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([view(*row) for row in found.rows], found.total, found.page, found.page_size)


def of_report(actor: Actor, report_id: int) -> Sequence[VisitView]:
    """The visits for a report, by cycle, for those who work on it. Raises ReportNotFound."""
    report = queries.find(actor, report_id)
    if not people.standing(actor, report).is_staff:
        return []
    rows = db.session.scalars(select(Visit).where(Visit.report_id == report_id).order_by(Visit.cycle))
    return [view(row, report.number) for row in rows]


def view(row: Visit, number: str) -> VisitView:
    """One visit."""
    return VisitView(
        id=row.id,
        report_id=row.report_id,
        report_number=number,
        cycle=row.cycle,
        visited_at=row.visited_at,
        visited_by_name=row.visited_by_name,
        is_reached=row.is_reached,
        outcome=row.outcome,
        grade=row.grade,
        text=row.text,
        is_reopening=row.is_reopening,
    )


def _to_visit(actor: Actor) -> ColumnElement[bool]:
    """Answered, not rated and not visited in this cycle, of the sample, and not the actor's own doing."""
    now = clock.now()
    run_out = select(Clock.subject_id).where(
        Clock.subject_id == Report.id,
        Clock.cycle == Report.cycle,
        Clock.kind == ClockKind.ANSWER.value,
        Clock.due_at <= now,
    )
    visited = select(Visit.id).where(Visit.report_id == Report.id, Visit.cycle == Report.cycle)
    handled = select(ReportEvent.id).where(
        ReportEvent.report_id == Report.id,
        ReportEvent.actor_id == actor.staff_id,
        ReportEvent.step.in_(rated.HANDLING_STEPS),
    )
    office_ids = sorted(people.offices_of(actor))
    conditions = [
        queries.covered(actor.reach(Permission.REPORTS_VISIT)),
        or_(
            and_(Report.state == State.CLOSED.value, Report.is_lapsed),
            and_(Report.state.in_([State.REPLIED.value, State.TO_RATE.value]), run_out.exists()),
        ),
        Report.replied_at >= now - timedelta(days=rules.value(VISIT_DAYS)),
        # Nobody may learn who an unnamed one is, so that nobody can ask them.
        or_(Report.reporter_id.is_not(None), Report.contact_phone_cipher.is_not(None)),
        Report.reporter_key.is_distinct_from(sealing.key_of(actor.staff_id)),
        (Report.id * _SPREAD + Report.cycle) % _WHOLE < rules.value(VISIT_SHARE),
        ~visited.exists(),
        ~handled.exists(),
    ]
    if office_ids:
        conditions.append(or_(Report.office_id.is_(None), Report.office_id.not_in(office_ids)))
    return and_(*conditions)
