"""Rules of signing in: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from backend import clock
from meeting.bookings import policies as bookings
from meeting.bookings.attendance.errors import (
    CheckInTooEarly,
    CheckInTooLate,
    NoShowDaysInvalid,
    OtherPlate,
)
from meeting.bookings.errors import NotYours
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import Standing, Step
from meeting.rooms.policies import RoomView

# 国办函〔2026〕12号: statistics tell departments apart, never persons, nor groups so small that they would.
SMALLEST_DEPARTMENT: Final = 5
OTHERS: Final = "其他部门"
LONGEST_DAYS: Final = 366
# Within which missed meetings of one organiser add up.
NOTICE_DAYS: Final = 30


def ensure_belongs(who: Standing) -> None:
    """Raise NotYours unless the meeting is the actor's to sign in to: of it, or who looks after its room."""
    if not (who.owns or who.is_attendee or who.serves or who.manages):
        raise NotYours


def ensure_plate(room: RoomView, plate_room: RoomView) -> None:
    """Raise OtherPlate unless the plate is the room's; a hall has those of its parts as well."""
    if plate_room.id not in (room.id, *room.part_ids):
        raise OtherPlate(room=plate_room.name)


def opens_at(start: datetime, opens_minutes: int) -> datetime:
    """From when on a meeting may be signed in to."""
    return start - timedelta(minutes=opens_minutes)


def ensure_now(occurrence: Occurrence, now: datetime, *, opens_minutes: int) -> None:
    """Raise BookingState, CheckInTooEarly or CheckInTooLate unless a meeting may be signed in to now.

    What has lapsed is over, even if nobody has tidied it up yet: whoever came meanwhile found the room free.
    """
    bookings.state_after(occurrence.state, Step.CHECK_IN)
    opens = opens_at(occurrence.start_at, opens_minutes)
    if now < opens:
        raise CheckInTooEarly(minutes=opens_minutes, opens_at=clock.local(opens).isoformat())
    has_lapsed = occurrence.lapses_at is not None and occurrence.lapses_at <= now
    if has_lapsed or occurrence.end_at <= now:
        raise CheckInTooLate


def is_near(occurrence: Occurrence, now: datetime, *, opens_minutes: int) -> bool:
    """Whether a meeting is on, or about to begin."""
    return (
        occurrence.state in (State.BOOKED, State.IN_USE)
        and opens_at(occurrence.start_at, opens_minutes) <= now < occurrence.end_at
    )


def nearest(occurrences: Sequence[Occurrence], now: datetime, *, opens_minutes: int) -> Occurrence | None:
    """Which of several meetings is meant by signing in now.

    The one that has begun and waits for it, before one about to begin, before one that has been signed in
    to; else the next that is booked, else the last.
    """
    near = [each for each in occurrences if is_near(each, now, opens_minutes=opens_minutes)]
    if near:
        return min(near, key=lambda each: (each.state == State.IN_USE, each.start_at, each.id))
    coming = [each for each in occurrences if each.state == State.BOOKED and each.start_at > now]
    if coming:
        return min(coming, key=lambda each: (each.start_at, each.id))
    return max(occurrences, key=lambda each: (each.start_at, each.id), default=None)


@dataclass(frozen=True, slots=True)
class Missed:
    """Of how many meetings of a department (None: several together) nobody came to how many.

    `people` is how many work there; it is not shown. A meeting counts if it was signed in to or released.
    """

    department_id: int | None
    department: str
    people: int
    meetings: int
    no_shows: int

    @property
    def percent(self) -> Decimal | None:
        """The share of the no-shows in per cent, to one decimal; None of nothing."""
        if not self.meetings:
            return None
        return (Decimal(100 * self.no_shows) / self.meetings).quantize(Decimal("0.1"), ROUND_HALF_UP)


def told_apart(rows: Iterable[Missed], *, least_meetings: int) -> list[Missed]:
    """Departments by the number of their no-shows; those with few people or meetings last and together.

    Where those have too few people even so, the smallest of the others goes with them: whoever knows the
    whole could take the rows away from it, and what is left would be theirs.
    """
    apart: list[Missed] = []
    together: list[Missed] = []
    for row in rows:
        is_large = row.people >= SMALLEST_DEPARTMENT and row.meetings >= least_meetings
        (apart if is_large else together).append(row)
    if together and apart and sum(row.people for row in together) < SMALLEST_DEPARTMENT:
        smallest = min(apart, key=lambda row: (row.people, row.department_id or 0))
        apart.remove(smallest)
        together.append(smallest)
    shown = sorted(apart, key=lambda row: (-row.no_shows, -row.meetings, row.department_id or 0))
    if sum(row.people for row in together) >= SMALLEST_DEPARTMENT:
        shown.append(
            Missed(
                None,
                OTHERS,
                sum(row.people for row in together),
                sum(row.meetings for row in together),
                sum(row.no_shows for row in together),
            )
        )
    return shown


def ensure_days(from_on: date, until_on: date) -> None:
    """Raise NoShowDaysInvalid for days that are reversed or too many."""
    if not 0 <= (until_on - from_on).days < LONGEST_DAYS:
        raise NoShowDaysInvalid(days=LONGEST_DAYS)


def is_told(count: int, every: int) -> bool:
    """Whether an organiser is reminded of so many missed meetings: at each multiple; 0 is never."""
    return every > 0 and count > 0 and count % every == 0
