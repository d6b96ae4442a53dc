"""How a clock of a report counts: pure functions of the start, the target, the extension and the pauses."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend import clock
from backend.workdays.clocks import STEPS, Count, Counting, Span, Step, Target
from backend.workdays.policies import Calendar

_DAY_MINUTES: Final = 24 * 60
_WHOLE: Final = 100
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Extension:
    """That `until_at` was promised at `at`."""

    at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Reckoning:
    """A clock at work: by its target, or by what was promised instead."""

    calendar: Calendar
    target: Target
    started_at: datetime
    pauses: Sequence[Span] = ()
    extension: Extension | None = None

    @property
    def _count(self) -> Count:
        return Count(self.calendar, self.target, self.started_at, self.pauses)

    def due_at(self) -> datetime:
        """By when it is to be done: what the target comes to, or the promise moved on by later pauses."""
        if self.extension is None:
            return self._count.due_at()
        due = self.extension.until_at
        for span in _merged(self.pauses, self.extension.at):
            if span.until_at is None or span.from_at >= due:
                break
            due = self._moved(due, span.from_at, span.until_at)
        return due

    def next_step(self, fired: Collection[int]) -> Step | None:
        """The first step that has not fired yet, or None if all have."""
        if self.extension is None:
            return self._count.next_step(fired)
        left = next((percent for percent in STEPS if percent not in fired), None)
        return Step(left, self._step_at(left)) if left is not None else None

    def is_provisional(self, due_at: datetime) -> bool:
        """Whether a day up to the due has no published calendar; a promise is none of the calendar's."""
        return self.extension is None and self._count.is_provisional(due_at)

    def _step_at(self, percent: int) -> datetime:
        due = self.due_at()
        if percent == _WHOLE:
            return due
        passed = self._count.elapsed(due)
        minutes = max(1, passed // timedelta(minutes=1))
        unit = Counting.NATURAL if self.target.counting is Counting.NATURAL else Counting.WORKING
        at = Count(self.calendar, Target(unit, minutes), self.started_at, self.pauses).step_at(percent)
        return at if percent < _WHOLE else max(at, due)

    def _moved(self, due: datetime, from_at: datetime, until_at: datetime) -> datetime:
        if self.target.counting is Counting.NATURAL:
            return due + (until_at - from_at)
        stood = self.calendar.business_time_between(from_at, until_at)
        if not stood:
            return due
        moved = self.calendar.add_business_time(due, stood)
        if self.target.counting is Counting.WORKING:
            return moved
        return self.calendar.day(clock.local(moved - _INSTANT).date()).spans()[-1][1]


def target_text(target: Target) -> str:
    """`2 小时`, `7 天（自然日）`, `15 个工作日`, as tickets print it."""
    days, rest = divmod(target.amount, _DAY_MINUTES)
    if target.counting is Counting.NATURAL and days > 1 and not rest:
        return f"{days} 天（自然日）"
    return target.text


def days_target(counting: str, days: int) -> Target:
    """So many days: `natural` ones end at the hour at which they began, `workdays` at the closing."""
    if counting == Counting.WORKDAYS.value:
        return Target(Counting.WORKDAYS, days)
    return Target(Counting.NATURAL, days * _DAY_MINUTES)


def hours_target(hours: int) -> Target:
    """So many hours, day and night."""
    return Target(Counting.NATURAL, hours * 60)


def _merged(pauses: Iterable[Span], since: datetime) -> list[Span]:
    """The pauses after an instant in order, none of which overlaps another."""
    found: list[Span] = []
    reached = since
    for span in sorted(pauses, key=lambda each: (each.from_at, each.until_at is None)):
        begins = max(reached, span.from_at)
        if span.until_at is None:
            found.append(Span(begins))
            break
        if span.until_at > begins:
            found.append(Span(begins, span.until_at))
            reached = span.until_at
    return found
