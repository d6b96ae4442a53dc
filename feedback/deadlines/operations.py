"""Writes of the clocks, within an open unit of work.

The row of the subject is locked first, by its own slice; then its clocks by rising id, which happens here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.db import db, table, unit
from backend.workdays import queries as workdays
from backend.workdays.clocks import Counting, Span, Target
from backend.workdays.policies import Calendar
from feedback.categories.models import DeadlineClass
from feedback.deadlines import queries
from feedback.deadlines.errors import ExtensionInvalid
from feedback.deadlines.models import Clock, ClockKind, Escalation, Pause, Verdict
from feedback.deadlines.policies import Extension, Reckoning

_ESCALATION: Final = table(Escalation)
_CLOCK: Final = table(Clock)
_INSERT_ESCALATION: Final = {
    name: dialect.insert(_ESCALATION).on_conflict_do_nothing().returning(_ESCALATION.c.step)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Dues:
    """By when a cycle is to be taken up and answered; `text` is the answer's time as the ticket prints it.

    Provisional: a calendar is still to be published.
    """

    response_due_at: datetime
    answer_due_at: datetime
    text: str
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that has fired just now, and was due at `due_at`."""

    clock_id: int
    kind: ClockKind
    cycle: int
    step: int
    due_at: datetime
    clock_due_at: datetime


def start(subject_id: int, cycle: int, *, deadline: DeadlineClass, at: datetime) -> Dues:
    """Start both clocks of a cycle by what the rules say at that instant. A cycle starts once."""
    unit()
    promise, on_date = queries.promise(deadline, at), clock.local(at).date()
    calendar = workdays.calendar_for(on_date, on_date)
    clocks = []
    for kind in ClockKind:
        target = promise.target(kind)
        row = Clock(
            subject_id=subject_id,
            cycle=cycle,
            kind=kind.value,
            deadline=deadline.value,
            counting=target.counting.value,
            amount=target.amount,
            started_at=at,
            verdict=Verdict.RUNNING.value,
        )
        _count(row, calendar, (), ())
        clocks.append(row)
    db.session.add_all(clocks)
    db.session.flush()
    response, answer = clocks
    is_provisional = response.is_provisional or answer.is_provisional
    return Dues(response.due_at, answer.due_at, promise.text, is_provisional)


def meet(subject_id: int, cycle: int, kind: ClockKind, at: datetime) -> Verdict:
    """End a clock, met or missed; one that stands still ends when it came to stand.

    One that has ended keeps its verdict. Raises LookupError if the cycle has no such clock.
    """
    unit()
    row = _lock(subject_id, cycle, kind)
    if row.ended_at is not None:
        return Verdict(row.verdict)
    since = _open_pause(subject_id, cycle)
    is_paused = row.verdict == Verdict.PAUSED.value and since is not None
    ended_at = since.from_at if is_paused and since is not None else at
    _end(row, Verdict.MET if ended_at <= row.due_at else Verdict.MISSED, ended_at)
    if kind is ClockKind.ANSWER:
        _end_pause(subject_id, cycle, at)
    db.session.flush()
    return Verdict(row.verdict)


def pause(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the answer clock of a cycle stand still from an instant on; harmless if it stands or has ended."""
    unit()
    for row in queries.lock_open(subject_id, cycle):
        if row.kind == ClockKind.ANSWER.value and row.verdict == Verdict.RUNNING.value:
            db.session.add(Pause(subject_id=subject_id, cycle=cycle, from_at=at))
            row.verdict = Verdict.PAUSED.value
            row.next_step = row.next_step_at = None
    db.session.flush()


def resume(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the answer clock go on, its due moved by what was paused; harmless if it does not stand still."""
    unit()
    paused = [row for row in queries.lock_open(subject_id, cycle) if row.verdict == Verdict.PAUSED.value]
    _end_pause(subject_id, cycle, at)
    for row in paused:
        row.verdict = Verdict.RUNNING.value
    _recount(paused)


def void(subject_id: int, cycle: int, at: datetime) -> None:
    """Call off the clocks of a cycle that have not ended: there is nothing to do any more."""
    unit()
    for row in queries.lock_open(subject_id, cycle):
        _end(row, Verdict.VOID, at)
    _end_pause(subject_id, cycle, at)
    db.session.flush()


def extend(subject_id: int, cycle: int, until_at: datetime, at: datetime) -> datetime:
    """Promise the answer of a cycle by a later instant; returns the due so far.

    What has fired does not fire again. Raises ExtensionInvalid if it is not later than the due and than
    `at`, or if the answer clock has ended.
    """
    unit()
    rows = [row for row in queries.lock_open(subject_id, cycle) if row.kind == ClockKind.ANSWER.value]
    if not rows or until_at <= max(rows[0].due_at, at):
        raise ExtensionInvalid
    due_at = rows[0].due_at
    rows[0].extended_at, rows[0].extended_until = at, until_at
    _recount(rows)
    return due_at


def fire_due(subject_id: int, now: datetime) -> list[Fired]:
    """Fire every step of a subject's running clocks that has come, each once; returns those that are new."""
    connection = unit()
    fired: list[Fired] = []
    clocks = [row for row in queries.lock_open(subject_id) if row.verdict == Verdict.RUNNING.value]
    due = [row for row in clocks if row.next_step_at is not None and row.next_step_at <= now]
    if not due:
        return fired
    calendar, pauses = _calendar_of(due), _pauses(due)
    before = queries.fired_steps([row.id for row in due])
    for row in due:
        while row.next_step is not None and row.next_step_at is not None and row.next_step_at <= now:
            step, due_at = row.next_step, row.next_step_at
            values = {"clock_id": row.id, "step": step, "due_at": due_at, "fired_at": now}
            if connection.execute(_INSERT_ESCALATION[connection.dialect.name], values).first() is not None:
                fired.append(Fired(row.id, ClockKind(row.kind), row.cycle, step, due_at, row.due_at))
            before[row.id].add(step)
            _set_step(row, calendar, pauses[row.subject_id, row.cycle], before[row.id])
    db.session.flush()
    return fired


def recount_open() -> int:
    """Count every open clock again, by the calendar as it is now; returns how many are due otherwise.

    What has ended is never counted again, nor is natural time, which knows no calendar. Statements do not
    grow with the number of clocks.
    """
    connection = unit()
    still_open = select(Clock.id).where(Clock.ended_at.is_(None), Clock.counting != Counting.NATURAL.value)
    statement = (
        select(Clock)
        .where(Clock.id.in_(still_open), Clock.ended_at.is_(None))
        .order_by(Clock.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.scalars(statement))
    if not rows:
        return 0
    moved, values = 0, []
    calendar, pauses, fired = _calendar_of(rows), _all_pauses(), _all_fired()
    for row in rows:
        was = (row.due_at, row.is_provisional, row.next_step, row.next_step_at)
        _count(row, calendar, pauses.get((row.subject_id, row.cycle), []), fired.get(row.id, ()))
        now = (row.due_at, row.is_provisional, row.next_step, row.next_step_at)
        moved += was[0] != now[0]
        if was != now:
            values.append(dict(zip(_RECOUNTED, (row.id, *now), strict=True)))
        db.session.expunge(row)
    if values:
        connection.execute(_UPDATE_COUNT, values)
    return moved


_RECOUNTED: Final = ("of", "new_due_at", "new_is_provisional", "new_step", "new_step_at")
_UPDATE_COUNT: Final = (
    update(_CLOCK)
    .where(_CLOCK.c.id == bindparam("of"))
    .values(
        due_at=bindparam("new_due_at"),
        is_provisional=bindparam("new_is_provisional"),
        next_step=bindparam("new_step"),
        next_step_at=bindparam("new_step_at"),
    )
)


def _recount(rows: Sequence[Clock]) -> None:
    if rows:
        calendar, pauses = _calendar_of(rows), _pauses(rows)
        fired = queries.fired_steps([row.id for row in rows])
        for row in rows:
            _count(row, calendar, pauses[row.subject_id, row.cycle], fired[row.id])
    db.session.flush()


def _reckoning(row: Clock, calendar: Calendar, pauses: Iterable[Span]) -> Reckoning:
    target = Target(Counting(row.counting), row.amount)
    extension = None
    if row.extended_at is not None and row.extended_until is not None:
        extension = Extension(row.extended_at, row.extended_until)
    stood = tuple(pauses) if row.kind == ClockKind.ANSWER.value else ()
    return Reckoning(calendar, target, row.started_at, stood, extension)


def _count(row: Clock, calendar: Calendar, pauses: Iterable[Span], fired: Iterable[int]) -> None:
    reckoning = _reckoning(row, calendar, pauses)
    row.due_at = reckoning.due_at()
    row.is_provisional = reckoning.is_provisional(row.due_at)
    step = reckoning.next_step(set(fired)) if row.verdict == Verdict.RUNNING.value else None
    row.next_step, row.next_step_at = (step.percent, step.at) if step is not None else (None, None)


def _set_step(row: Clock, calendar: Calendar, pauses: Iterable[Span], fired: Iterable[int]) -> None:
    step = _reckoning(row, calendar, pauses).next_step(set(fired))
    row.next_step, row.next_step_at = (step.percent, step.at) if step is not None else (None, None)


def _end(row: Clock, verdict: Verdict, at: datetime) -> None:
    row.verdict, row.ended_at = verdict.value, at
    row.next_step = row.next_step_at = None


def _lock(subject_id: int, cycle: int, kind: ClockKind) -> Clock:
    row = db.session.scalars(
        select(Clock)
        .where(Clock.subject_id == subject_id, Clock.cycle == cycle, Clock.kind == kind.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise LookupError(f"subject {subject_id} has no {kind.value} clock in cycle {cycle}")
    return row


def _open_pause(subject_id: int, cycle: int) -> Pause | None:
    return db.session.scalars(
        select(Pause)
        .where(Pause.subject_id == subject_id, Pause.cycle == cycle, Pause.until_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()


def _end_pause(subject_id: int, cycle: int, at: datetime) -> None:
    standing = _open_pause(subject_id, cycle)
    if standing is not None:
        standing.until_at = max(at, standing.from_at)
        db.session.flush()


def _calendar_of(rows: Sequence[Clock]) -> Calendar:
    """The calendar of all days that these clocks may look at."""
    earliest = clock.local(min(row.started_at for row in rows)).date()
    promised = [clock.local(row.extended_until).date() for row in rows if row.extended_until is not None]
    return workdays.calendar_for(earliest, max([clock.today(), earliest, *promised]))


def _pauses(rows: Sequence[Clock]) -> Mapping[tuple[int, int], list[Span]]:
    return _spans(select(Pause).where(Pause.subject_id.in_({row.subject_id for row in rows})))


def _all_pauses() -> Mapping[tuple[int, int], list[Span]]:
    # By a list of the open ones, so that the pauses of years of ended clocks are never looked at.
    open_ones = select(Clock.subject_id).where(Clock.ended_at.is_(None))
    return _spans(select(Pause).where(Pause.subject_id.in_(open_ones)))


def _spans(statement: Any) -> Mapping[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(Pause.id)):
        found[row.subject_id, row.cycle].append(Span(row.from_at, row.until_at))
    return found


def _all_fired() -> Mapping[int, set[int]]:
    fired: dict[int, set[int]] = defaultdict(set)
    open_ones = select(Clock.id).where(Clock.ended_at.is_(None))
    rows = db.session.execute(
        select(Escalation.clock_id, Escalation.step).where(Escalation.clock_id.in_(open_ones))
    )
    for clock_id, step in rows:
        fired[clock_id].add(step)
    return fired
