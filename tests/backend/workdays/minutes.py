"""An oracle for the clocks: it looks at every single minute, and knows nothing of spans.

Wall time without a zone, as Shanghai has no other; the State Council's days come straight from their data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

import chinese_calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Edges = Sequence[tuple[int, int]]  # minutes of a day, half-open


@dataclass
class Minutes:
    """A calendar: `hours` of a workday, other ones by weekday, and dates on which something else holds."""

    hours: Edges
    by_weekday: Mapping[int, Edges] = field(default_factory=dict)
    overrides: Mapping[date, Edges] = field(default_factory=dict)

    @cached_property
    def _days(self) -> dict[date, frozenset[int]]:
        return {}

    def worked(self, day: date) -> frozenset[int]:
        """The minutes of a day in which the office works."""
        if day not in self._days:
            self._days[day] = frozenset(
                minute for begins, ends in self._edges(day) for minute in range(begins, ends)
            )
        return self._days[day]

    def _edges(self, day: date) -> Edges:
        if day in self.overrides:
            return self.overrides[day]
        is_worked = chinese_calendar.is_workday(day) if day.year <= 2026 else day.weekday() < 5
        return self.by_weekday.get(day.weekday(), self.hours) if is_worked else ()

    def counts(self, at: datetime) -> bool:
        """Whether the minute from `at` on is working time."""
        return at.hour * 60 + at.minute in self.worked(at.date())

    def closing(self, day: date) -> datetime:
        """The end of a day's last minute of work."""
        return datetime.combine(day, datetime.min.time()) + (max(self.worked(day)) + 1) * MINUTE


def due(
    calendar: Minutes,
    counting: str,
    amount: int,
    start: datetime,
    pauses: Sequence[tuple[datetime, datetime]],
) -> datetime:
    """When the last counted minute is over."""
    if counting == "workdays":
        return _due_in_days(calendar, amount, start, pauses)
    stood = _paused(start, pauses)
    at = start
    while True:
        worked = calendar.worked(at.date())
        midnight = datetime.combine(at.date() + DAY, datetime.min.time())
        while at < midnight:
            if at not in stood and (counting == "natural" or at.hour * 60 + at.minute in worked):
                amount -= 1
            at += MINUTE
            if not amount:
                return at


def _due_in_days(
    calendar: Minutes, days: int, start: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> datetime:
    day = start.date()
    while days:
        day += DAY
        days -= bool(calendar.worked(day))
    first = end = calendar.closing(day)
    stood = 0
    for begins, ends in _runs(start, pauses):
        if begins >= end:
            break
        while begins < ends:
            stood += calendar.counts(begins)
            begins += MINUTE
        left, at = stood, first
        while left:
            left -= calendar.counts(at)
            at += MINUTE
        end = calendar.closing((at - MINUTE).date()) if stood else first
    return end


def _paused(start: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> set[datetime]:
    """The minutes from the start on in which it stood still."""
    return {
        begins + offset * MINUTE
        for begins, ends in pauses
        for offset in range((ends - begins) // MINUTE)
        if begins + offset * MINUTE >= start
    }


def _runs(start: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The paused minutes from the start on, as unbroken runs."""
    runs: list[tuple[datetime, datetime]] = []
    paused = sorted(_paused(start, pauses))
    for at in paused:
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + MINUTE)
        else:
            runs.append((at, at + MINUTE))
    return runs


def elapsed(
    calendar: Minutes,
    counting: str,
    start: datetime,
    pauses: Sequence[tuple[datetime, datetime]],
    until: datetime,
) -> int:
    """The counted minutes between two instants."""
    counted, at, stood = 0, start, _paused(start, pauses)
    while at < until:
        counted += at not in stood and (counting == "natural" or calendar.counts(at))
        at += MINUTE
    return counted
