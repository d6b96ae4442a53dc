"""The last word about a room: the database refuses what overlaps; what has lapsed is tidied up."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.db import atomic, db, table, unit
from meeting.bookings import following, keeping, operations
from meeting.bookings.errors import RoomTaken
from meeting.bookings.keeping import Wanted
from meeting.bookings.models import Hold
from tests.meeting.hall import at


def row(room, start, end, **columns):
    usual = {"room_id": room.id, "occurrence_id": None, "offer_id": 1, "lapses_at": None}
    return {**usual, "hold_from": start, "hold_to": end, **columns}


@atomic
def insert(*rows):
    keeping.insert_holds(rows)


@pytest.mark.parametrize(
    ("start", "end", "is_free"),
    [
        *((10, 12, False), (9, 11, False), (11, 13, False), (10.5, 11.5, False), (9, 13, False)),
        *((8, 10, True), (12, 13, True), (13, 15, True)),
    ],
)
def test_the_database_refuses_a_hold_that_overlaps(hall, start, end, is_free):
    midnight = at(0)
    insert(row(hall.small, at(5), at(6)), row(hall.small, at(10), at(12)), row(hall.small, at(16), at(18)))
    wanted = row(hall.small, midnight + timedelta(hours=start), midnight + timedelta(hours=end))
    if is_free:
        insert(wanted)
        insert({**wanted, "room_id": hall.large.id})
    else:
        with pytest.raises(RoomTaken):
            insert(wanted)
        insert({**wanted, "room_id": hall.large.id})
    assert len(hall.holds(hall.small)) == 3 + is_free


def test_the_database_refuses_to_move_a_hold_into_another(hall):
    insert(row(hall.small, at(10), at(12)), row(hall.small, at(14), at(16)))

    @atomic
    def stretch(until):
        unit().execute(update(table(Hold)).where(table(Hold).c.hold_from == at(10)).values(hold_to=until))

    stretch(at(14))
    with pytest.raises(IntegrityError, match=keeping.GUARD):
        stretch(at(14, 1))


def test_what_is_in_the_way_is_found_for_all_wanted_at_once(hall):
    insert(row(hall.small, at(10), at(12), lapses_at=at(11)), row(hall.small, at(14), at(16), offer_id=7))
    spans = [(9, 10), (9, 11), (12, 14), (11, 15), (15, 17), (16, 18)]
    wanted = [Wanted(hall.small.id, at(start), at(end)) for start, end in spans]
    found = {each.position: each.offer_id for each in keeping.in_the_way(wanted)}
    assert found == {1: 1, 3: 1, 4: 7}
    overlooking = {each.position: each.offer_id for each in keeping.in_the_way(wanted, ignored=at(11))}
    assert overlooking == {3: 7, 4: 7}


def test_lapsed_offers_go_to_who_tidies_them_up(hall, monkeypatch):
    insert(row(hall.small, at(10), at(12), lapses_at=at(9, 30)))
    told = []

    def tidy(offer_ids, now):
        told.append((set(offer_ids), now))
        keeping.free_offers(offer_ids)

    monkeypatch.setattr(operations, "_OFFER_TIDIERS", [tidy])
    assert hall.ask(hall.small, at(10)).status == 409
    with clock.at(at(9, 30)):
        assert hall.ask(hall.small, at(10)).status == 201
    assert told == [({1}, at(9, 30))]


def test_the_job_tidies_up_what_nobody_wants(hall):
    room = hall.room("签到", is_checkin_required=True)
    series = hall.book(room, at(10), recurrence="FREQ=DAILY;COUNT=2")
    asked = hall.book(hall.room("待审", approval="always"), at(9, 30))

    @atomic
    def tidy():
        return operations.tidy_lapsed(clock.now())

    assert tidy() == 0
    with clock.at(at(10, 10)):
        assert tidy() == 2
        assert tidy() == 0
    assert [each.state for each in hall.occurrences(series["id"])] == ["released", "booked"]
    assert hall.occurrences(asked["id"])[0].state == "expired"
    assert len(hall.holds(room)) == 1


def test_followers_are_told_once_of_all_that_a_step_did(hall, monkeypatch):
    told = []
    monkeypatch.setattr(
        following, "_FOLLOWERS", [lambda actor, changes: told.append((actor.name, list(changes)))]
    )
    hall.book(hall.small, at(10), recurrence="FREQ=DAILY;COUNT=3")
    [(name, changes)] = told
    assert name == "张组织"
    assert [(change.step, change.before, change.occurrence.state) for change in changes] == [
        ("book", None, "booked")
    ] * 3
    assert [change.occurrence.start_at for change in changes] == [
        at(10) + timedelta(days=n) for n in range(3)
    ]
    assert len({change.occurrence.id for change in changes}) == 3
    assert changes[0].occurrence not in db.session
