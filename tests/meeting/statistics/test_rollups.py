"""The sums are what the meetings come to, whatever happens to these."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from meeting.bookings import lapsing, moving, operations
from meeting.bookings.attendance import services as attendance
from meeting.bookings.models import State
from meeting.bookings.policies import Step
from meeting.rooms.models import Approval
from meeting.statistics import recounting
from meeting.statistics.models import MeetingDay
from tests.factories import MONDAY, NINE
from tests.meeting.hall import Hall, at
from tests.statements import counted_statements
from tests.threads import at_once

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def stored() -> dict[str, int]:
    """The daily sums in all."""
    db.session.rollback()
    found: dict[str, int] = {}
    for row in db.session.query(MeetingDay).populate_existing():
        for name in ("booked", "held", "no_shows", "cancelled", "displaced", "rejected", "expired"):
            found[name] = found.get(name, 0) + getattr(row, name)
    return {name: number for name, number in found.items() if number}


class Walk:
    """Takes steps that the API offers, at random, in rooms with and without approval and signing in."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self.hall, self.random, self.now = hall, random.Random(seed), NINE
        hall.change_room(hall.small, is_checkin_required=True, grace_minutes=10)
        hall.change_room(hall.large, approval=Approval.ALWAYS.value)
        hall.change_room(hall.part_a, turnaround_minutes=15, is_checkin_required=True)
        self.rooms = [hall.small, hall.small, hall.large, hall.part_a, hall.part_b, hall.hall]
        self.booking_ids: list[int] = []

    def pass_time(self) -> None:
        """Some minutes pass, or the night; the jobs run."""
        self.now += self.random.choice([1, 3, 7, 13, 20]) * MINUTE
        if clock.local(self.now).hour >= 18:
            self.now = clock.at_local(clock.local(self.now).date() + DAY, NINE.time().replace(hour=8))
            with clock.at(self.now):
                self.hall.log_in()
        with clock.at(self.now):
            lapsing.lapse_due()
            attendance.end_past()

    def take(self) -> None:
        """One step of somebody."""
        with clock.at(self.now):
            if len(self.booking_ids) < 3 or self.random.random() < 0.3:
                self.book()
                return
            booking_id = self.random.choice(self.booking_ids[-8:])
            client = self.random.choice([self.hall.organiser, self.hall.approver, self.hall.manager])
            shown = client.get(f"/meeting/bookings/{booking_id}")
            able = [
                (each, verb)
                for each in (shown.data["occurrences"] if shown.status == 200 else [])
                for verb in each["can"]
            ]
            if able:
                self.use(client, booking_id, *self.random.choice(able))

    def book(self) -> None:
        """A single meeting or a series, soon."""
        start = self.now.replace(second=0, microsecond=0) + self.random.choice([2, 10, 30, 60, 300]) * MINUTE
        end = start + self.random.choice([30, 60, 90]) * MINUTE
        fields: dict[str, Any] = {"headcount": self.random.choice([0, 5, 8])}
        if self.random.random() < 0.25:
            fields["recurrence"] = "FREQ=DAILY;COUNT=4"
        answer = self.hall.ask(self.random.choice(self.rooms), start, end, **fields)
        assert answer.status in (201, 409, 422), answer.envelope
        if answer.status == 201:
            self.booking_ids.append(answer.data["id"])

    def use(self, client: Any, booking_id: int, occurrence: Any, verb: str) -> None:
        """A verb that the API offers."""
        hall, which = self.hall, {"occurrence_id": occurrence["id"]}
        start, end = (datetime.fromisoformat(occurrence[name]) for name in ("start", "end"))
        path = f"/meeting/bookings/{booking_id}"
        scope = {"scope": self.random.choice(["this", "all"]), **which}
        if verb == "change":
            shift = self.random.choice([-15, 15, 60]) * MINUTE
            body = self.random.choice(
                [
                    {"start": (start + shift).isoformat(), "end": (end + shift).isoformat()},
                    {"start": start.isoformat(), "end": (end - 15 * MINUTE).isoformat()},
                    {"room_id": self.random.choice(self.rooms).id},
                    {"headcount": 7},
                ]
            )
            answer = client.put(path, {**scope, **body})
        elif verb == "restore":
            answer = client.post(f"{path}/occurrences/{occurrence['id']}/restore", {})
        else:
            body = {
                "cancel": {"reason": "另有安排", **scope},
                "approve": {},
                "reject": {"reason": "会议室另有安排"},
                "enquire": {"question": "需要同声传译吗？"},
                "answer": {"answer": "不需要"},
                "transfer": {"organiser_id": hall.people["stranger"].id, **scope},
                "extend": {"until": (end + 15 * MINUTE).isoformat(), **which},
                "end": which,
                "check_in": which,
            }[verb]
            answer = hall.do(client, booking_id, verb.replace("_", "-"), **body)
        assert answer.status < 500, answer.envelope


def test_whatever_happens_the_sums_are_those_of_the_meetings(hall, soak):
    walk = Walk(hall, seed=5)
    for number in range(1500 if soak else 150):
        walk.pass_time()
        walk.take()
        if soak and number % 50 == 0:
            db.session.rollback()
            assert recounting.check() == []
    db.session.rollback()
    assert recounting.check() == []
    assert {"booked", "held", "no_shows", "cancelled", "rejected"} <= stored().keys(), stored()


def test_what_waits_counts_as_nothing_until_it_is_approved(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking = hall.book(hall.small)
    assert stored() == {}
    hall.do(hall.manager, booking["id"], "approve")
    assert stored() == {"booked": 1}
    hall.do(hall.organiser, booking["id"], "cancel", reason="改期")
    assert stored() == {"cancelled": 1}


def test_a_series_is_written_at_once(hall):
    hall.book(hall.small, recurrence="FREQ=DAILY;COUNT=2")
    with counted_statements() as sent:
        hall.book(hall.large, recurrence="FREQ=DAILY;COUNT=40")
    assert len([one for one in sent if "INTO meeting_days" in one]) == 1
    assert stored() == {"booked": 42}
    assert recounting.check() == []


def test_a_meeting_that_nobody_signs_in_to_is_a_no_show_and_its_room_is_counted_again(hall):
    hall.change_room(hall.small, is_checkin_required=True)
    hall.book(hall.small, at(9, 10), at(10))
    with clock.at(at(9, 21)):
        hall.book(hall.small, at(9, 25), at(10))
        assert stored() == {"booked": 2, "no_shows": 1}
    assert recounting.check() == []


def test_an_early_end_uses_less_than_was_booked(hall):
    booking = hall.book(hall.large, at(9, 10), at(11), headcount=6)
    with clock.at(at(10)):
        assert hall.do(hall.organiser, booking["id"], "end").status == 200
    db.session.rollback()
    row = db.session.query(MeetingDay).one()
    assert (row.on_date, row.booked_minutes, row.used_minutes) == (MONDAY, 110, 50)
    assert (row.headed, row.heads, row.head_minutes) == (1, 6, 300)


def test_a_unit_that_fails_leaves_nothing_behind(hall):
    booking_id = hall.book(hall.small)["id"]
    before = stored()

    @atomic
    def fail() -> None:
        _, occurrences = operations.locked(booking_id)
        moving.move_all(SYSTEM, occurrences, Step.CANCEL, at=clock.now())
        raise RuntimeError("too late")

    with pytest.raises(RuntimeError):
        fail()
    hall.compound.staff()  # The next unit of this session is about something else.
    assert stored() == before
    hall.book(hall.large, at(16))
    assert stored()["booked"] == before["booked"] + 1
    assert recounting.check() == []


def test_a_meeting_that_moves_twice_in_one_unit_is_counted_once(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking_id = hall.book(hall.small)["id"]

    @atomic
    def approve_and_cancel() -> None:
        _, occurrences = operations.locked(booking_id)
        for step in (Step.APPROVE, Step.CANCEL):
            moving.move_all(SYSTEM, occurrences, step, at=clock.now())

    approve_and_cancel()
    assert stored() == {"cancelled": 1}
    assert recounting.check() == []


def test_many_bookings_at_once_are_all_counted_and_lock_nobody_out(hall, soak):
    rooms = [hall.small, hall.large, hall.part_a, hall.part_b]
    hours = range(10, 16 if soak else 13)
    calls = [
        lambda room=room, hour=hour, turn=turn: (
            hall.ask(
                room, at(hour), by=(hall.organiser, hall.stranger)[turn], recurrence="FREQ=DAILY;COUNT=3"
            ).status
        )
        for hour in hours
        for turn in (0, 1)
        for room in (rooms if turn else rooms[::-1])
    ]
    statuses = at_once(calls)
    assert set(statuses) == {201, 409}
    assert statuses.count(201) == len(rooms) * len(hours)
    assert stored() == {"booked": 3 * len(rooms) * len(hours)}
    assert recounting.check() == []


def test_no_state_is_forgotten():
    counted = {"booked", "in_use", "ended", "released", "cancelled", "displaced", "rejected", "expired"}
    assert {state.value for state in State} == counted | {"pending", "skipped", "conflict"}
