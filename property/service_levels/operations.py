"""Writes of the clocks, within an open unit of work.

The row of the subject is locked first, by its own slice; then its clocks by rising id, which happens in
`backend.workdays.keeping`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.db import db, unit
from backend.workdays.clocks import Count, Counting, Span, Target
from backend.workdays.keeping import Clocks, Fired
from backend.workdays.models import Verdict
from property.service_levels import queries
from property.service_levels.models import Clock, ClockKind, Escalation, Pause, PauseKind
from property.service_levels.policies import Line
from property.service_levels.queries import Calendars


@dataclass(frozen=True, slots=True)
class Dues:
    """By when a cycle is to be answered and done. Provisional: a calendar is still to be published."""

    response_due_at: datetime
    resolution_due_at: datetime
    is_provisional: bool


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
        _CLOCKS.count(row, calendars, (), ())
        clocks.append(row)
    unit()
    db.session.add_all(clocks)
    db.session.flush()
    return _dues(clocks)


def pause(subject_id: int, cycle: int, kind: PauseKind, at: datetime) -> None:
    """Let the open clocks of a cycle stand still from an instant on; those that stand already stay so."""
    unit()
    _CLOCKS.pause(_CLOCKS.lock_open(subject_id, cycle), at, kind=kind.value)


def resume(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the clocks of a cycle go on, their dues moved by what was paused; harmless if none stands still."""
    _CLOCKS.resume(subject_id, cycle, at)


def meet(subject_id: int, cycle: int, kind: ClockKind, at: datetime) -> Verdict:
    """End a clock, met or missed; one that stands still ends when it came to stand (T22).

    One that has ended keeps its verdict. Raises LookupError if the cycle has no such clock.
    """
    return _CLOCKS.meet(subject_id, cycle, kind.value, at, is_last=kind is ClockKind.RESOLUTION)


def void(subject_id: int, cycle: int, at: datetime) -> None:
    """Call off the clocks of a cycle that have not ended: there is nothing to do any more."""
    _CLOCKS.void(subject_id, cycle, at)


def retarget(
    subject_id: int, cycle: int, *, category_id: int, urgency: str, place_class: str, at: datetime
) -> Dues:
    """Count the open clocks of a cycle by another line of their own version, from their start (T19).

    Pauses are carried over; what has ended stays as it is, and what has fired does not fire again. `at` is
    when the case changed; it moves nothing.
    """
    unit()
    for row in _CLOCKS.lock_open(subject_id, cycle):
        _aim(row, queries.line_beside(row.line_id, category_id, urgency, place_class))
    rows = list(db.session.scalars(select(Clock).where(Clock.subject_id == subject_id, Clock.cycle == cycle)))
    _CLOCKS.recount([row for row in rows if row.ended_at is None])
    return _dues(rows)


def fire_due(subject_id: int, now: datetime) -> list[Fired]:
    """Fire every step of a subject's running clocks that has come, each once; returns those that are new."""
    return _CLOCKS.fire_due(subject_id, now)


def recount_open(calendar_id: int | None = None) -> int:
    """Count every open clock again, or those of one service calendar; returns how many are due otherwise.

    What has ended is never counted again (T18), nor is natural time. Statements do not grow with the number.
    """
    return _CLOCKS.recount_open(*([Clock.calendar_id == calendar_id] if calendar_id is not None else []))


def _aim(row: Clock, line: Line) -> None:
    target = line.target(ClockKind(row.kind))
    row.line_id, row.calendar_id = line.id, line.calendar_id
    row.counting, row.amount = target.counting.value, target.amount


def _calendars_of(rows: Sequence[Clock]) -> Calendars:
    """The calendars of all days that these clocks may look at."""
    earliest = min(row.started_at for row in rows)
    return queries.calendars_for(clock.local(earliest).date(), clock.today())


def _reckoning(row: Clock, calendars: Calendars, pauses: Sequence[Span]) -> Count:
    target = Target(Counting(row.counting), row.amount)
    return calendars.count(target, row.calendar_id, row.started_at, pauses)


def _stamp(row: Clock, calendars: Calendars) -> str:
    is_natural = row.counting == Counting.NATURAL.value
    return "" if is_natural else calendars.stamp(row.calendar_id, row.started_at, row.due_at)


def _dues(rows: Iterable[Clock]) -> Dues:
    by_kind = {ClockKind(row.kind): row for row in rows}
    response, resolution = by_kind[ClockKind.RESPONSE], by_kind[ClockKind.RESOLUTION]
    return Dues(response.due_at, resolution.due_at, response.is_provisional or resolution.is_provisional)


_CLOCKS: Final = Clocks(
    Clock,
    Pause,
    Escalation,
    calendar_of=_calendars_of,
    reckoning=_reckoning,
    also={"calendar": _stamp},
)
