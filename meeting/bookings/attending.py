"""Who attends: colleagues of the roster and guests, and with which other meetings theirs clash."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, insert, select, union_all

from backend.db import db, table, unit
from backend.identity.models import Staff, StaffStatus
from backend.statements import Statement
from meeting.bookings.checking import Times
from meeting.bookings.errors import AttendeeUnknown
from meeting.bookings.models import HOLDING, Attendee, Occurrence

_ATTENDEE = table(Attendee)
INSERT_ATTENDEES: Final = Statement(
    insert(_ATTENDEE), ["booking_id", "position", "staff_id", "name", "organisation", "title"]
)


@dataclass(frozen=True, slots=True)
class AttendeeWish:
    """A colleague by identifier, or a guest by name."""

    staff_id: int | None = None
    name: str = ""
    organisation: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A colleague who has another meeting at the time. Nothing is said of that one."""

    staff_id: int
    name: str
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Attendees that were looked up; `names` are those of the colleagues."""

    wishes: Sequence[AttendeeWish]
    names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, wishes: Sequence[AttendeeWish]) -> "Invited":
        """Look the colleagues up; one statement if there are any. Raises AttendeeUnknown."""
        staff_ids = [wish.staff_id for wish in wishes if wish.staff_id is not None]
        is_named = all(wish.staff_id is not None or wish.name for wish in wishes)
        if not is_named or len(set(staff_ids)) < len(staff_ids):
            raise AttendeeUnknown
        if not staff_ids:
            return cls(wishes)
        active = select(Staff.id, Staff.name).where(
            Staff.id.in_(staff_ids), Staff.status == StaffStatus.ACTIVE.value
        )
        names: dict[int, str] = {row.id: row.name for row in db.session.execute(active)}
        if len(names) < len(staff_ids):
            raise AttendeeUnknown
        return cls(wishes, names)

    @property
    def staff_ids(self) -> set[int]:
        """The colleagues."""
        return set(self.names)

    def write(self, booking_id: int) -> None:
        """Write them down for a booking, in their order."""
        if self.wishes:
            INSERT_ATTENDEES.many(unit(), self.rows(booking_id))

    def rows(self, booking_id: int) -> list[dict[str, Any]]:
        """The rows of a booking."""
        return [
            {
                "booking_id": booking_id,
                "position": position,
                "staff_id": wish.staff_id,
                "name": self.names[wish.staff_id] if wish.staff_id is not None else wish.name,
                "organisation": wish.organisation,
                "title": wish.title,
            }
            for position, wish in enumerate(self.wishes)
        ]

    def clashes(self, spans: Sequence[Times], *, but: int = 0) -> list[Clash]:
        """Which colleagues are in another held meeting then; one statement if there are any."""
        return clashes(self.names, spans, but=but)


def clashes(names: dict[int, str], spans: Sequence[Times], *, but: int = 0) -> list[Clash]:
    """Which of these colleagues organise or attend another held meeting at one of these times.

    `but` is the booking that is not counted. One statement.
    """
    if not names or not spans:
        return []
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    held = [
        Occurrence.state.in_([state.value for state in HOLDING]),
        Occurrence.start_at < last,
        Occurrence.end_at > first,
        Occurrence.booking_id != but,
    ]
    times = (Occurrence.start_at, Occurrence.end_at)
    attending = (
        select(Attendee.staff_id, *times)
        .join(Occurrence, Occurrence.booking_id == Attendee.booking_id)
        .where(Attendee.staff_id.in_(names), *held)
    )
    organising = select(Occurrence.organiser_id, *times).where(Occurrence.organiser_id.in_(names), *held)
    found: set[tuple[int, datetime, datetime]] = set()
    both: Select[Any] = select(union_all(attending, organising).subquery())
    for staff_id, start, end in db.session.execute(both):
        if any(begins < end and start < ends for begins, ends in spans):
            found.add((staff_id, start, end))
    return [Clash(staff_id, names[staff_id], start, end) for staff_id, start, end in sorted(found)]
