"""Writes of the clocks, within an open unit of work.

The row of the subject is locked first, by its own slice; then its clocks by rising id, which happens in
`backend.workdays.keeping`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend import clock
from backend.db import db, unit
from backend.workdays import queries as workdays
from backend.workdays.clocks import Counting, Span, Target
from backend.workdays.keeping import Clocks, Fired
from backend.workdays.models import Verdict
from backend.workdays.policies import Calendar
from feedback.categories.models import DeadlineClass
from feedback.deadlines import queries
from feedback.deadlines.errors import ExtensionInvalid
from feedback.deadlines.models import Clock, ClockKind, Escalation, Pause
from feedback.deadlines.policies import Extension, Reckoning


@dataclass(frozen=True, slots=True)
class Dues:
    """By when a cycle is to be taken up and answered; `text` is the answer's time as the ticket prints it.

    Provisional: a calendar is still to be published.
    """

    response_due_at: datetime
    answer_due_at: datetime
    text: str
    is_provisional: bool


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
        _CLOCKS.count(row, calendar, (), ())
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
    return _CLOCKS.meet(subject_id, cycle, kind.value, at, is_last=kind is ClockKind.ANSWER)


def pause(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the answer clock of a cycle stand still from an instant on; harmless if it stands or has ended."""
    unit()
    _CLOCKS.pause(_answer_of(subject_id, cycle), at)


def resume(subject_id: int, cycle: int, at: datetime) -> None:
    """Let the answer clock go on, its due moved by what was paused; harmless if it does not stand still."""
    _CLOCKS.resume(subject_id, cycle, at)


def void(subject_id: int, cycle: int, at: datetime) -> None:
    """Call off the clocks of a cycle that have not ended: there is nothing to do any more."""
    _CLOCKS.void(subject_id, cycle, at)


def extend(subject_id: int, cycle: int, until_at: datetime, at: datetime) -> datetime:
    """Promise the answer of a cycle by a later instant; returns the due so far.

    What has fired does not fire again. Raises ExtensionInvalid if it is not later than the due and than
    `at`, or if the answer clock has ended.
    """
    unit()
    rows = _answer_of(subject_id, cycle)
    if not rows or until_at <= max(rows[0].due_at, at):
        raise ExtensionInvalid
    due_at = rows[0].due_at
    rows[0].extended_at, rows[0].extended_until = at, until_at
    _CLOCKS.recount(rows)
    return due_at


def fire_due(subject_id: int, now: datetime) -> list[Fired]:
    """Fire every step of a subject's running clocks that has come, each once; returns those that are new."""
    return _CLOCKS.fire_due(subject_id, now)


def recount_open() -> int:
    """Count every open clock again, by the calendar as it is now; returns how many are due otherwise.

    What has ended is never counted again, nor is natural time. Statements do not grow with the number.
    """
    return _CLOCKS.recount_open()


def _answer_of(subject_id: int, cycle: int) -> list[Clock]:
    """The answer clock of a cycle, locked with the other; none if it has ended."""
    rows = _CLOCKS.lock_open(subject_id, cycle)
    return [row for row in rows if row.kind == ClockKind.ANSWER.value]


def _calendar_of(rows: Sequence[Clock]) -> Calendar:
    """The calendar of all days that these clocks may look at."""
    earliest = clock.local(min(row.started_at for row in rows)).date()
    promised = [clock.local(row.extended_until).date() for row in rows if row.extended_until is not None]
    return workdays.calendar_for(earliest, max([clock.today(), earliest, *promised]))


def _reckoning(row: Clock, calendar: Calendar, pauses: Sequence[Span]) -> Reckoning:
    target = Target(Counting(row.counting), row.amount)
    extension = None
    if row.extended_at is not None and row.extended_until is not None:
        extension = Extension(row.extended_at, row.extended_until)
    stood = tuple(pauses) if row.kind == ClockKind.ANSWER.value else ()
    return Reckoning(calendar, target, row.started_at, stood, extension)


_CLOCKS: Final = Clocks(Clock, Pause, Escalation, calendar_of=_calendar_of, reckoning=_reckoning)
