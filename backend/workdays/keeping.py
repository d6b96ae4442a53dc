"""Clocks at work: what happens to them alike, whatever a slice promises by them.

A slice that promises times has tables of its own for its clocks, their pauses and the steps that have
fired (`models.ClockRow`, `PauseRow`, `StepRow`), and knows by which calendar a clock of its counts and
how. A *subject* is whatever the promise is about; its *cycle* counts how often it was begun anew. The row
of the subject is locked first, by its own slice; then its clocks by rising id, which happens here. Writes
need an open unit.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import db, table, unit
from backend.workdays.clocks import Counting, Span, Step
from backend.workdays.models import ClockRow, PauseRow, StepRow, Verdict

C = TypeVar("C", bound=ClockRow)
K = TypeVar("K")
Cycle: TypeAlias = tuple[int, int]  # subject and cycle

_COUNTED: Final = ("due_at", "is_provisional", "next_step", "next_step_at")


class Reckoning(Protocol):
    """How a clock counts, as `clocks.Count` does."""

    def due_at(self) -> datetime: ...
    def next_step(self, fired: Collection[int], /) -> Step | None: ...
    def is_provisional(self, due_at: datetime, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fired:
    """A step of a clock, which is of this kind, that has fired just now, and was due at `due_at`."""

    clock_id: int
    kind: str
    cycle: int
    step: int
    due_at: datetime
    clock_due_at: datetime


def due_subjects(clock: type[ClockRow], now: datetime, limit: int) -> list[int]:
    """The subjects with a step that is to fire, the longest overdue first."""
    # Sorted and cut by the index; a grouping would rather read every clock there ever was.
    due = select(clock.subject_id).where(clock.next_step_at <= now).order_by(clock.next_step_at)
    return list(dict.fromkeys(db.session.scalars(due.limit(limit))))


class Clocks(Generic[C, K]):
    """The clocks of a slice, by its tables.

    `calendar_of` finds all that some clocks count by, and `reckoning` how one of them counts by it with its
    pauses. `also` are further columns that follow whenever a clock is counted.
    """

    def __init__(
        self,
        clock: type[C],
        pause: type[PauseRow],
        step: type[StepRow],
        *,
        calendar_of: Callable[[Sequence[C]], K],
        reckoning: Callable[[C, K, Sequence[Span]], Reckoning],
        also: Mapping[str, Callable[[C, K], Any]] | None = None,
    ) -> None:
        self._clock, self._pause, self._step = clock, pause, table(step)
        self._calendar_of, self._reckoning, self._also = calendar_of, reckoning, also or {}
        self._counted = (*_COUNTED, *self._also)
        of = table(clock)
        self._update = (
            update(of)
            .where(of.c.id == bindparam("of"))
            .values({name: bindparam(f"new_{name}") for name in self._counted})
        )
        self._fire = {
            name: dialect.insert(self._step).on_conflict_do_nothing().returning(self._step.c.step)
            for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
        }

    def lock_open(self, subject_id: int, cycle: int | None = None) -> list[C]:
        """The clocks of a subject that have not ended, by id, locked until the unit ends."""
        of = self._clock
        found = select(of).where(of.subject_id == subject_id, of.ended_at.is_(None)).order_by(of.id)
        return self._locked(found if cycle is None else found.where(of.cycle == cycle))

    def count(self, row: C, calendar: K, pauses: Sequence[Span], fired: Collection[int]) -> None:
        """Write on a clock by when it is due and what fires next."""
        reckoning = self._reckoning(row, calendar, pauses)
        row.due_at = reckoning.due_at()
        row.is_provisional = reckoning.is_provisional(row.due_at)
        for name, value in self._also.items():
            setattr(row, name, value(row, calendar))
        step = reckoning.next_step(fired) if row.verdict == Verdict.RUNNING.value else None
        _set_step(row, step)

    def recount(self, rows: Sequence[C]) -> None:
        """Count some locked clocks again, with their pauses; what has fired does not fire again."""
        if rows:
            calendar, pauses = self._calendar_of(rows), self._pauses_of(rows)
            fired = self._fired([row.id for row in rows])
            for row in rows:
                self.count(row, calendar, pauses[row.subject_id, row.cycle], fired[row.id])
        db.session.flush()

    def pause(self, rows: Iterable[C], at: datetime, **why: Any) -> None:
        """Let those of some locked clocks of a cycle that run stand still from an instant on.

        `why` are the pause's own columns, if it has any.
        """
        running = [row for row in rows if row.verdict == Verdict.RUNNING.value]
        if not running:
            return
        of = running[0]
        db.session.add(self._pause(subject_id=of.subject_id, cycle=of.cycle, from_at=at, **why))
        for row in running:
            row.verdict = Verdict.PAUSED.value
            _set_step(row, None)
        db.session.flush()

    def resume(self, subject_id: int, cycle: int, at: datetime) -> None:
        """Let the clocks of a cycle go on, their dues moved by what was paused; harmless if none stands."""
        unit()
        paused = [row for row in self.lock_open(subject_id, cycle) if row.verdict == Verdict.PAUSED.value]
        self._end_pause(subject_id, cycle, at)
        for row in paused:
            row.verdict = Verdict.RUNNING.value
        self.recount(paused)

    def meet(self, subject_id: int, cycle: int, kind: str, at: datetime, *, is_last: bool) -> Verdict:
        """End a clock, met or missed; one that stands still ends when it came to stand (T22).

        One that has ended keeps its verdict. With the last one that a cycle has, its pause ends. Raises
        LookupError if the cycle has no such clock.
        """
        unit()
        row = self._lock(subject_id, cycle, kind)
        if row.ended_at is not None:
            return Verdict(row.verdict)
        since = self._open_pause(subject_id, cycle)
        is_paused = row.verdict == Verdict.PAUSED.value and since is not None
        ended_at = since.from_at if is_paused and since is not None else at
        _end(row, Verdict.MET if ended_at <= row.due_at else Verdict.MISSED, ended_at)
        if is_last:
            self._end_pause(subject_id, cycle, at)
        db.session.flush()
        return Verdict(row.verdict)

    def void(self, subject_id: int, cycle: int, at: datetime) -> None:
        """Call off the clocks of a cycle that have not ended: there is nothing to do any more."""
        unit()
        for row in self.lock_open(subject_id, cycle):
            _end(row, Verdict.VOID, at)
        self._end_pause(subject_id, cycle, at)
        db.session.flush()

    def fire_due(self, subject_id: int, now: datetime) -> list[Fired]:
        """Fire every step of a subject's running clocks that has come, each once; returns what is new."""
        connection = unit()
        fired: list[Fired] = []
        running = [row for row in self.lock_open(subject_id) if row.verdict == Verdict.RUNNING.value]
        due = [row for row in running if row.next_step_at is not None and row.next_step_at <= now]
        if not due:
            return fired
        calendar, pauses = self._calendar_of(due), self._pauses_of(due)
        before = self._fired([row.id for row in due])
        for row in due:
            while row.next_step is not None and row.next_step_at is not None and row.next_step_at <= now:
                step, due_at = row.next_step, row.next_step_at
                values = {"clock_id": row.id, "step": step, "due_at": due_at, "fired_at": now}
                if connection.execute(self._fire[connection.dialect.name], values).first() is not None:
                    fired.append(Fired(row.id, row.kind, row.cycle, step, due_at, row.due_at))
                before[row.id].add(step)
                reckoning = self._reckoning(row, calendar, pauses[row.subject_id, row.cycle])
                _set_step(row, reckoning.next_step(before[row.id]))
        db.session.flush()
        return fired

    def recount_open(self, *among: ColumnElement[bool]) -> int:
        """Count every open clock again, or those among which this holds; returns how many are due otherwise.

        What has ended is never counted again (T18), nor is natural time, which knows no calendar. Statements
        do not grow with the number of clocks.
        """
        connection = unit()
        of = self._clock
        # By a list of the open ones: sorted by their key, all clocks of years would be read.
        counting = select(of.id).where(of.ended_at.is_(None), of.counting != Counting.NATURAL.value, *among)
        rows = self._locked(select(of).where(of.id.in_(counting), of.ended_at.is_(None)).order_by(of.id))
        if not rows:
            return 0
        moved, values = 0, []
        calendar, pauses, fired = self._calendar_of(rows), self._all_pauses(), self._all_fired()
        for row in rows:
            was = {name: getattr(row, name) for name in self._counted}
            self.count(row, calendar, pauses.get((row.subject_id, row.cycle), []), fired.get(row.id, ()))
            now = {name: getattr(row, name) for name in self._counted}
            moved += was["due_at"] != now["due_at"]
            if was != now:
                values.append({"of": row.id, **{f"new_{name}": value for name, value in now.items()}})
            db.session.expunge(row)
        if values:
            connection.execute(self._update, values)
        return moved

    def _lock(self, subject_id: int, cycle: int, kind: str) -> C:
        of = self._clock
        found = self._locked(
            select(of).where(of.subject_id == subject_id, of.cycle == cycle, of.kind == kind)
        )
        if not found:
            raise LookupError(f"subject {subject_id} has no {kind} clock in cycle {cycle}")
        return found[0]

    def _locked(self, statement: Any) -> list[C]:
        locked = statement.with_for_update().execution_options(populate_existing=True)
        return list(db.session.scalars(locked))

    def _open_pause(self, subject_id: int, cycle: int) -> PauseRow | None:
        of = self._pause
        return db.session.scalars(
            select(of)
            .where(of.subject_id == subject_id, of.cycle == cycle, of.until_at.is_(None))
            .execution_options(populate_existing=True)
        ).one_or_none()

    def _end_pause(self, subject_id: int, cycle: int, at: datetime) -> None:
        standing = self._open_pause(subject_id, cycle)
        if standing is not None:
            standing.until_at = max(at, standing.from_at)
            db.session.flush()

    def _pauses_of(self, rows: Sequence[C]) -> dict[Cycle, list[Span]]:
        return self._spans(self._pause.subject_id.in_({row.subject_id for row in rows}))

    def _all_pauses(self) -> dict[Cycle, list[Span]]:
        # By a list of the open ones, so that the pauses of years of ended clocks are never looked at.
        open_ones = select(self._clock.subject_id).where(self._clock.ended_at.is_(None))
        return self._spans(self._pause.subject_id.in_(open_ones))

    def _spans(self, among: ColumnElement[bool]) -> dict[Cycle, list[Span]]:
        found: dict[Cycle, list[Span]] = defaultdict(list)
        for row in db.session.scalars(select(self._pause).where(among).order_by(self._pause.id)):
            found[row.subject_id, row.cycle].append(Span(row.from_at, row.until_at))
        return found

    def _fired(self, clock_ids: Collection[int]) -> dict[int, set[int]]:
        return self._steps(self._step.c.clock_id.in_(clock_ids))

    def _all_fired(self) -> dict[int, set[int]]:
        open_ones = select(self._clock.id).where(self._clock.ended_at.is_(None))
        return self._steps(self._step.c.clock_id.in_(open_ones))

    def _steps(self, among: ColumnElement[bool]) -> dict[int, set[int]]:
        fired: dict[int, set[int]] = defaultdict(set)
        rows = db.session.execute(select(self._step.c.clock_id, self._step.c.step).where(among))
        for clock_id, step in rows:
            fired[clock_id].add(step)
        return fired


def _set_step(row: ClockRow, step: Step | None) -> None:
    row.next_step, row.next_step_at = (step.percent, step.at) if step is not None else (None, None)


def _end(row: ClockRow, verdict: Verdict, at: datetime) -> None:
    row.verdict, row.ended_at = verdict.value, at
    _set_step(row, None)
