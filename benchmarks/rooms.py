"""Bookings a second beside a hand-written route; a series; what is free of 200 rooms and a year of meetings.

Each booking takes a slot of its own, as officials do who looked before: what is measured is the way, not the
refusal.
"""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import count, product
from statistics import median
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from flask_migrate import upgrade

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.identity.models import Department, Posting, Staff
from backend.places.models import Building, Campus, Floor, Room
from backend.statements import BulkInsert
from benchmarks import figures, load
from benchmarks.asked import add, log_in, over_http, settle
from benchmarks.compound import environment_of, token_of
from benchmarks.load import Result
from benchmarks.servers import database, held, server
from meeting.bookings.models import Booking, Hold, Occurrence
from meeting.rooms.models import MeetingRoom

BOOKINGS = "/api/v1/meeting/bookings"
ROOMS, DAYS, PEOPLE = 200, 250, 40
GOAL_RATIO, GOAL_SERIES_MS, GOAL_AVAILABILITY_MS = 0.40, 30, 30
A_ROUND = 150
CHUNK = 20_000
# When the rooms are taken through the year; the hours before and after are for the load.
TAKEN = ((8, 10), (10, 12), (14, 16), (16, 17))
BOOKING_COLUMNS = (
    *("id", "uid", "organiser_id", "booked_by", "booked_at", "room_id", "first_start_at"),
    *("first_end_at", "timezone", "rrule", "holiday_rule", "agenda", "question", "answer", "sequence"),
    "changed_at",
)
OCCURRENCE_COLUMNS = (
    *(
        "id",
        "booking_id",
        "slot_at",
        "room_id",
        "organiser_id",
        "department_id",
        "subject",
        "is_confidential",
    ),
    *("level", "headcount", "note", "start_at", "end_at", "planned_end_at", "state", "reason", "revision"),
    "is_added",
)
HOLD_COLUMNS = ("room_id", "occurrence_id", "hold_from", "hold_to")


def bench_rooms(kind: str, rounds: int) -> None:
    """Print the figures of one kind of database."""
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            compound = Compound()
            compound.make_year()
            settle(kind)
            print(f"\nMeeting rooms ({kind}): {ROOMS} rooms, {compound.last:,} meetings of a year")
            _bookings(kind, environment, url, compound, rounds)
            _series(kind, environment, compound, rounds)
            times = over_http(
                environment, _asked(compound), rounds, title=f"goal {GOAL_AVAILABILITY_MS} ms, over HTTP"
            )
            name, slowest = max(times.items(), key=lambda each: each[1])
            figures.note(
                f"meeting rooms, {compound.last:,} meetings, {kind}",
                f"slowest: {name}, {slowest:.1f} ms",
                f"≤ {GOAL_AVAILABILITY_MS} ms",
            )
            db.session.remove()
            db.engine.dispose()


class Compound:
    """Rooms of two campuses with a year of meetings, and people who book."""

    def __init__(self) -> None:
        self.first_on = clock.today() + timedelta(days=1)
        self.last = 0
        self.noise = random.Random(7)
        atomic(self._furnish)()
        # What the load may take: early and late hours of the days ahead.
        self.free = self._slots()

    def make_year(self) -> None:
        """Four meetings a day in each room, from half a year ago on."""
        writers = [
            (BulkInsert(table(model), columns), columns)
            for model, columns in (
                (Booking, BOOKING_COLUMNS),
                (Occurrence, OCCURRENCE_COLUMNS),
                (Hold, HOLD_COLUMNS),
            )
        ]
        begin_on = self.first_on - timedelta(days=DAYS // 2)
        slots = list(product(range(DAYS), TAKEN, self.rooms))
        for first in range(0, len(slots), CHUNK):
            made = [
                self._meeting(begin_on + timedelta(days=day), *rest)
                for day, *rest in slots[first : first + CHUNK]
            ]

            @atomic
            def write(made: Any) -> None:
                for number, (writer, columns) in enumerate(writers):
                    writer.rows(unit(), [tuple(each[number].get(name) for name in columns) for each in made])

            write(made)
        if db.engine.dialect.name == "postgresql":
            atomic(self._count_on)()

    def wish(self, room_id: int, start: datetime, **more: Any) -> dict[str, Any]:
        """The body of a booking of an hour."""
        end = start + timedelta(hours=1)
        return {
            "room_id": room_id,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "subject": "工作例会",
            "headcount": 6,
            **more,
        }

    def _slots(self) -> Iterator[tuple[int, datetime]]:
        for day, hour, room_id in product(range(1, 120), (6, 18, 19, 20, 21), self.rooms):
            yield room_id, clock.at_local(self.first_on + timedelta(days=day), time(hour))

    def _meeting(self, on: Any, hours: tuple[int, int], room_id: int) -> tuple[dict[str, Any], ...]:
        self.last += 1
        start, end = (clock.at_local(on, time(hour)) for hour in hours)
        who, now = self.noise.choice(self.people), clock.now()
        state = "ended" if end < now else "booked"
        times = {"start_at": start, "end_at": end, "planned_end_at": end, "slot_at": start}
        booking = {
            "id": self.last, "uid": f"{self.last}@bench",
            "organiser_id": who, "booked_by": who, "booked_at": now, "room_id": room_id,
            "first_start_at": start, "first_end_at": end, "timezone": "Asia/Shanghai", "rrule": "",
            "holiday_rule": "keep", "agenda": "", "question": "", "answer": "", "sequence": 0,
            "changed_at": now,
        }  # fmt: skip # One column after the other.
        occurrence = {
            "id": self.last, "booking_id": self.last, "room_id": room_id, "organiser_id": who,
            "department_id": 1, "subject": "工作例会", "is_confidential": False, "level": 1, "headcount": 6,
            "note": "", "state": state, "reason": "", "revision": 0, "is_added": False, **times,
        }  # fmt: skip # One column after the other.
        return booking, occurrence, dict(zip(HOLD_COLUMNS, (room_id, self.last, start, end), strict=True))

    def _count_on(self) -> None:
        for model in (Booking, Occurrence):
            name = model.__tablename__
            unit().exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {self.last})")

    def _furnish(self) -> None:
        campuses = [add(Campus(name=name)) for name in ("中心院区", "东院区")]
        floors = []
        for number in range(10):
            building = add(Building(campus_id=campuses[number % 2].id, name=f"{number}号楼"))
            floors.append((building, add(Floor(building_id=building.id, name="1层"))))
        self.campus_id = campuses[0].id
        self.rooms = [self._room(number, *floors[number % 10]) for number in range(ROOMS)]
        department = add(Department(name="办公室"))
        staff = [add(_official(number, department)) for number in range(PEOPLE)]
        for number, each in enumerate(staff):
            log_in(each, number)
        self.people = [each.id for each in staff]

    def _room(self, number: int, building: Building, floor: Floor) -> int:
        place = add(Room(floor_id=floor.id, name=f"{100 + number}"))
        room = MeetingRoom(
            name=f"第{number}会议室",
            place_id=place.id,
            campus_id=building.campus_id,
            building_id=building.id,
            capacity=8 + number % 60,
            advance_days=400,
        )
        return int(add(room).id)


def _official(number: int, department: Department) -> Staff:
    posting = Posting(department_id=department.id, is_primary=True)
    return Staff(staff_no=f"M{number}", name=f"职工{number}", created_at=clock.now(), postings=[posting])


def _bookings(kind: str, environment: dict[str, str], url: str, compound: Compound, rounds: int) -> None:
    workers, threads = (1, 1) if kind == "sqlite" else (2, 1)
    raw_environment = {"BENCH_DATABASE": url.removeprefix("sqlite:///")}
    with (
        server("benchmarks.served:create_app", environment, workers=workers, threads=threads) as ours,
        server("benchmarks.raw:create_app", raw_environment, workers=workers, threads=threads) as raw,
    ):
        for clients in (1, 4):
            found: dict[str, list[Result]] = {"hand-written": [], "booking": []}
            for turn in range(rounds + 1):
                for name, port, path in (("hand-written", raw, "/booking"), ("booking", ours, BOOKINGS)):
                    result = load.run(port, _messages(compound, path), connections=clients)
                    if set(result.statuses) != {201}:
                        raise SystemExit(f"{name}: {dict(result.statuses)}")
                    if turn:
                        found[name].append(result)
            rates = {name: median(run.rate for run in runs) for name, runs in found.items()}
            ratio = median(
                mine.rate / theirs.rate
                for mine, theirs in zip(found["booking"], found["hand-written"], strict=True)
            )
            print(
                f"  bookings a second, {clients} clients: hand-written {rates['hand-written']:.0f},"
                f" ours {rates['booking']:.0f}, ratio {ratio:.2f} (goal {GOAL_RATIO})"
            )
            figures.note(
                f"booking, {clients} at once, {kind}",
                f"{ratio:.2f} of the hand-written route; {figures.told(found['booking'])}; {held(ours)}",
                f"≥ {GOAL_RATIO:.2f}",
            )


def _messages(compound: Compound, path: str) -> list[bytes]:
    people = count()
    return [
        load.request(
            "POST",
            path,
            token_of(next(people) % PEOPLE),
            compound.wish(*next(compound.free)),
            key=uuid4().hex,
        )
        for _ in range(A_ROUND)
    ]


def _series(kind: str, environment: dict[str, str], compound: Compound, rounds: int) -> None:
    """A meeting each week of a year, in an hour that nobody takes."""
    rooms = iter(compound.rooms)
    start = clock.at_local(compound.first_on, time(22))

    def message() -> bytes:
        wish = compound.wish(next(rooms), start, recurrence="FREQ=WEEKLY;COUNT=52")
        return load.request("POST", BOOKINGS, token_of(0), wish, key=uuid4().hex)

    with server("benchmarks.served:create_app", environment, workers=1, threads=1) as port:
        times = []
        for turn in range(rounds + 1):
            result = load.run(port, [message() for _ in range(10)], connections=1)
            if set(result.statuses) != {201}:
                raise SystemExit(f"series: {dict(result.statuses)}")
            if turn:
                times.append(median(result.latencies_ms))
    print(f"  a series of 52 weeks: {median(times):.1f} ms (goal {GOAL_SERIES_MS})")
    figures.note(f"a series of 52 weeks, {kind}", f"{median(times):.1f} ms", f"≤ {GOAL_SERIES_MS} ms")


def _asked(compound: Compound) -> dict[str, str]:
    on = compound.first_on + timedelta(days=3)
    start, end = (quote(clock.at_local(on, time(hour)).isoformat()) for hour in (12, 13))
    day = f"on={on.isoformat()}"
    week = [quote(clock.at_local(on + timedelta(days=number), time()).isoformat()) for number in (0, 7)]
    return {
        "availability, an hour": f"/api/v1/meeting/rooms/availability?start={start}&end={end}&capacity=20",
        "timeline, a day": f"/api/v1/meeting/rooms/timeline?{day}&days=1",
        "a room's week": f"/api/v1/meeting/rooms/{compound.rooms[0]}/schedule?from={week[0]}&until={week[1]}",
        "my meetings": f"{BOOKINGS}?scope=mine",
    }
