"""The calendar and its arithmetic: pure, from office hours, overrides and the published calendar.

A day is decided by the first of: the compound's override; the State Council's yearly notice with its 调休
(the data of `chinese_calendar`); Monday to Friday, marked provisional, where no notice is known. The notice
for a year may still touch the last days of December before it; until the data has it, that is an override.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

import chinese_calendar

from backend import clock
from backend.workdays.errors import BeyondCalendar, InvalidSegments

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """What decides a day: its weekday, the State Council's notice, or the compound."""

    WORKDAY = "workday"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Segment:
    """A half-open span of wall time in whole minutes; an `until_time` of 00:00 is the midnight after it."""

    from_time: time
    until_time: time

    def on(self, on_date: date) -> tuple[datetime, datetime]:
        """The instants at which the segment begins and ends on a day, in UTC."""
        ends_on = on_date if self.until_time > time.min else on_date + _ONE_DAY
        return clock.at_local(on_date, self.from_time), clock.at_local(ends_on, self.until_time)


Segments: TypeAlias = tuple[Segment, ...]

USUAL_SEGMENTS: Segments = (Segment(time(8, 30), time(12)), Segment(time(14), time(17, 30)))


def ensure_segments(segments: Sequence[Segment]) -> None:
    """Whole minutes, each beginning before its end, in order, without overlap; touching is allowed.

    Raises InvalidSegments with the index of the first that is wrong.
    """
    last_minute = 0
    for index, segment in enumerate(segments):
        begins, ends = _minute(segment.from_time), _minute(segment.until_time) or 24 * 60
        if not last_minute <= begins < ends or any(
            edge != edge.replace(second=0, microsecond=0) for edge in (segment.from_time, segment.until_time)
        ):
            raise InvalidSegments(index=index)
        last_minute = ends


def _minute(wall_time: time) -> int:
    return wall_time.hour * 60 + wall_time.minute


def segments_of_pairs(pairs: Sequence[Sequence[str]]) -> Segments:
    """Segments as a `calendar_overrides` row keeps them: `[["08:30", "12:00"], …]`."""
    return tuple(Segment(time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in pairs)


def pairs_of_segments(segments: Sequence[Segment]) -> list[list[str]]:
    """The inverse of `segments_of_pairs`."""
    return [[edge.strftime("%H:%M") for edge in (one.from_time, one.until_time)] for one in segments]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office works on a day on which it works.

    `by_weekday` (0 Monday … 6 Sunday) names the weekdays that differ from `usual`; for Saturday and Sunday
    they are the hours of makeup workdays. It never decides whether a day is worked, so no entry is empty.
    """

    usual: Segments = USUAL_SEGMENTS
    by_weekday: Mapping[int, Segments] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for segments in (self.usual, *self.by_weekday.values()):
            ensure_segments(segments)
            if not segments:
                raise InvalidSegments(index=0)

    def on(self, on_date: date) -> Segments:
        """The segments of a day, if it is worked."""
        return self.by_weekday.get(on_date.weekday(), self.usual)


USUAL_HOURS = OfficeHours()


@dataclass(frozen=True, slots=True)
class Override:
    """A day on which the compound departs from the published calendar; without segments it is closed."""

    on_date: date
    segments: Segments
    reason: str
    set_by: int
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar.

    `name` is the holiday (国庆节) to which a holiday or a makeup workday belongs, overridden or not, or "".
    `is_provisional` says that only the weekday decided, for want of a published calendar.
    """

    on_date: date
    segments: Segments
    kind: DayKind
    name: str
    is_provisional: bool

    @property
    def is_workday(self) -> bool:
        """Whether the office works at all on this day."""
        return bool(self.segments)

    def spans(self) -> list[tuple[datetime, datetime]]:
        """Its segments as half-open spans of instants, in UTC."""
        return [segment.on(self.on_date) for segment in self.segments]


@lru_cache(maxsize=4096)
def _published(on_date: date) -> tuple[DayKind, str] | None:
    """What the State Council's notice says of a day; None for a year without one. Cached: it is slow."""
    try:
        is_rest, name = chinese_calendar.get_holiday_detail(on_date)
    except NotImplementedError:
        return None
    if name is None:
        return (DayKind.REST_DAY if is_rest else DayKind.WORKDAY), ""
    kind = DayKind.HOLIDAY if is_rest else DayKind.MAKEUP_WORKDAY
    return kind, chinese_calendar.Holiday(name).chinese


def _by_weekday(on_date: date) -> tuple[DayKind, str]:
    return (DayKind.WORKDAY if on_date.weekday() < _SATURDAY else DayKind.REST_DAY), ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of [start_on, until_on), and counting in workdays and in business time.

    Instants come in aware, in any zone, and go out in UTC; a naive one is a ValueError. `overrides` must be
    complete for the range: whatever would look at a day outside raises BeyondCalendar, so that no walk is
    unbounded and no override is missed in silence. The default range is that of the dates of the wire.
    """

    hours: OfficeHours = USUAL_HOURS
    overrides: Mapping[date, Segments] = field(default_factory=dict)
    start_on: date = date(2000, 1, 1)
    until_on: date = date(3000, 1, 1)

    def day(self, on_date: date) -> Day:
        """What one day is. Raises BeyondCalendar outside of the range."""
        if isinstance(on_date, datetime):  # It passes for a date, but its date may not be the compound's.
            raise TypeError("a day of the calendar is a date, not an instant")
        if not self.start_on <= on_date < self.until_on:
            raise BeyondCalendar(
                start_on=self.start_on.isoformat(), last_on=(self.until_on - _ONE_DAY).isoformat()
            )
        published = _published(on_date)
        kind, name = published or _by_weekday(on_date)
        segments = self.overrides.get(on_date)
        if segments is not None:
            return Day(on_date, segments, DayKind.OVERRIDE, name, is_provisional=False)
        is_worked = kind in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)
        hours = self.hours.on(on_date) if is_worked else ()
        return Day(on_date, hours, kind, name, is_provisional=published is None)

    def days(self, start_on: date, until_on: date) -> Iterator[Day]:
        """The days of [start_on, until_on), in order; none if it is reversed."""
        for offset in range((until_on - start_on).days):
            yield self.day(start_on + timedelta(days=offset))

    def is_workday(self, on_date: date) -> bool:
        """Whether the office works at all on a day."""
        return self.day(on_date).is_workday

    def is_provisional(self, start_on: date, until_on: date) -> bool:
        """Whether any day of [start_on, until_on) is provisional, and with it a count across them."""
        return any(day.is_provisional for day in self.days(start_on, until_on))

    @staticmethod
    def week_of(on_date: date) -> tuple[date, ...]:
        """The seven dates, Monday to Sunday, of the week in which a date lies."""
        monday = on_date - timedelta(days=on_date.weekday())
        return tuple(monday + timedelta(days=offset) for offset in range(7))

    def add_workdays(self, on_date: date, n: int) -> date:
        """The n-th workday strictly after `on_date`, or strictly before it for a negative n.

        The day itself never counts (day 0), worked or not; n = 0 gives it back as it is, worked or not.
        """
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        left = abs(n)
        while left:
            on_date += step
            left -= self.is_workday(on_date)
        return on_date

    def workdays_between(self, start_on: date, until_on: date) -> int:
        """How many workdays lie in [start_on, until_on). Reversed dates give the negative count."""
        if until_on < start_on:
            return -self.workdays_between(until_on, start_on)
        return sum(day.is_workday for day in self.days(start_on, until_on))

    def closing_after_workdays(self, on_date: date, n: int) -> datetime:
        """When "n 工作日 from `on_date`" run out: the closing time of the n-th workday after it; n ≥ 1."""
        if n < 1:
            raise ValueError("a term in workdays has at least one")
        return self.day(self.add_workdays(on_date, n)).spans()[-1][1]

    def add_business_time(self, start_at: datetime, duration: timedelta) -> datetime:
        """The earliest instant at or after `start_at` by which `duration` of business time has passed.

        Hence time outside of the segments costs nothing, a term that fills a segment ends at its closing
        edge and not at the next opening, and a duration of zero gives `start_at` back. A negative duration
        is a ValueError.
        """
        start_at = _in_utc(start_at)
        if duration < timedelta():
            raise ValueError("business time is added forwards")
        if not duration:
            return start_at
        on_date = clock.local(start_at).date()
        while True:
            for opens_at, closes_at in self.day(on_date).spans():
                begins_at = max(start_at, opens_at)
                if duration <= closes_at - begins_at:
                    return begins_at + duration
                duration -= max(closes_at - begins_at, timedelta())
            on_date += _ONE_DAY

    def business_time_between(self, start_at: datetime, end_at: datetime) -> timedelta:
        """How much business time lies in [start_at, end_at). Reversed instants give the negative amount,
        which is how far an overdue term is overrun."""
        start_at, end_at = _in_utc(start_at), _in_utc(end_at)
        if end_at < start_at:
            return -self.business_time_between(end_at, start_at)
        start_on, last_on = clock.local(start_at).date(), clock.local(end_at).date()
        return sum(
            (
                max(min(end_at, closes_at) - max(start_at, opens_at), timedelta())
                for day in self.days(start_on, last_on + _ONE_DAY)
                for opens_at, closes_at in day.spans()
            ),
            timedelta(),
        )


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a naive datetime does not say which instant it is")
    return instant.astimezone(UTC)
