"""What one meeting adds to which day, and what sums come to as rates. Pure functions.

Minutes are whole ones by the clock: an instant counts as the minute in which it lies, so that the minutes of
a meeting are those of its hours, and parts of a meeting add up to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from backend import clock
from meeting.bookings.models import State

# Of fewer people nothing is told: it would be told of each of them.
FEWEST_PEOPLE: Final = 5
# Of fewer meetings of a department no rate is told.
FEWEST_MEETINGS: Final = 5
BOOKED: Final = frozenset((State.BOOKED, State.IN_USE, State.ENDED, State.RELEASED))
# States that are counted under a name of their own.
_COUNTED: Final = {
    State.RELEASED: "no_shows",
    State.CANCELLED: "cancelled",
    State.DISPLACED: "displaced",
    State.REJECTED: "rejected",
    State.EXPIRED: "expired",
}
_HOUR: Final = 60


class By(StrEnum):
    """By what the figures are told apart."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CAMPUS = "campus"
    ROOM = "room"
    DEPARTMENT = "department"
    HOUR = "hour"


# --- what a meeting adds ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A meeting as far as it is counted. `planned_end_at` is when it was booked until.

    `is_served` says whether services were ordered; it is known of meetings that have ended.
    """

    room_id: int
    department_id: int
    start_at: datetime
    end_at: datetime
    planned_end_at: datetime
    state: State
    headcount: int
    checked_in_at: datetime | None
    is_served: bool = False

    @property
    def on_date(self) -> date:
        """The day on which it counts: that of its beginning, overnight or not."""
        return clock.local(self.start_at).date()

    @property
    def used(self) -> tuple[datetime, datetime] | None:
        """When the room was in use: from the signing-in if it came later; None unless it was held."""
        if self.state is not State.ENDED:
            return None
        from_at = max(self.start_at, self.checked_in_at or self.start_at)
        return (from_at, self.end_at) if _minute(from_at) < _minute(self.end_at) else None


def counted(fact: Fact | None) -> dict[str, int]:
    """What a meeting adds to its day, room and department; nothing where it adds nothing."""
    if fact is None:
        return {}
    numbers: dict[str, int] = {}
    if fact.state in BOOKED:
        numbers["booked"] = 1
        numbers["booked_minutes"] = _minute(fact.planned_end_at) - _minute(fact.start_at)
    if fact.state in _COUNTED:
        numbers[_COUNTED[fact.state]] = 1
    if fact.state is State.ENDED:
        used = fact.used
        minutes = _minute(used[1]) - _minute(used[0]) if used else 0
        numbers |= {"held": 1, "used_minutes": minutes}
        if fact.is_served:
            numbers["served"] = 1
        if fact.checked_in_at is not None:
            numbers |= {"signed_in": 1, "signed_minutes": minutes}
        if fact.headcount:
            numbers |= {
                "headed": 1,
                "heads": fact.headcount,
                "headed_minutes": minutes,
                "head_minutes": minutes * fact.headcount,
            }
    return numbers


def hours(fact: Fact | None) -> dict[tuple[date, int], int]:
    """For how many minutes of which hour of which day a meeting was in its room."""
    used = fact.used if fact is not None else None
    if used is None:
        return {}
    found = {}
    at, until = (clock.local(instant).replace(second=0, microsecond=0) for instant in used)
    while at < until:
        next_hour = at.replace(minute=0) + timedelta(hours=1)
        found[at.date(), at.hour] = (min(until, next_hour) - at) // timedelta(minutes=1)
        at = next_hour
    return found


def _minute(instant: datetime) -> int:
    return int(instant.timestamp() // _HOUR)


# --- what sums come to ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """What the meetings of some days come to, as `MeetingDay` counts them."""

    booked: int = 0
    held: int = 0
    signed_in: int = 0
    served: int = 0
    no_shows: int = 0
    cancelled: int = 0
    displaced: int = 0
    rejected: int = 0
    expired: int = 0
    headed: int = 0
    heads: int = 0
    booked_minutes: int = 0
    used_minutes: int = 0
    signed_minutes: int = 0
    headed_minutes: int = 0
    head_minutes: int = 0


SUMS: Final = tuple(each.name for each in fields(Sums))


def added(some: Iterable[Sums]) -> Sums:
    """Several sums as one."""
    rows = list(some)
    return Sums(*(sum(getattr(each, name) for each in rows) for name in SUMS))


@dataclass(frozen=True, slots=True)
class Occupied:
    """Minutes of workdays for which rooms were booked, and used; a hall counts for each of its parts."""

    booked: int = 0
    used: int = 0
    signed: int = 0  # of the used ones, known by a signing-in

    def __add__(self, other: "Occupied") -> "Occupied":
        """Both together."""
        return Occupied(self.booked + other.booked, self.used + other.used, self.signed + other.signed)

    def __sub__(self, other: "Occupied") -> "Occupied":
        """Without the other."""
        return self + other.times(-1)

    def times(self, number: int) -> "Occupied":
        """So often the same."""
        return Occupied(self.booked * number, self.used * number, self.signed * number)


@dataclass(frozen=True, slots=True)
class Bookable:
    """For how many minutes of workdays physical rooms could be booked, in all and up to today.

    `rooms` of `whole` rooms are counted: what is out of use today has no bookable time.
    """

    minutes: int
    until_today: int
    rooms: int
    whole: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what is behind it, and of how many (`whole`) so many (`covered`) it speaks.

    With `is_withheld` too few are behind it to tell more than how many.
    """

    part: int
    denominator: int
    covered: int | None = None
    whole: int | None = None
    is_withheld: bool = False

    @property
    def numerator(self) -> int | None:
        """What is counted, unless it is withheld."""
        return None if self.is_withheld else self.part

    @property
    def percent(self) -> Decimal | None:
        """Per cent, half up to one decimal; None of nothing, and where it is withheld."""
        return None if self.is_withheld else _percent(self.part, self.denominator)

    @property
    def coverage(self) -> Decimal | None:
        """Of how many per cent of the whole it speaks."""
        return _percent(self.covered or 0, self.whole) if self.whole is not None else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the meetings of some days come to, and the rates that follow.

    `seat_minutes` are the seats of the rooms (as they are today) times the minutes whose heads are known.
    Departments have no rooms, and so no occupancy; rates of fewer than `least` are withheld.
    """

    sums: Sums
    seat_minutes: int = 0
    occupied: Occupied | None = None
    bookable: Bookable | None = None
    least: int = 0

    @property
    def occupancy_booked(self) -> Rate | None:
        """预订使用率: minutes that were booked, of those that could be; it speaks of so many of the rooms."""
        if self.occupied is None or self.bookable is None:
            return None
        base = self.bookable
        return Rate(self.occupied.booked, base.minutes, base.rooms, base.whole)

    @property
    def occupancy_used(self) -> Rate | None:
        """实际使用率: minutes in use, of those up to today; so many of them are known by a signing-in."""
        if self.occupied is None or self.bookable is None:
            return None
        return Rate(self.occupied.used, self.bookable.until_today, self.occupied.signed, self.occupied.used)

    @property
    def no_show(self) -> Rate:
        """未到率: no-shows, of the due meetings that were to be signed in to; so many of all due ones."""
        due = self.sums.signed_in + self.sums.no_shows
        return self._rate(self.sums.no_shows, due, due, self.sums.held + self.sums.no_shows)

    @property
    def cancellation(self) -> Rate:
        """取消率: cancelled, of all that were booked, cancelled and displaced."""
        sums = self.sums
        return self._rate(sums.cancelled, sums.booked + sums.cancelled + sums.displaced)

    @property
    def seats(self) -> Rate:
        """上座率: heads against seats by the minute, where heads are known: of so many of the held."""
        return self._rate(self.sums.head_minutes, self.seat_minutes, self.sums.headed, self.sums.held)

    @property
    def booked_length(self) -> Decimal | None:
        """Minutes that a meeting was booked for on average."""
        return _mean(self.sums.booked_minutes, self.sums.booked)

    @property
    def used_length(self) -> Decimal | None:
        """Minutes that a meeting took on average."""
        return _mean(self.sums.used_minutes, self.sums.held)

    @property
    def heads_of_meeting(self) -> Decimal | None:
        """People at a meeting on average, where they are known."""
        return _mean(self.sums.heads, self.sums.headed)

    def _rate(
        self, part: int, denominator: int, covered: int | None = None, whole: int | None = None
    ) -> Rate:
        is_withheld = self.sums.booked + self.sums.cancelled + self.sums.displaced < self.least
        return Rate(part, denominator, covered, whole, is_withheld=is_withheld)


@dataclass(frozen=True, slots=True)
class Size:
    """A department, and how many people work in it."""

    department_id: int
    people: int


def small(sizes: Iterable[Size]) -> frozenset[int]:
    """The departments of which nothing is told alone: those of fewer than five people.

    If these are fewer than five together, the next smallest joins them: nothing follows by subtraction.
    """
    ordered = sorted(sizes, key=lambda each: (each.people, each.department_id))
    found: set[int] = set()
    people = 0
    for each in ordered:
        if each.people >= FEWEST_PEOPLE and (not found or people >= FEWEST_PEOPLE):
            break
        found.add(each.department_id)
        people += each.people
    return frozenset(found)


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal((part * 2000 // whole + 1) // 2) / 10 if whole else None


def _mean(total: int, count: int) -> Decimal | None:
    return Decimal((total * 20 // count + 1) // 2) / 10 if count else None
