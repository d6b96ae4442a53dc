"""How a booking's meetings are told to calendars (RFC 5545), and the links of a door's display. Pure.

A series is told as its rule with what departs from it: dates that do not take place are excluded, dates that
differ are told by themselves under their slot. What its rule does not give is an event of its own, because
many programs know no RDATE. Whatever was changed, the told dates are exactly the meetings.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from backend import vault
from meeting.bookings.models import State

# 256 bits: nobody guesses the address of a feed.
TOKEN_BYTES: Final = 32
# 16 characters of a 256-bit signature: 96 bits, which nobody guesses.
KEY_LENGTH: Final = 16

# What takes place, or took place.
LIVE: Final = frozenset({State.PENDING, State.BOOKED, State.IN_USE, State.ENDED})
# What calendars were told of, and does not take place.
GONE: Final = frozenset({State.CANCELLED, State.REJECTED, State.EXPIRED, State.RELEASED, State.DISPLACED})
# The parts of a rule that say where it ends; we say it by the last meeting.
_ENDS: Final = ("COUNT=", "UNTIL=")


class Status(StrEnum):
    """STATUS of RFC 5545 §3.8.1.11."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Told:
    """What a calendar says of a meeting beside its time."""

    summary: str
    location: str
    description: str
    status: Status
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as a calendar tells it. `slot_at` is when its rule puts it."""

    id: int
    slot_at: datetime
    start_at: datetime
    end_at: datetime
    is_added: bool
    told: Told

    @property
    def duration(self) -> timedelta:
        """How long it takes."""
        return self.end_at - self.start_at


@dataclass(frozen=True, slots=True)
class Series:
    """A booking with those of its meetings that a calendar tells, by slot."""

    uid: str
    timezone: str
    rrule: str
    first_start_at: datetime
    sequence: int
    booked_at: datetime
    changed_at: datetime
    url: str
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT: `recurrence_id` of one that departs, `rrule` and `excluded` of one that recurs.

    `start` and those are wall times of the series' zone that carry it, as its rule gives them.
    """

    uid: str
    start: datetime
    end: datetime
    told: Told
    rrule: str = ""
    excluded: tuple[datetime, ...] = ()
    recurrence_id: datetime | None = None


def status_of(state: State) -> Status:
    """How a meeting's state reads in calendars."""
    if state is State.PENDING:
        return Status.TENTATIVE
    return Status.CONFIRMED if state in LIVE else Status.CANCELLED


def is_live(state: State, lapses_at: datetime | None, now: datetime) -> bool:
    """Whether a meeting takes place: a hold that has lapsed keeps nobody out, though nobody tidied up yet."""
    is_void = state in (State.PENDING, State.BOOKED) and lapses_at is not None and lapses_at <= now
    return state in LIVE and not is_void


def events_of(series: Series) -> list[Event]:
    """The events that tell a series, the recurring one first."""
    zone = ZoneInfo(series.timezone)
    ruled = {each.slot_at: each for each in series.meetings if not each.is_added} if series.rrule else {}
    slots = _slots(series, zone, max(ruled)) if ruled else []
    regular = [(slot, ruled.pop(slot.astimezone(UTC), None)) for slot in slots]
    found = _recurring(series, _at_usual_time(regular, zone), zone)
    # What no rule gives: the only meeting of a plain booking bears its name.
    rest = [each for each in series.meetings if each.is_added or not series.rrule or each.slot_at in ruled]
    for each in rest:
        is_plain = not series.rrule and not each.is_added
        uid = series.uid if is_plain else f"{each.id}.{series.uid}"
        found.append(Event(uid, _at(each.start_at, zone), _at(each.end_at, zone), each.told))
    return found


def _at_usual_time(
    regular: Sequence[tuple[datetime, Meeting | None]], zone: ZoneInfo
) -> Sequence[tuple[datetime, Meeting | None]]:
    """The slots at the time of day at which most meetings begin: a series may have been put off as a whole.

    The rule gives the same days. Without this each meeting would be told as departing from the rule.
    """
    begins = [
        each.start_at.astimezone(zone)
        for slot, each in regular
        if each is not None and each.start_at.astimezone(zone).date() == slot.date()
    ]
    if not begins:
        return regular
    usual = Counter(at.time() for at in begins).most_common(1)[0][0]
    return [(slot.replace(hour=usual.hour, minute=usual.minute), each) for slot, each in regular]


def _recurring(
    series: Series, regular: Sequence[tuple[datetime, Meeting | None]], zone: ZoneInfo
) -> list[Event]:
    """The event of the rule, as most of its meetings are, and those that differ."""
    kept = [(slot, each) for slot, each in regular if each is not None]
    if not kept:
        return []
    forms = Counter((each.told, each.duration) for slot, each in kept if each.start_at == slot)
    told, duration = forms.most_common(1)[0][0] if forms else (kept[0][1].told, kept[0][1].duration)
    first = regular[0][0]
    master = Event(
        uid=series.uid,
        start=first,
        end=_at(first.astimezone(UTC) + duration, zone),
        told=told,
        rrule=ending(series.rrule, regular[-1][0]),
        excluded=tuple(slot for slot, each in regular if each is None),
    )
    return [
        master,
        *(
            Event(
                series.uid,
                _at(each.start_at, zone),
                _at(each.end_at, zone),
                each.told,
                recurrence_id=slot,
            )
            for slot, each in kept
            if (each.start_at, each.duration, each.told) != (slot, duration, told)
        ),
    ]


def _at(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant by the series' clock; the second time that an hour comes in autumn only UTC can tell."""
    local = instant.astimezone(zone)
    return local if not local.fold else instant.astimezone(UTC)


def _slots(series: Series, zone: ZoneInfo, last_at: datetime) -> list[datetime]:
    """The wall times that the rule gives up to an instant, with the zone.

    One within the hour that is skipped in spring stays as the rule says it: calendars take it by the offset
    before (RFC 5545 §3.3.5), as `zoneinfo` does.
    """
    begins = series.first_start_at.astimezone(zone).replace(tzinfo=None, fold=0)
    until = last_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
    rule = rrulestr(_endless(series.rrule), dtstart=begins)
    found = (wall.replace(tzinfo=zone) for wall in rule.between(begins, until, inc=True))
    return [slot for slot in found if slot.astimezone(UTC) <= last_at]


def ending(rrule: str, last: datetime) -> str:
    """The rule with the slot of its last meeting as its end, as UTC, which a start with a zone demands."""
    return f"{_endless(rrule)};UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _endless(rrule: str) -> str:
    parts = rrule.upper().removeprefix("RRULE:").split(";")
    return ";".join(part for part in parts if part and not part.startswith(_ENDS))


def key_of(room_id: int, number: int) -> str:
    """What the `number`-th link of a room's display bears."""
    return vault.sign("door display", f"{room_id}/{number}".encode())[:KEY_LENGTH]


def is_key(key: str, room_id: int, number: int) -> bool:
    """Whether this is the key of the room's present link."""
    return compare_digest(key.encode(), key_of(room_id, number).encode())
