"""Reads of the sign-in: what is meant by a plate, what is over, and how often nobody came."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity import queries as identity
from backend.identity.models import Posting, Staff, StaffStatus
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import typed_code
from backend.rules import queries as rules
from meeting.bookings import people
from meeting.bookings.attendance import policies
from meeting.bookings.attendance.errors import NoMeetingRoomHere, NothingToCheckIn
from meeting.bookings.attendance.policies import Missed
from meeting.bookings.attendance.rules import CHECKIN_OPENS_MINUTES, NO_SHOW_LEAST_MEETINGS
from meeting.bookings.models import IS_HOLDING, Attendee, Booking, Occurrence, State
from meeting.bookings.policies import Standing, shown_subject
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

# In the words of the partial index: SQLite looks at nothing else to tell that it will do.
_IS_HOLDING: Final[ColumnElement[bool]] = literal_column(f"{Occurrence.__tablename__}.{IS_HOLDING}")
_CODE_LENGTH: Final = 10
_WAS_MISSED: Final = Occurrence.state == State.RELEASED.value
# Of what is known whether anybody came.
_IS_KNOWN: Final = or_(_WAS_MISSED, Occurrence.checked_in_at.is_not(None))


@dataclass(frozen=True, slots=True)
class RoomName:
    """A room by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A meeting that is signed in to. `was_checked_in` if somebody had been before."""

    booking_id: int
    occurrence_id: int
    subject: str
    room: RoomName
    start_at: datetime
    end_at: datetime
    state: str
    checked_in_at: datetime | None
    was_checked_in: bool


@dataclass(frozen=True, slots=True)
class NoShows:
    """How often nobody came within some days, both included: in all, and by department."""

    from_on: date
    until_on: date
    meetings: int
    no_shows: int
    percent: Decimal | None
    departments: Sequence[Missed]


def check_in_view(who: Standing, occurrence: Occurrence, *, was_checked_in: bool) -> CheckIn:
    """What is answered to who signed in; stewards are not told what a confidential meeting is about."""
    return CheckIn(
        booking_id=occurrence.booking_id,
        occurrence_id=occurrence.id,
        subject=shown_subject(
            occurrence.subject, is_confidential=occurrence.is_confidential, knows=who.knows
        ),
        room=RoomName(occurrence.room_id, rooms.find(occurrence.room_id).name),
        start_at=occurrence.start_at,
        end_at=occurrence.end_at,
        state=occurrence.state,
        checked_in_at=occurrence.checked_in_at,
        was_checked_in=was_checked_in,
    )


def room_of_plate(plate_code: str) -> RoomView:
    """The meeting room at whose place a plate hangs, by what is printed on it or by the token of its link.

    Raises PlateNotFound, PlateRevoked or NoMeetingRoomHere.
    """
    is_printed = len(typed_code(plate_code)) <= _CODE_LENGTH
    plate = places.find_by_code(plate_code) if is_printed else places.find_by_token(plate_code)
    ref = plate.place.ref
    room = rooms.at_place(ref.id) if ref.kind is PlaceKind.ROOM else None
    if room is None:
        raise NoMeetingRoomHere
    return room


def to_check_in(actor: Actor, plate_room: RoomView, now: datetime) -> tuple[Occurrence, Standing]:
    """The meeting at a room's plate that the actor signs in to now, and what they are to it.

    In the room itself, or in a hall of which it is a part. Raises NothingToCheckIn.
    """
    opens_minutes = rules.value(CHECKIN_OPENS_MINUTES)
    halls = [room.id for room in rooms.all_rooms().values() if plate_room.id in room.part_ids]
    rows = db.session.execute(
        select(Occurrence, Booking)
        .join(Booking, Booking.id == Occurrence.booking_id)
        .where(
            _IS_HOLDING,
            Occurrence.room_id.in_([plate_room.id, *halls]),
            Occurrence.start_at <= now + timedelta(minutes=opens_minutes),
            Occurrence.end_at > now,
        )
        .execution_options(populate_existing=True)
    ).all()
    near = [
        (occurrence, booking)
        for occurrence, booking in rows
        if policies.is_near(occurrence, now, opens_minutes=opens_minutes)
    ]
    attended = _attended_by(actor, [booking.id for _, booking in near])
    own: dict[int, tuple[Occurrence, Standing]] = {}
    for occurrence, booking in near:
        who = people.standing(actor, booking, occurrence, is_attendee=booking.id in attended)
        if who.owns or who.is_attendee or who.serves or who.manages:
            own[occurrence.id] = occurrence, who
    found = policies.nearest([each for each, _ in own.values()], now, opens_minutes=opens_minutes)
    if found is None:
        raise NothingToCheckIn
    return own[found.id]


def _attended_by(actor: Actor, booking_ids: Collection[int]) -> set[int]:
    if not booking_ids:
        return set()
    return set(
        db.session.scalars(
            select(Attendee.booking_id).where(
                Attendee.booking_id.in_(booking_ids), Attendee.staff_id == actor.staff_id
            )
        )
    )


def past(now: datetime, limit: int) -> list[int]:
    """The meetings that are over and still stand as booked or in use, the earliest first.

    Those whose hold has lapsed are not among them: nobody came, and they are released.
    """
    return list(
        db.session.scalars(
            select(Occurrence.id)
            .where(
                _IS_HOLDING,
                Occurrence.start_at < now,
                Occurrence.end_at <= now,
                Occurrence.state != State.PENDING.value,
                Occurrence.lapses_at.is_(None),
            )
            .order_by(Occurrence.end_at, Occurrence.id)
            .limit(limit)
        )
    )


def waiting_for_sign_in(now: datetime) -> list[tuple[Booking, Occurrence]]:
    """The meetings that have begun, and whose room will be released unless somebody signs in."""
    rows = db.session.execute(
        select(Booking, Occurrence)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(
            _IS_HOLDING,
            Occurrence.start_at <= now,
            Occurrence.state == State.BOOKED.value,
            Occurrence.lapses_at > now,
        )
        .order_by(Occurrence.id)
    )
    return [(booking, occurrence) for booking, occurrence in rows]


def missed_lately(organiser_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many meetings of each of these organisers nobody came to, lately; for themselves alone."""
    rows = db.session.execute(
        select(Occurrence.organiser_id, func.count())
        .where(
            Occurrence.organiser_id.in_(organiser_ids),
            Occurrence.start_at > now - timedelta(days=policies.NOTICE_DAYS),
            Occurrence.start_at <= now,
            _WAS_MISSED,
        )
        .group_by(Occurrence.organiser_id)
    )
    return dict(rows.all())


def no_shows(actor: Actor, *, from_on: date, until_on: date) -> NoShows:
    """How often nobody came to meetings in the rooms that the actor reads; three statements.

    Of the meetings of these days that were signed in to or released. Departments only, never persons, and
    no small ones (`policies.told_apart`). Raises NoShowDaysInvalid.
    """
    policies.ensure_days(from_on, until_on)
    room_ids = [
        room.id
        for room in rooms.all_rooms().values()
        if room_policies.holds(actor, Permission.MEETINGS_READ, room)
    ]
    rows = db.session.execute(
        select(Occurrence.department_id, func.count(), func.sum(case((_WAS_MISSED, 1), else_=0)))
        .where(
            Occurrence.start_at >= clock.at_local(from_on, time.min),
            Occurrence.start_at < clock.at_local(until_on + timedelta(days=1), time.min),
            Occurrence.room_id.in_(room_ids),
            _IS_KNOWN,
        )
        .group_by(Occurrence.department_id)
    ).all()
    found = [(department_id, meetings, int(missed)) for department_id, meetings, missed in rows]
    whole = Missed(None, "", 0, sum(row[1] for row in found), sum(row[2] for row in found))
    departments = policies.told_apart(
        _of_departments(found), least_meetings=rules.value(NO_SHOW_LEAST_MEETINGS)
    )
    return NoShows(from_on, until_on, whole.meetings, whole.no_shows, whole.percent, departments)


def _of_departments(rows: Collection[tuple[int, int, int]]) -> Iterable[Missed]:
    if not rows:
        return []
    tree = identity.department_tree()
    people = _people_of([department_id for department_id, _, _ in rows])
    return [
        Missed(
            department_id,
            tree.path(department_id) if department_id in tree else policies.OTHERS,
            people.get(department_id, 0),
            meetings,
            missed,
        )
        for department_id, meetings, missed in rows
    ]


def _people_of(department_ids: Collection[int]) -> dict[int, int]:
    """How many people work in each of these departments."""
    rows = db.session.execute(
        select(Posting.department_id, func.count())
        .join(Staff, and_(Staff.id == Posting.staff_id, Staff.status == StaffStatus.ACTIVE.value))
        .where(Posting.is_primary, Posting.department_id.in_(department_ids))
        .group_by(Posting.department_id)
    )
    return dict(rows.all())
