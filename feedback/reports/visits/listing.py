"""The supervision list (督办清单): what is open and needs somebody's attention, within reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from backend import clock
from backend.actor import Actor
from backend.paging import Page, paginate
from backend.rules import queries as rules
from backend.workdays.models import Verdict
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.categories.titles import KIND_NAMES
from feedback.deadlines import queries as clocks
from feedback.deadlines.models import Clock, ClockKind
from feedback.deadlines.queries import ClockView
from feedback.offices import queries as offices
from feedback.reports import policies, queries
from feedback.reports.models import Report, State
from feedback.reports.visits.policies import Concern
from feedback.reports.visits.rules import SUPERVISED_REOPENINGS
from feedback.reports.visits.titles import CONCERN_NAMES


@dataclass(frozen=True, slots=True)
class Supervised:
    """A report on the supervision list, and why."""

    id: int
    number: str
    kind: Kind
    category_name: str
    text: str
    place_path: str
    state: State
    office_id: int | None
    office_name: str
    submitted_at: datetime
    due_at: datetime | None
    due_text: str
    reopenings: int
    review_on: date | None
    supervised_at: datetime | None
    reasons: Sequence[Concern]

    @property
    def kind_name(self) -> str:
        """The kind in Chinese."""
        return KIND_NAMES[self.kind]

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return policies.STATE_NAMES[self.state]

    @property
    def reason_names(self) -> Sequence[str]:
        """The reasons in Chinese."""
        return [CONCERN_NAMES[each] for each in self.reasons]


def list_supervised(
    actor: Actor, *, reason: Concern | None = None, office_id: int | None = None, page: int, page_size: int
) -> Page:
    """What is overdue, supervised, reopened again and again, or suspended past its review; six statements.

    What is due first comes first. To an office's people it shows what is theirs.
    """
    concerns = _concerns()
    answer = and_(
        Clock.subject_id == Report.id,
        Clock.cycle == Report.cycle,
        Clock.kind == ClockKind.ANSWER.value,
    )
    statement: Any = (
        select(Report)
        .outerjoin(Clock, answer)
        .where(
            queries.IS_OPEN_REPORT,
            queries.in_reach(actor),
            concerns[reason] if reason is not None else or_(*concerns.values()),
        )
        .order_by(Clock.due_at, Report.id)
    )
    if office_id is not None:
        statement = statement.where(Report.office_id == office_id)
    found = paginate(statement, page=page, page_size=page_size)
    if not found.rows:
        return found
    all_clocks = clocks.clocks_of([row.id for row in found.rows])
    names, office_names = categories.names(), offices.names()
    rows = [_row(row, all_clocks.get(row.id, ()), names, office_names) for row in found.rows]
    return Page(rows, found.total, found.page, found.page_size)


def _concerns() -> dict[Concern, ColumnElement[bool]]:
    return {
        Concern.OVERDUE: clocks.overdue_condition(Report.id),
        Concern.SUPERVISED: Report.supervised_at.is_not(None),
        Concern.REOPENED: Report.reopenings >= rules.value(SUPERVISED_REOPENINGS),
        Concern.REVIEW: and_(Report.state == State.SUSPENDED.value, Report.review_on < clock.today()),
    }


def _row(
    row: Report, its_clocks: Sequence[ClockView], names: dict[int, str], office_names: dict[int, str]
) -> Supervised:
    answer = clocks.present(its_clocks, row.cycle).get(ClockKind.ANSWER)
    return Supervised(
        id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        category_name=names.get(row.category_id, ""),
        text=policies.excerpt(row.text),
        place_path=row.place_path,
        state=State(row.state),
        office_id=row.office_id,
        office_name=office_names.get(row.office_id or 0, ""),
        submitted_at=row.submitted_at,
        due_at=answer.due_at if answer is not None else None,
        due_text=answer.text if answer is not None else "",
        reopenings=row.reopenings,
        review_on=row.review_on,
        supervised_at=row.supervised_at,
        reasons=_reasons(row, its_clocks),
    )


def _reasons(row: Report, its_clocks: Sequence[ClockView]) -> list[Concern]:
    now = clock.now()
    holds = {
        Concern.OVERDUE: any(
            each.verdict is Verdict.RUNNING and each.is_overdue(now)
            for each in its_clocks
            if each.cycle == row.cycle
        ),
        Concern.SUPERVISED: row.supervised_at is not None,
        Concern.REOPENED: row.reopenings >= rules.value(SUPERVISED_REOPENINGS),
        Concern.REVIEW: row.state == State.SUSPENDED
        and row.review_on is not None
        and row.review_on < clock.today(),
    }
    return [concern for concern, is_so in holds.items() if is_so]
