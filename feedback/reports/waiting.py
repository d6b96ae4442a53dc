"""What waits for somebody: the numbers on the badges, and the desk's board (诉求看板)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, union_all

from backend.actor import Actor, Permission
from backend.counting import Count, together
from backend.db import db
from feedback.deadlines import queries as clocks
from feedback.offices import queries as offices
from feedback.reports import listing, queries
from feedback.reports.listing import ReportRow, Scope, Sight, Sort
from feedback.reports.models import OPEN_STATES, Report, State
from feedback.reports.policies import STATE_NAMES

# What stands side by side on the board, from what comes in to what goes out.
LANES: Final = (
    (State.PENDING,),
    (State.ACCEPTED,),
    (State.ASSIGNED, State.IN_ORDER),
    (State.REPLIED, State.TO_RATE),
    (State.SUSPENDED,),
)
_IN_HAND: Final = Report.state.in_([State.ASSIGNED.value, State.IN_ORDER.value])


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for the actor, for badges."""

    mine_open: int
    to_rate: int
    office: int
    pending: int
    accepted: int
    overdue: int
    supervised: int


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What waits for the actor's own hand; of their own the oldest, to go there at once."""

    to_rate: int
    first_to_rate: int | None
    office: int
    pending: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board: how many there are and how many of them overdue; the first ones, by due."""

    states: Sequence[State]
    count: int
    overdue: int
    rows: Sequence[ReportRow]

    @property
    def key(self) -> str:
        """`pending`: the first of its states."""
        return self.states[0].value

    @property
    def name(self) -> str:
        """`转办、转工单`."""
        return "、".join(STATE_NAMES[state] for state in self.states)


def board(actor: Actor, *, limit: int, **filters: Any) -> list[Lane]:
    """What the desk has in hand where the actor triages, `limit` reports of each column; five statements.

    `filters` are those of the lists.
    """
    asked = listing.conditions_of(actor, Scope.DESK, **filters)
    within = and_(queries.covered(actor.reach(Permission.REPORTS_TRIAGE)), *asked)
    counts: dict[str, Count] = {}
    firsts = []
    for place, states in enumerate(LANES):
        lane = and_(within, _in(states))
        counts[f"all_{place}"] = _number_of(lane)
        counts[f"late_{place}"] = _number_of(lane, clocks.overdue_condition(Report.id))
        first = listing.ordered(select(Report.id), Sort.DUE).where(lane).limit(limit).subquery()
        firsts.append(select(first.c.id))
    numbers = together(counts)
    ids = list(db.session.scalars(union_all(*firsts)))
    found = {
        row.report.id: row
        for row in listing.rows_of(
            actor, listing.rows().where(Report.id.in_(ids)), Sight.STAFF, with_photos=False
        )
    }
    rows = [found[report_id] for report_id in ids if report_id in found]
    rows.sort(key=lambda row: (row.due_at is None, row.due_at, row.report.id))
    return [
        Lane(
            states,
            numbers[f"all_{place}"],
            numbers[f"late_{place}"],
            [row for row in rows if row.report.state in states],
        )
        for place, states in enumerate(LANES)
    ]


def attention(actor: Actor) -> dict[str, Count]:
    """Counts what of the reports waits for the actor, by each permission within its reach.

    Names: overdue, pending, accepted (of the desk), assigned (of one's offices); none for somebody for whom
    nothing can wait.
    """
    found: dict[str, Count] = {}
    if actor.can(Permission.REPORTS_TRIAGE):
        triaged = and_(queries.covered(actor.reach(Permission.REPORTS_TRIAGE)), queries.IS_OPEN_REPORT)
        found |= {
            "overdue": _number_of(triaged, clocks.overdue_condition(Report.id)),
            "pending": _number_of(triaged, Report.state == State.PENDING.value),
            "accepted": _number_of(triaged, Report.state == State.ACCEPTED.value),
        }
    if actor.can(Permission.REPORTS_HANDLE):
        found["assigned"] = _number_of(
            Report.office_id.in_(offices.belonging(actor.staff_id)), queries.IS_OPEN_REPORT, _IN_HAND
        )
    return found


def on_first_page(actor: Actor) -> FirstPage:
    """What the first page tells: one's own to rate, one's office's to answer, the desk's to look at.

    One statement, and one more for a member of an office.
    """
    to_rate = _to_rate(actor)
    first = select(func.min(Report.id)).where(to_rate).scalar_subquery()
    row: Any = db.session.execute(
        select(_number(to_rate), first, _number(*_of_office(actor)), _number(*_pending(actor)))
    ).one()
    return FirstPage(*row)


def counts(actor: Actor) -> Counts:
    """What waits for the actor; at most two statements."""
    triaged = queries.covered(actor.reach(Permission.REPORTS_TRIAGE))
    accepted = and_(triaged, queries.IS_OPEN_REPORT, Report.state == State.ACCEPTED.value)
    seen = and_(queries.by_permission(actor), queries.IS_OPEN_REPORT)
    row: Any = db.session.execute(
        select(
            _number(queries.own(actor), queries.IS_OPEN_REPORT),
            _number(_to_rate(actor)),
            _number(*_of_office(actor)),
            _number(*_pending(actor)),
            _number(accepted),
            _number(seen, clocks.overdue_condition(Report.id)),
            _number(seen, Report.supervised_at.is_not(None)),
        )
    ).one()
    return Counts(*row)


def _number(*conditions: ColumnElement[bool]) -> Any:
    return _number_of(*conditions).scalar_subquery()


def _number_of(*conditions: ColumnElement[bool]) -> Count:
    return select(func.count()).select_from(Report).where(*conditions)


def _in(states: Sequence[State]) -> ColumnElement[bool]:
    is_open = states[0].value in OPEN_STATES
    index = queries.IS_OPEN_REPORT if is_open else queries.IS_LAPSING
    return and_(index, Report.state.in_([state.value for state in states]))


def _to_rate(actor: Actor) -> ColumnElement[bool]:
    return and_(queries.own(actor), queries.IS_LAPSING, Report.state == State.TO_RATE.value)


def _of_office(actor: Actor) -> list[ColumnElement[bool]]:
    return [queries.of_own_offices(actor), queries.IS_OPEN_REPORT, _IN_HAND]


def _pending(actor: Actor) -> list[ColumnElement[bool]]:
    triaged = queries.covered(actor.reach(Permission.REPORTS_TRIAGE))
    return [triaged, queries.IS_OPEN_REPORT, Report.state == State.PENDING.value]
