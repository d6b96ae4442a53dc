"""Rooms are never double-booked, whatever the race; and booking costs few statements."""

import multiprocessing
from datetime import timedelta
from itertools import pairwise

import pytest

from backend.db import db
from meeting.bookings.models import Booking
from tests.meeting.hall import at
from tests.statements import counted_statements
from tests.threads import at_once


@pytest.fixture
def rounds(soak):
    return 40 if soak else 4


def test_of_eight_at_once_one_gets_the_slot_case_11(hall, rounds):
    clients = [hall.compound.client(hall.compound.staff()) for _ in range(8)]
    for number in range(rounds):
        start = at(9) + timedelta(hours=number)
        answers = at_once([lambda by=by, start=start: hall.ask(hall.small, start, by=by) for by in clients])
        assert sorted(answer.status for answer in answers) == [201] + [409] * 7
        assert {answer.error for answer in answers if answer.status == 409} == {"meeting.room_taken"}
    assert len(hall.holds(hall.small)) == rounds


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_of_eight_processes_at_once_one_gets_the_slot_case_11(hall, rounds):
    clients = [hall.compound.client(hall.compound.staff()) for _ in range(8)]
    db.session.remove()
    forked = multiprocessing.get_context("fork")
    barrier, answered = forked.Barrier(8), forked.Queue()
    processes = [
        forked.Process(target=ask_in_turn, args=(hall, by, barrier, rounds, answered)) for by in clients
    ]
    for process in processes:
        process.start()
    found = [answered.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(30)
    for answers in zip(*found, strict=True):
        assert sorted(answers) == [(201, None)] + [(409, "meeting.room_taken")] * 7
    assert len(hall.holds(hall.small)) == rounds


def ask_in_turn(hall, by, barrier, rounds, answered):
    """What a process of its own is answered, round by round."""
    db.session.remove()
    db.engine.dispose(close=False)  # The connections are the parent's.
    found = []
    for number in range(rounds):
        barrier.wait(timeout=60)
        answer = hall.ask(hall.small, at(9) + timedelta(hours=number), by=by)
        found.append((answer.status, answer.envelope.get("error")))
    answered.put(found)


def test_of_staggered_overlaps_those_accepted_are_disjoint_case_12(hall, rounds):
    clients = [hall.compound.client(hall.compound.staff()) for _ in range(8)]
    for number in range(rounds):
        day = at(9) + timedelta(days=number)
        wanted = [(by, day + timedelta(minutes=20 * index)) for index, by in enumerate(clients)]
        answers = at_once(
            [lambda by=by, start=start: hall.ask(hall.small, start, by=by) for by, start in wanted]
        )
        assert {answer.status for answer in answers} == {201, 409}
    holds = hall.holds(hall.small)
    assert all(earlier.hold_to <= later.hold_from for earlier, later in pairwise(holds))
    assert len(holds) >= 2 * rounds


def test_the_hall_and_its_parts_exclude_each_other_in_a_race(hall, rounds):
    for number in range(rounds):
        start = at(9) + timedelta(hours=number)
        wanted = [hall.hall, hall.part_a, hall.part_b, hall.hall]
        answers = at_once([lambda room=room, start=start: hall.ask(room, start) for room in wanted])
        statuses = [answer.status for answer in answers]
        got = {room.name for room, status in zip(wanted, statuses, strict=True) if status == 201}
        assert got == {"多功能厅"} or got <= {"多功能厅A", "多功能厅B"}, statuses
        assert got
        assert set(statuses) == {201, 409}


def test_series_in_opposite_order_do_not_lock_each_other_out_case_14(hall, rounds):
    """The same dates of halls that share their parts, one asked for backwards in rooms."""
    wide = hall.room("联合厅", capacity=300, parts=(hall.part_b, hall.part_a, hall.small))
    clients = [hall.compound.client(hall.compound.staff()) for _ in range(4)]
    for number in range(rounds):
        start = at(9) + timedelta(hours=number)
        rooms = [hall.hall, wide, hall.hall, wide]
        answers = at_once(
            [
                lambda room=room, by=by, start=start: hall.ask(
                    room, start, by=by, recurrence="FREQ=DAILY;COUNT=10", all_or_nothing=True
                )
                for room, by in zip(rooms, clients, strict=True)
            ]
        )
        assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


def test_a_repeated_request_makes_one_booking_case_15(hall):
    body = hall.body()
    answers = at_once([lambda: hall.organiser.post("/meeting/bookings", body, key="again") for _ in range(4)])
    answers.append(hall.organiser.post("/meeting/bookings", body, key="again"))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    db.session.rollback()
    assert db.session.query(Booking).count() == 1


def test_quotas_hold_in_a_race_between_rooms(hall):
    from meeting.rooms.models import Quota

    hall.furnish(Quota(room_id=None, subject="person", period="day", measure="count", amount=1))
    answers = at_once([lambda room=room: hall.ask(room) for room in (hall.small, hall.large, hall.part_a)])
    assert sorted(answer.status for answer in answers) == [201, 422, 422]


def test_a_single_booking_takes_at_most_twelve_statements(hall):
    hall.book(start=at(10))
    with counted_statements() as sent:
        assert hall.ask(start=at(14)).status == 201
    assert len(sent) <= 12, "\n".join(sent)


def test_a_series_takes_at_most_fourteen_statements_whatever_its_length(hall):
    hall.book(start=at(8, 55))

    def cost(count, hour):
        with counted_statements() as sent:
            answer = hall.ask(start=at(hour), recurrence=f"FREQ=DAILY;COUNT={count}")
        assert answer.data["conflicts"] == 0
        return sent

    few, many = cost(2, 10), cost(150, 12)
    assert len(few) == len(many) <= 14, "\n".join(many)


def test_reading_takes_the_same_statements_however_many_meetings_there_are(hall):
    def cost(path, **query):
        with counted_statements() as sent:
            assert hall.organiser.get(path, **query).status == 200
        return len(sent)

    short = hall.book(hall.small, at(10), recurrence="FREQ=DAILY;COUNT=2")
    paths = ["/meeting/bookings", "/meeting/occurrences"]
    few = [cost(path, scope="all") for path in paths]
    long = hall.book(hall.large, at(10), recurrence="FREQ=DAILY;COUNT=60")
    hall.book(hall.part_a, at(10))
    assert [cost(path, scope="all") for path in paths] == few
    assert max(few) <= 9
    one, other = (cost(f"/meeting/bookings/{booking['id']}") for booking in (short, long))
    assert one == other <= 10
