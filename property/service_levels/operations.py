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
from backend.workdays.clocks import Counting, Span, Target
from property.service_levels import queries
from property.service_levels.models import Clock, ClockKind, Escalation, Pause, PauseKind, Verdict
from property.service_levels.policies import Line
from property.service_levels.queries import Calendars

_ESCALATION: Final = table(Escalation)
_CLOCK: Final = table(Clock)
INSERT_ESCALATION: Final = {
    name: dialect.insert(_ESCALATION).on_conflict_do_nothing().returning(_ESCALATION.c.step)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Dues:
    """By when a cycle is to be answered and done. Provisional: a calendar is still to be published."""

    response_due_at: datetime
    resolution_due_at: datetime
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


def start(
    subject_id: int, cycle: int, *, category_id: int, urgency: str, place_class: str, at: datetime
) -> Dues:
    """Start both clocks of a cycle by the line that holds at that instant. A cycle starts once."""
    line, _ = queries.line_at(category_id, urgency, place_class, at)
    on_date = clock.local(at).date()
    calendars = queries.calendars_for(on_date, on_date)
    clocks = []
    for kind in ClockKind:
        row = Clock(
            subject_id=subject_id,
            cycle=cycle,
            kind=kind.value,
            started_at=at,
            verdict=Verdict.RUNNING.value,
        )
        _aim(row, line)
        _count(row, calendars, (), ())
        clocks.append(row)
    unit()
    db.session.add_all(clocks)
    db.session.flush()
    return _dues(clocks)


def pause(subject_id: int, cycle: int, kind: PauseKind, at: datetime) -> None:
    """Let the open clocks of a cycle stand still from an instant on; those that stand already stay so."""
    unit()
    running = [row for row in queries.lock_open(subject_id, cycle) if row.verdict == Verdict.RUNNING.value]
    if not running:
        return
    db.session.add(Pause(subject_id=subject_id, cycle=cycle, kind=kind.value, from_at=at))
    for row in running:
        row.verdict = Verdict.PAUSED.value
        row.next_step = row.next_step_at = None
    db.session.flush()


def resume(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the clocks of a cycle go on, their dues moved by what was paused; harmless if none stands still."""
    unit()
    paused = [row for row in queries.lock_open(subject_id, cycle) if row.verdict == Verdict.PAUSED.value]
    _end_pause(subject_id, cycle, at)
    for row in paused:
        row.verdict = Verdict.RUNNING.value
    _recount(paused)


def meet(subject_id: int, cycle: int, kind: ClockKind, at: datetime) -> Verdict:
    """End a clock, met or missed; one that stands still ends when it came to stand (T22).

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
    if kind is ClockKind.RESOLUTION:
        _end_pause(subject_id, cycle, at)
    db.session.flush()
    return Verdict(row.verdict)


def void(subject_id: int, cycle: int, at: datetime) -> None:
    """Call off the clocks of a cycle that have not ended: there is nothing to do any more."""
    unit()
    for row in queries.lock_open(subject_id, cycle):
        _end(row, Verdict.VOID, at)
    _end_pause(subject_id, cycle, at)
    db.session.flush()


def retarget(
    subject_id: int, cycle: int, *, category_id: int, urgency: str, place_class: str, at: datetime
) -> Dues:
    """Count the open clocks of a cycle by another line of their own version, from their start (T19).

    Pauses are carried over; what has ended stays as it is, and what has fired does not fire again. `at` is
    when the case changed; it moves nothing.
    """
    unit()
    for row in queries.lock_open(subject_id, cycle):
        _aim(row, queries.line_beside(row.line_id, category_id, urgency, place_class))
    rows = list(db.session.scalars(select(Clock).where(Clock.subject_id == subject_id, Clock.cycle == cycle)))
    _recount([row for row in rows if row.ended_at is None])
    return _dues(rows)


def fire_due(subject_id: int, now: datetime) -> list[Fired]:
    """Fire every step of a subject's running clocks that has come, each once; returns those that are new."""
    connection = unit()
    fired: list[Fired] = []
    clocks = [row for row in queries.lock_open(subject_id) if row.verdict == Verdict.RUNNING.value]
    due = [row for row in clocks if row.next_step_at is not None and row.next_step_at <= now]
    if not due:
        return fired
    calendars = _calendars_of(due)
    pauses = _pauses(due)
    before = queries.fired_steps([row.id for row in due])
    for row in due:
        while row.next_step is not None and row.next_step_at is not None and row.next_step_at <= now:
            values = {
                "clock_id": row.id,
                "step": row.next_step,
                "due_at": row.next_step_at,
                "fired_at": now,
            }
            if connection.execute(INSERT_ESCALATION[connection.dialect.name], values).first() is not None:
                fired.append(
                    Fired(
                        row.id,
                        ClockKind(row.kind),
                        row.cycle,
                        row.next_step,
                        row.next_step_at,
                        row.due_at,
                    )
                )
            before[row.id].add(row.next_step)
            _set_step(row, calendars, pauses[row.subject_id, row.cycle], before[row.id])
    db.session.flush()
    return fired


def recount_open(calendar_id: int | None = None) -> int:
    """Count every open clock again, or those of one service calendar; returns how many are due otherwise.

    What has ended is never counted again (T18), nor is natural time, which knows no calendar. Statements do
    not grow with the number of clocks.
    """
    connection = unit()
    # By a list of the open ones: sorted by their key, all clocks of years would be read.
    still_open = select(Clock.id).where(Clock.ended_at.is_(None), Clock.counting != Counting.NATURAL.value)
    if calendar_id is not None:
        still_open = still_open.where(Clock.calendar_id == calendar_id)
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
    calendars, pauses, fired = _calendars_of(rows), _all_pauses(), _all_fired()
    for row in rows:
        was = (row.due_at, row.is_provisional, row.calendar, row.next_step, row.next_step_at)
        spans = pauses.get((row.subject_id, row.cycle), [])
        _count(row, calendars, spans, fired.get(row.id, ()))
        now = (row.due_at, row.is_provisional, row.calendar, row.next_step, row.next_step_at)
        moved += was[0] != now[0]
        if was != now:
            values.append(dict(zip(_RECOUNTED, (row.id, *now), strict=True)))
        db.session.expunge(row)
    if values:
        connection.execute(_UPDATE_COUNT, values)
    return moved


_RECOUNTED: Final = ("of", "new_due_at", "new_is_provisional", "new_calendar", "new_step", "new_step_at")
_UPDATE_COUNT: Final = (
    update(_CLOCK)
    .where(_CLOCK.c.id == bindparam("of"))
    .values(
        due_at=bindparam("new_due_at"),
        is_provisional=bindparam("new_is_provisional"),
        calendar=bindparam("new_calendar"),
        next_step=bindparam("new_step"),
        next_step_at=bindparam("new_step_at"),
    )
)


def _aim(row: Clock, line: Line) -> None:
    target = line.target(ClockKind(row.kind))
    row.line_id, row.calendar_id = line.id, line.calendar_id
    row.counting, row.amount = target.counting.value, target.amount


def _recount(rows: Sequence[Clock]) -> None:
    if rows:
        calendars, pauses = _calendars_of(rows), _pauses(rows)
        fired = queries.fired_steps([row.id for row in rows])
        for row in rows:
            _count(row, calendars, pauses[row.subject_id, row.cycle], fired[row.id])
    db.session.flush()


def _count(row: Clock, calendars: Calendars, pauses: Iterable[Span], fired: Iterable[int]) -> None:
    target = Target(Counting(row.counting), row.amount)
    count = calendars.count(target, row.calendar_id, row.started_at, pauses)
    row.due_at = count.due_at()
    row.is_provisional = count.is_provisional(row.due_at)
    is_natural = target.counting is Counting.NATURAL
    row.calendar = "" if is_natural else calendars.stamp(row.calendar_id, row.started_at, row.due_at)
    step = count.next_step(set(fired)) if row.verdict == Verdict.RUNNING.value else None
    row.next_step, row.next_step_at = (step.percent, step.at) if step is not None else (None, None)


def _set_step(row: Clock, calendars: Calendars, pauses: Iterable[Span], fired: Iterable[int]) -> None:
    target = Target(Counting(row.counting), row.amount)
    step = calendars.count(target, row.calendar_id, row.started_at, pauses).next_step(set(fired))
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


def _calendars_of(rows: Sequence[Clock]) -> Calendars:
    """The calendars of all days that these clocks may look at."""
    earliest = min(row.started_at for row in rows)
    return queries.calendars_for(clock.local(earliest).date(), clock.today())


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


def _dues(rows: Iterable[Clock]) -> Dues:
    by_kind = {ClockKind(row.kind): row for row in rows}
    response, resolution = by_kind[ClockKind.RESPONSE], by_kind[ClockKind.RESOLUTION]
    return Dues(response.due_at, resolution.due_at, response.is_provisional or resolution.is_provisional)
