"""iCalendar (RFC 5545): meetings as a calendar program reads them. Equal meetings make equal bytes."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import icalendar

from meeting.calendars.policies import Event, Series, events_of
from meeting.calendars.queries import Contents

MEDIA_TYPE: Final = "text/calendar"
_PRODUCT: Final = "-//houqin//meetings//ZH"
_REFRESH: Final = timedelta(hours=1)
_LONG_AGO: Final = datetime(1970, 1, 1)  # noqa: DTZ001 # An onset is a wall time.


def etag_of(contents: Contents) -> str:
    """A tag that changes with what is told; it costs no rendering."""
    return hashlib.sha256(repr(contents).encode()).hexdigest()[:32]


def calendar_of(contents: Contents) -> bytes:
    """The meetings as a calendar, with the time zones that they are told in."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, contents.title)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(_REFRESH))
    found = [(series, event) for series in contents.series for event in events_of(series)]
    for component in _zones(found):
        calendar.add_component(component)
    for series, event in found:
        calendar.add_component(_component(series, event))
    return bytes(calendar.to_ical())


def _component(series: Series, event: Event) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    # DTSTAMP, too, is of the last change (§3.8.7.2): the same meeting reads the same each time.
    made.add("dtstamp", series.changed_at.replace(microsecond=0))
    made.add("created", series.booked_at.replace(microsecond=0))
    made.add("last-modified", series.changed_at.replace(microsecond=0))
    made.add("sequence", series.sequence)
    if event.recurrence_id is not None:
        made.add("recurrence-id", event.recurrence_id)
    made.add("dtstart", event.start)
    made.add("dtend", event.end)
    if event.rrule:
        made.add("rrule", icalendar.vRecur.from_ical(event.rrule))
    if event.excluded:
        made.add("exdate", list(event.excluded))
    made.add("summary", event.told.summary)
    made.add("location", event.told.location)
    if event.told.description:
        made.add("description", event.told.description)
    made.add("status", event.told.status.value)
    made.add("class", "CONFIDENTIAL" if event.told.is_confidential else "PUBLIC")
    if series.url:
        made.add("url", series.url)
    return made


def _zones(found: Sequence[tuple[Series, Event]]) -> list[icalendar.Timezone]:
    """The zones of these events, each over the years that they lie in."""
    years: dict[str, list[int]] = {}
    for series, event in found:
        last = max((event.end, *(each.end_at for each in series.meetings)))
        years.setdefault(series.timezone, []).extend((event.start.year, last.year))
    return [timezone_of(name, min(lie_in), max(lie_in)) for name, lie_in in sorted(years.items())]


@lru_cache(maxsize=64)
def timezone_of(name: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """A VTIMEZONE over some years and one around them.

    The library's own tells onsets by the offset after them, where §3.6.5 wants the one before.
    """
    zone = ZoneInfo(name)
    made = icalendar.Timezone()
    made.add("tzid", name)
    changes = _changes(zone, first_year - 1, last_year + 1)
    first = changes[0] if changes else datetime(first_year, 1, 1, tzinfo=UTC)
    before = (first - timedelta(seconds=1)).astimezone(zone)
    made.add_component(_observance(before, _LONG_AGO, before))
    for change in changes:
        before, after = (change - timedelta(seconds=1)).astimezone(zone), change.astimezone(zone)
        onset = change.replace(tzinfo=None) + _offset(before)
        made.add_component(_observance(after, onset, before))
    return made


def _observance(at: datetime, onset: datetime, before: datetime) -> icalendar.cal.Component:
    is_summer = bool(at.dst())
    made = icalendar.TimezoneDaylight() if is_summer else icalendar.TimezoneStandard()
    made.add("dtstart", onset)
    made.add("tzoffsetfrom", _offset(before))
    made.add("tzoffsetto", _offset(at))
    made.add("tzname", at.tzname() or "")
    return made


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[datetime]:
    """The instants at which the zone's offset changes within these years, to the second."""
    day = datetime.combine(date(first_year, 1, 1), time.min, UTC)
    ends = datetime.combine(date(last_year + 1, 1, 1), time.min, UTC)
    found = []
    while day < ends:
        after = day + timedelta(days=1)
        if _offset(day.astimezone(zone)) != _offset(after.astimezone(zone)):
            found.append(_onset(zone, day, after))
        day = after
    return found


def _onset(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    offset = _offset(low.astimezone(zone))
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle.astimezone(zone)) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta()
