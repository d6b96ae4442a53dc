"""A building with meeting rooms, and everybody whom a booking meets."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from backend import clock, revisions
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Department, Staff
from backend.places.models import Building, Campus, Floor, Room
from meeting.bookings.models import Booking, BookingEvent, Hold, Occurrence
from meeting.rooms.models import (
    Layout,
    MeetingRoom,
    Right,
    RoomAccess,
    RoomHours,
    RoomLayout,
    RoomManager,
    RoomPart,
    SubjectKind,
)
from meeting.rooms.queries import TOPIC
from tests.client import Answer, Client
from tests.factories import MONDAY, NINE, Compound
from tests.furnished import Worlds

COMPOUND = (ScopeKind.COMPOUND, 0)


class Hall:
    """One campus with one building and these rooms, all free for everybody without approval:

    `small` (8 seats), `large` (60 seats, 课桌 40, 剧院 60), `hall` (200 seats) which consists of `part_a`
    (100) and `part_b` (100). Clients: `organiser` and `colleague` (of one department), `stranger` (of
    another), `manager` (RoomManager of `small` and `large`), `approver` (meeting_manager), `steward`,
    `leader`, `reader` (logistics_reviewer). The staff rows are `people[<the same name>]`.
    """

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.campus: Campus = compound.campus()
        self.building: Building = add(Building(campus_id=self.campus.id, name="会议楼"))
        self.floor: Floor = add(Floor(building_id=self.building.id, name="1层"))
        self.department: Department = compound.department("综合处")
        self.people: dict[str, Staff] = {}
        self.organiser = self.client("organiser", name="张组织", department=self.department)
        self.colleague = self.client("colleague", name="李同事", department=self.department)
        self.stranger = self.client("stranger", name="外处室")
        self.manager = self.client("manager", name="王管理")
        self.approver = self.client("approver", "meeting_manager", name="赵审批")
        self.steward = self.client("steward", "meeting_steward", name="孙会务")
        self.leader = self.client("leader", "leader", name="钱领导")
        self.reader = self.client("reader", "logistics_reviewer", name="周督查")
        self.small = self.room("小会议室", capacity=8)
        self.large = self.room("大会议室", capacity=60, layouts={Layout.CLASSROOM: 40, Layout.THEATRE: 60})
        self.part_a = self.room("多功能厅A", capacity=100)
        self.part_b = self.room("多功能厅B", capacity=100)
        self.hall = self.room("多功能厅", capacity=200, parts=(self.part_a, self.part_b))
        for room in (self.small, self.large):
            self.furnish(RoomManager(room_id=room.id, staff_id=self.people["manager"].id))

    def client(self, name: str, role: str = "", /, **columns: Any) -> Client:
        """A new member of staff, with a role in the whole compound if one is named; kept in `people`."""
        roles = {role: COMPOUND} if role else {}
        self.people[name] = self.compound.staff(roles=roles, **columns)
        return self.compound.client(self.people[name])

    def log_in(self, *names: str) -> None:
        """Log these people (all of them) in anew: some days later their sessions have ended."""
        for name in names or self.people:
            setattr(self, name, self.compound.client(self.people[name]))

    def room(
        self,
        name: str,
        *,
        floor: Floor | None = None,
        layouts: Mapping[Layout, int] | None = None,
        parts: Sequence[MeetingRoom] = (),
        hours: Mapping[int, Sequence[tuple[time, time]]] | None = None,
        **columns: Any,
    ) -> MeetingRoom:
        """A meeting room at a room of its own; `hours` by weekday 1 … 7."""
        place = add(Room(floor_id=(floor or self.floor).id, name=name))
        usual: dict[str, Any] = {"capacity": 10, "advance_days": 400, "max_minutes": 3 * 1440}
        ground = {"place_id": place.id, "campus_id": self.campus.id, "building_id": self.building.id}
        room: MeetingRoom = add(MeetingRoom(name=name, **ground, **{**usual, **columns}))
        rows: list[Any] = [
            *(
                RoomLayout(room_id=room.id, layout=each.value, capacity=seats)
                for each, seats in (layouts or {}).items()
            ),
            *(RoomPart(hall_id=room.id, part_id=part.id) for part in parts),
            *(
                RoomHours(room_id=room.id, weekday=weekday, from_time=opens, until_time=closes)
                for weekday, stretches in (hours or {}).items()
                for opens, closes in stretches
            ),
        ]
        self.furnish(*rows)
        return room

    def furnish(self, *rows: Any) -> None:
        """Rows that decide about rooms (hours, closures, quotas, access, managers)."""
        for row in rows:
            add(row)
        revisions.bump(TOPIC)

    def change_room(self, room: MeetingRoom, **columns: Any) -> None:
        """Let a room be otherwise."""

        @atomic
        def write() -> None:
            found = db.session.get_one(MeetingRoom, room.id)
            for name, value in columns.items():
                setattr(found, name, value)
            found.stamp += 1

        write()
        revisions.bump(TOPIC)

    def allow(
        self,
        room: MeetingRoom,
        right: Right,
        *,
        staff: Staff | None = None,
        department: Department | None = None,
    ) -> None:
        """Give a right to a person, a department, or everybody."""
        kind, subject_id = SubjectKind.EVERYBODY, 0
        if staff is not None:
            kind, subject_id = SubjectKind.STAFF, staff.id
        elif department is not None:
            kind, subject_id = SubjectKind.DEPARTMENT, department.id
        self.furnish(
            RoomAccess(
                room_id=room.id, right_kind=right.value, subject_kind=kind.value, subject_id=subject_id
            )
        )

    def body(
        self,
        room: MeetingRoom | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """The body of a booking: the small room today from 14:00 to 15:00."""
        start = start or at(14)
        usual = {
            "room_id": (room or self.small).id,
            "start": start.isoformat(),
            "end": (end or start + timedelta(hours=1)).isoformat(),
            "subject": "处务会",
        }
        return {**usual, **fields}

    def ask(
        self,
        room: MeetingRoom | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        by: Client | None = None,
        **fields: Any,
    ) -> Answer:
        """Try to book, as the organiser if nobody is named."""
        return (by or self.organiser).post("/meeting/bookings", self.body(room, start, end, **fields))

    def book(
        self,
        room: MeetingRoom | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        by: Client | None = None,
        **fields: Any,
    ) -> Any:
        """Book; what was answered."""
        answer = self.ask(room, start, end, by=by, **fields)
        assert answer.status == 201, answer.envelope
        return answer.data

    def view(self, booking_id: int, by: Client | None = None) -> Any:
        """A booking as somebody sees it, the organiser if nobody is named."""
        return (by or self.organiser).get(f"/meeting/bookings/{booking_id}").data

    def do(self, by: Client, booking_id: int, verb: str, **body: Any) -> Answer:
        """One verb on a booking."""
        return by.post(f"/meeting/bookings/{booking_id}/{verb}", body)

    def booking(self, booking_id: int) -> Booking:
        """The row as it is now."""
        db.session.rollback()
        return db.session.get_one(Booking, booking_id, populate_existing=True)

    def occurrences(self, booking_id: int) -> list[Occurrence]:
        """The rows of a booking's meetings as they are now, by beginning."""
        db.session.rollback()
        found = db.session.query(Occurrence).filter_by(booking_id=booking_id).order_by(Occurrence.start_at)
        return found.populate_existing().all()

    def holds(self, room: MeetingRoom | None = None) -> list[Hold]:
        """What keeps a room, or any, by beginning."""
        db.session.rollback()
        found = db.session.query(Hold).order_by(Hold.hold_from, Hold.room_id).populate_existing()
        return (found.filter_by(room_id=room.id) if room is not None else found).all()

    def steps(self, booking_id: int) -> list[str]:
        """The steps of a booking's timeline."""
        db.session.rollback()
        events = db.session.query(BookingEvent).filter_by(booking_id=booking_id).order_by(BookingEvent.id)
        return [event.step for event in events]


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    """An instant by the compound's clocks, of the Monday at which the tests begin."""
    return clock.at_local(day, time(hour, minute))


def add(row: Any) -> Any:
    """Write a row in a unit of work of its own."""

    @atomic
    def write() -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    return write()


@pytest.fixture
def hall(compound: Compound, worlds: Worlds) -> Iterator[Hall]:
    """A hall, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield worlds.one(Hall, compound)
