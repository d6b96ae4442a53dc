"""How a clock counts: pure functions of the start, the target, the calendar and the pauses.

A day's working spans come from `backend.workdays.policies.Calendar`, which looks at overrides and at 调休
before weekdays (T1–T15 of domain/property-and-feedback §5). Half-open spans; instants are aware.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend import clock
from backend.workdays.policies import Calendar


class Counting(StrEnum):
    """What a target counts: natural time, working time, or workdays."""

    NATURAL = "natural"
    WORKING = "working"
    WORKDAYS = "workdays"


# Per cent of the counted time at which somebody is told: handler, lead, section, leader.
STEPS: Final = (50, 80, 100, 120)
_WHOLE: Final = 100
_ONE_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Target:
    """How much of what may pass: minutes of natural or working time, or workdays; at least one."""

    counting: Counting
    amount: int

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a target has at least one minute or day")

    @property
    def text(self) -> str:
        """`30 分钟`, `2 小时（工作时间）`, `3 个工作日`."""
        if self.counting is Counting.WORKDAYS:
            return f"{self.amount} 个工作日"
        hours, minutes = divmod(self.amount, 60)
        text = " ".join([f"{hours} 小时"] * bool(hours) + [f"{minutes} 分钟"] * bool(minutes))
        return text if self.counting is Counting.NATURAL else f"{text}（工作时间）"


@dataclass(frozen=True, slots=True)
class Span:
    """A span [from_at, until_at) in which a clock stood still; without an end it still does."""

    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A per cent and when it is reached."""

    percent: int
    at: datetime


def levels_told(levels: Sequence[Collection[int]], percent: int) -> list[Collection[int]]:
    """The levels that have somebody: the one that a step is for, those above it, then those below.

    `levels` are who stands on each, the lowest first, as many as there are `STEPS`.
    """
    level = STEPS.index(percent)
    order = [*range(level, len(levels)), *range(level - 1, -1, -1)]
    return [levels[each] for each in order if levels[each]]


def stage_text(percent: int) -> str:
    """`已用时限 80%`, `已到时限`, `已超时（120%）`."""
    if percent < _WHOLE:
        return f"已用时限 {percent}%"
    return "已到时限" if percent == _WHOLE else f"已超时（{percent}%）"


@dataclass(frozen=True)
class Count:
    """A target at work from `started_at` on.

    `pauses` may come in any order and may overlap. One that has not ended moves nothing yet: the clock shows
    the due of the moment at which it came to stand, and is counted again when it goes on.
    """

    calendar: Calendar
    target: Target
    started_at: datetime
    pauses: Sequence[Span] = ()

    def due_at(self) -> datetime:
        """By when it is to be done, in UTC: the earliest instant at which the whole amount has passed.

        "N 工作日" run out at the closing of the N-th workday after the day of the start (day 0). Each pause
        that begins before that moves it on by the working time that it took, to the closing of the day so
        reached.
        """
        if self.target.counting is not Counting.WORKDAYS:
            return self._after(timedelta(minutes=self.target.amount))
        first_due = due = self.calendar.closing_after_workdays(
            clock.local(self.started_at).date(), self.target.amount
        )
        stood = timedelta()
        for from_at, until_at in self._stood():
            if from_at >= due:
                break
            stood += self.calendar.business_time_between(from_at, until_at)
            if stood:
                due = self._closing(self.calendar.add_business_time(first_due, stood))
        return due

    def total(self) -> timedelta:
        """The counted time from start to due: what a step is per cent of."""
        if self.target.counting is not Counting.WORKDAYS:
            return timedelta(minutes=self.target.amount)
        return self._passed_until(self.due_at())

    def step_at(self, percent: int) -> datetime:
        """When so many per cent of the counted time have passed; 100 is the due."""
        if percent == _WHOLE:
            return self.due_at()
        return self._after(self.total() * percent / _WHOLE)

    def next_step(self, fired: Collection[int]) -> Step | None:
        """The first step that has not fired yet, or None if all have."""
        left = next((percent for percent in STEPS if percent not in fired), None)
        return Step(left, self.step_at(left)) if left is not None else None

    def elapsed(self, at: datetime) -> timedelta:
        """The counted time that has passed at an instant; none before the start, and none while it stands."""
        stands_from = min((span.from_at for span in self.pauses if span.until_at is None), default=at)
        return self._passed_until(min(at, stands_from))

    def is_provisional(self, due_at: datetime) -> bool:
        """Whether a day up to the due has no published calendar: it may yet move. Never of natural time."""
        if self.target.counting is Counting.NATURAL:
            return False
        start_on, due_on = (clock.local(instant).date() for instant in (self.started_at, due_at))
        return self.calendar.is_provisional(start_on, due_on + _ONE_DAY)

    def _stood(self) -> Iterator[tuple[datetime, datetime]]:
        """The ended pauses after the start: in order, apart from each other, none empty."""
        reached = self.started_at
        ended = [(span.from_at, span.until_at) for span in self.pauses if span.until_at is not None]
        for from_at, until_at in sorted(ended):
            if until_at > max(reached, from_at):
                yield max(reached, from_at), until_at
                reached = until_at

    def _ran(self) -> Iterator[tuple[datetime, datetime | None]]:
        """The spans in which it ran, the last one without an end."""
        begins_at = self.started_at
        for from_at, until_at in self._stood():
            if from_at > begins_at:
                yield begins_at, from_at
            begins_at = until_at
        yield begins_at, None

    def _after(self, duration: timedelta) -> datetime:
        """The earliest instant by which so much counted time has passed."""
        for begins_at, ends_at in self._ran():
            if ends_at is None:
                return self._add(begins_at, duration)
            passed = self._between(begins_at, ends_at)
            if duration <= passed:
                return self._add(begins_at, duration)
            duration -= passed
        raise AssertionError("unreachable: the last span has no end")

    def _passed_until(self, at: datetime) -> timedelta:
        passed = timedelta()
        for begins_at, ends_at in self._ran():
            if begins_at >= at:
                break
            passed += self._between(begins_at, min(ends_at or at, at))
        return passed

    def _add(self, at: datetime, duration: timedelta) -> datetime:
        if self.target.counting is Counting.NATURAL:
            return (at + duration).astimezone(UTC)
        return self.calendar.add_business_time(at, duration)

    def _between(self, from_at: datetime, until_at: datetime) -> timedelta:
        if self.target.counting is Counting.NATURAL:
            return until_at - from_at
        return self.calendar.business_time_between(from_at, until_at)

    def _closing(self, at: datetime) -> datetime:
        """The closing of the day in whose working time an instant lies, or which it ends."""
        return self.calendar.day(clock.local(at - _INSTANT).date()).spans()[-1][1]
