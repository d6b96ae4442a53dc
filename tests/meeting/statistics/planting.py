"""Plant many meetings of a month at once, as the core tells of them, and know what they come to."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from meeting.bookings import following
from meeting.bookings.following import Change
from meeting.bookings.models import Booking, Occurrence
from meeting.bookings.policies import Step
from meeting.hospitality.catalogue.models import HospitalityService
from meeting.hospitality.models import ServiceLine
from meeting.rooms.models import MeetingRoom

MINUTE = timedelta(minutes=1)
# How a meeting may end, and how likely.
ENDS = {
    "ended": 50, "signed": 20, "early": 8, "late": 6, "released": 6, "cancelled": 8, "displaced": 2,
    "rejected": 2, "expired": 2, "pending": 1, "skipped": 1, "conflict": 1, "booked": 2, "in_use": 1,
}  # fmt: skip
COUNTS = (
    "booked", "held", "signed_in", "served", "no_shows", "cancelled", "displaced", "rejected", "expired",
    "booked_minutes", "used_minutes", "heads",
)  # fmt: skip
STATES = {"signed": "ended", "early": "ended", "late": "ended"}


@dataclass
class Planted:
    """What was planted, added up while it was: by name, by room and name, by department and name."""

    total: Counter = field(default_factory=Counter)
    rooms: Counter = field(default_factory=Counter)
    departments: Counter = field(default_factory=Counter)
    hours: Counter = field(default_factory=Counter)  # by room, day and hour

    def count(self, room_id: int, department_id: int, **numbers: int) -> None:
        """Add a meeting's numbers."""
        for name, number in numbers.items():
            self.total[name] += number
            self.rooms[room_id, name] += number
            self.departments[department_id, name] += number


def plant(
    rooms: Sequence[MeetingRoom],
    departments: Sequence[int],
    organiser_id: int,
    days: Sequence[date],
    number: int,
    seed: int = 8,
) -> Planted:
    """So many meetings on these days, between 8:00 and 18:00 and a few at night."""
    chance, planted = random.Random(seed), Planted()

    @atomic
    def write() -> None:
        rows = [_meeting(chance, planted, rooms, departments, organiser_id, days) for _ in range(number)]
        db.session.add_all([booking for booking, _ in rows])
        db.session.flush()
        for booking, occurrence in rows:
            occurrence.booking_id = booking.id
        db.session.add_all([occurrence for _, occurrence in rows])
        db.session.flush()
        services = db.session.scalars(
            select(HospitalityService.id).order_by(HospitalityService.id).limit(2)
        ).all()
        for index, (_, occurrence) in enumerate(rows):
            for service_id in services[: index % 3]:
                db.session.add(_line(occurrence, service_id))
            if index % 3 and occurrence.state == "ended":
                planted.count(occurrence.room_id, occurrence.department_id, served=1)
        db.session.flush()
        at = clock.now()
        following.tell(SYSTEM, [Change(occurrence, Step.BOOK, None, at) for _, occurrence in rows])

    write()
    return planted


def _line(occurrence: Occurrence, service_id: int) -> ServiceLine:
    return ServiceLine(
        occurrence_id=occurrence.id,
        service_id=service_id,
        quantity=1,
        price_fen=0,
        ordered_by=occurrence.organiser_id,
        ordered_at=occurrence.start_at,
    )


def _meeting(
    chance: random.Random,
    planted: Planted,
    rooms: Sequence[MeetingRoom],
    departments: Sequence[int],
    organiser_id: int,
    days: Sequence[date],
) -> tuple[Booking, Occurrence]:
    room, department_id = chance.choice(rooms), chance.choice(departments)
    day = chance.choice(days)
    begins = chance.choice([480, 540, 600, 870, 925, 960, 1410])
    start = clock.at_local(day, datetime.min.time()) + begins * MINUTE
    planned = chance.choice([30, 45, 60, 90, 120, 185])
    end = chance.choices(list(ENDS), list(ENDS.values()))[0]
    heads = chance.choice([0, 3, 6, 8])
    used, late = planned, 0
    if end == "early":
        used = planned - 20
    if end == "late":
        late = 7
    seconds = timedelta(seconds=chance.choice([0, 20, 59]))
    is_signed = end in ("signed", "early", "late", "in_use")
    state = STATES.get(end, end)
    row = Occurrence(
        slot_at=start,
        room_id=room.id,
        organiser_id=organiser_id,
        department_id=department_id,
        subject="处务会",
        level=1,
        headcount=heads,
        start_at=start,
        end_at=start + used * MINUTE + (seconds if end == "early" else timedelta()),
        planned_end_at=start + planned * MINUTE,
        state=state,
        checked_in_at=(start + late * MINUTE + (seconds if late else -3 * MINUTE)) if is_signed else None,
    )
    booking = Booking(
        uid=f"{chance.random()}", organiser_id=organiser_id, booked_by=organiser_id, room_id=room.id,
        booked_at=start - timedelta(days=2), first_start_at=start, first_end_at=row.planned_end_at,
        timezone="Asia/Shanghai", changed_at=start - timedelta(days=2),
    )  # fmt: skip
    _count(planted, row, begins=begins, planned=planned, used=used - late, late=late, is_signed=is_signed)
    return booking, row


def _count(
    planted: Planted, row: Occurrence, *, begins: int, planned: int, used: int, late: int, is_signed: bool
) -> None:
    """By how it was planted, not by what it has become in the row."""
    numbers: dict[str, int] = {}
    if row.state in ("booked", "in_use", "ended", "released"):
        numbers = {"booked": 1, "booked_minutes": planned}
    if row.state in ("cancelled", "displaced", "rejected", "expired"):
        numbers[row.state] = 1
    if row.state == "released":
        numbers["no_shows"] = 1
    if row.state == "ended":
        numbers |= {"held": 1, "used_minutes": used}
        if is_signed:
            numbers |= {"signed_in": 1, "signed_minutes": used}
        if row.headcount:
            numbers |= {"headed": 1, "heads": row.headcount, "headed_minutes": used}
            numbers["head_minutes"] = used * row.headcount
        first = clock.local(row.start_at).date()
        for minute in range(begins + late, begins + late + used):
            planted.hours[row.room_id, first + timedelta(days=minute // 1440), minute % 1440 // 60] += 1
    planted.count(row.room_id, row.department_id, **numbers)


def numbers(figures: Any) -> dict[str, int]:
    """The counts of the figures that the API tells, to be compared with what was planted."""
    return {name: figures[name] for name in COUNTS}
