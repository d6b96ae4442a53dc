"""Reads a calendar as a calendar program does: icalendar parses it, dateutil expands it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from io import StringIO
from typing import Any

import icalendar
from dateutil import tz
from dateutil.rrule import rrulestr


@dataclass(frozen=True, order=True)
class Seen:
    """A meeting in a calendar program's grid."""

    start: datetime
    end: datetime
    summary: str
    status: str


def events_in(data: bytes) -> list[Any]:
    """The VEVENTs."""
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def seen(data: bytes, *, by_vtimezone: bool = False) -> list[Seen]:
    """Every meeting, expanded; with the zones that the file brings along, or with those of this machine."""
    zones = tz.tzical(StringIO(data.decode())) if by_vtimezone else None

    def zoned(value: datetime) -> datetime:
        if zones is None or value.tzinfo is None or value.tzinfo is UTC:
            return value
        # dateutil takes a repeated hour by `fold`, like zoneinfo.
        return value.replace(tzinfo=zones.get(str(value.tzinfo)))

    def instant(value: datetime) -> datetime:
        return zoned(value).astimezone(UTC)

    by_uid: dict[str, list[Any]] = defaultdict(list)
    for event in events_in(data):
        by_uid[str(event["UID"])].append(event)
    found = []
    for events in by_uid.values():
        masters = [event for event in events if "RECURRENCE-ID" not in event]
        assert len(masters) == 1, events
        master = masters[0]
        departing = {instant(event["RECURRENCE-ID"].dt): event for event in events if event is not master}
        length = instant(master["DTEND"].dt) - instant(master["DTSTART"].dt)
        slots = _slots(master, zoned)
        assert departing.keys() <= set(slots), "an exception of a date that the rule does not give"
        for slot in slots:
            if slot not in departing:
                found.append(_seen(master, slot, slot + length))
        for event in departing.values():
            found.append(_seen(event, instant(event["DTSTART"].dt), instant(event["DTEND"].dt)))
    return sorted(found)


def _slots(master: Any, zoned: Any) -> list[datetime]:
    begins = zoned(master["DTSTART"].dt)
    if "RRULE" not in master:
        return [begins.astimezone(UTC)]
    given = rrulestr(master["RRULE"].to_ical().decode(), dtstart=begins)
    excluded = master.get("EXDATE")
    lists = excluded if isinstance(excluded, list) else [excluded] if excluded is not None else []
    left_out = {zoned(each.dt).astimezone(UTC) for one in lists for each in one.dts}
    slots = [each.astimezone(UTC) for each in given]
    assert left_out <= set(slots), "an exclusion of a date that the rule does not give"
    return [slot for slot in slots if slot not in left_out]


def _seen(event: Any, start: datetime, end: datetime) -> Seen:
    return Seen(start, end, str(event["SUMMARY"]), str(event["STATUS"]))


def zone_of(value: datetime) -> tzinfo | None:
    """The zone that a time was told in."""
    return value.tzinfo
