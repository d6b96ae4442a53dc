"""Signing in to meetings, the release of rooms that nobody came to, and what is told of it."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from backend.places.models import Plate
from meeting.bookings import operations as bookings
from meeting.bookings.attendance import services
from meeting.bookings.attendance.rules import NO_SHOW_LEAST_MEETINGS
from meeting.bookings.models import State
from tests.factories import MONDAY
from tests.meeting.hall import add, at
from tests.threads import at_once

TIDY = atomic(bookings.tidy_lapsed)


@pytest.fixture
def strict(hall):
    """The hall whose small room must be signed in to, and has a plate."""
    hall.change_room(hall.small, is_checkin_required=True, grace_minutes=10, exempt_minutes=480)
    hang(hall, hall.small, "abc234")
    return hall


def hang(hall, room, code):
    add(
        Plate(
            place_kind="room",
            place_id=room.place_id,
            token=code * 5,
            code=code,
            issued_at=at(8),
            issued_by=0,
        )
    )


def sign_in(hall, by, booking_id, **body):
    return hall.do(by, booking_id, "check-in", **body)


def scan(by, code):
    return by.post("/meeting/rooms/check-in", {"plate_code": code})


def told(staff):
    db.session.rollback()
    return [
        message.kind for message in db.session.query(InboxMessage).filter_by(staff_id=staff.id).order_by("id")
    ]


def test_the_organiser_signs_in_once_and_the_room_is_kept_until_the_end(strict):
    booking_id = strict.book()["id"]
    assert strict.holds(strict.small)[0].lapses_at == at(14, 10)
    with clock.at(at(13, 40)):
        first = sign_in(strict, strict.organiser, booking_id).data
        again = sign_in(strict, strict.organiser, booking_id).data
    assert first["state"] == "in_use"
    assert (first["was_checked_in"], again["was_checked_in"]) == (False, True)
    assert first["room"]["name"] == "小会议室"
    assert first["checked_in_at"] == again["checked_in_at"] == "2026-11-23T13:40:00+08:00"
    [hold] = strict.holds(strict.small)
    assert hold.lapses_at is None
    assert strict.steps(booking_id) == ["book", "check_in"]
    with clock.at(at(14, 20)):
        TIDY(clock.now())
    assert strict.occurrences(booking_id)[0].state == State.IN_USE


@pytest.mark.parametrize("who", ["colleague", "steward", "manager"])
def test_an_attendee_or_who_looks_after_the_room_signs_in(strict, who):
    booking_id = strict.book(attendees=[{"staff_id": strict.people["colleague"].id}])["id"]
    with clock.at(at(14)):
        assert sign_in(strict, getattr(strict, who), booking_id).data["state"] == "in_use"


def test_others_do_not_sign_in(strict):
    booking_id = strict.book()["id"]
    with clock.at(at(14)):
        assert sign_in(strict, strict.stranger, booking_id).error == "meeting.booking_not_found"
        assert sign_in(strict, strict.reader, booking_id).error == "meeting.not_yours"
    assert strict.occurrences(booking_id)[0].state == State.BOOKED


def test_signing_in_has_its_time(strict):
    booking_id = strict.book()["id"]
    early = sign_in(strict, strict.organiser, booking_id)
    assert early.error == "meeting.checkin_too_early"
    assert early.envelope["data"]["opens_at"] == "2026-11-23T13:30:00+08:00"
    with clock.at(at(14, 10)):
        assert sign_in(strict, strict.organiser, booking_id).error == "meeting.checkin_too_late"


def test_a_plate_must_be_the_rooms(strict):
    hang(strict, strict.large, "xyz234")
    booking_id = strict.book()["id"]
    with clock.at(at(14)):
        other = sign_in(strict, strict.organiser, booking_id, plate_code="XYZ-234")
        assert (other.status, other.error) == (422, "meeting.other_plate")
        assert sign_in(strict, strict.organiser, booking_id, plate_code="none99").status == 404
        right = sign_in(strict, strict.organiser, booking_id, plate_code="ABC-234")
    assert right.data["state"] == "in_use"


def test_a_scanned_plate_finds_the_actors_meeting_of_now(strict):
    mine = strict.book(start=at(14))["id"]
    theirs = strict.book(start=at(15), by=strict.stranger)["id"]
    with clock.at(at(14, 5)):
        assert scan(strict.organiser, "ABC-234").data["booking_id"] == mine
    with clock.at(at(14, 50)):
        assert scan(strict.stranger, "abc234" * 5).data["booking_id"] == theirs
        assert scan(strict.leader, "ABC-234").error == "meeting.nothing_to_check_in"
    with clock.at(at(12)):
        assert scan(strict.organiser, "ABC-234").error == "meeting.nothing_to_check_in"


def test_a_plate_of_a_part_serves_its_hall_and_one_elsewhere_nothing(strict):
    hang(strict, strict.part_a, "prt234")
    add(
        Plate(
            place_kind="floor",
            place_id=strict.floor.id,
            token="f" * 30,
            code="fgh234",
            issued_at=at(8),
            issued_by=0,
        )
    )
    booking_id = strict.book(strict.hall)["id"]
    with clock.at(at(14)):
        assert scan(strict.organiser, "fgh234").error == "meeting.plate_of_no_room"
        assert scan(strict.organiser, "prt234").data["booking_id"] == booking_id


def test_nobody_came_so_the_room_is_bookable_at_ten_past(strict):
    """Case 39: bookable at +10 min, recorded as a no-show; the organiser is told."""
    booking_id = strict.book(end=at(16))["id"]
    with clock.at(at(14, 9)):
        assert strict.ask(start=at(14, 20), end=at(15), by=strict.stranger).status == 409
    with clock.at(at(14, 10)):
        assert strict.ask(start=at(14, 20), end=at(15), by=strict.stranger).status == 201
    [missed] = strict.occurrences(booking_id)
    assert (missed.state, missed.checked_in_at) == (State.RELEASED, None)
    assert told(strict.people["organiser"]) == ["meeting.booking_released"]


def test_eight_hours_are_exempt(strict):
    """Case 39."""
    booking_id = strict.book(start=at(10), end=at(18))["id"]
    with clock.at(at(10, 30)):
        TIDY(clock.now())
        assert strict.ask(start=at(11), end=at(12), by=strict.stranger).status == 409
    assert strict.occurrences(booking_id)[0].state == State.BOOKED


def test_who_has_begun_without_signing_in_is_reminded_once(strict):
    strict.book(is_confidential=True)
    with clock.at(at(14)):
        assert services.remind() == 1
        assert services.remind() == 0
    assert told(strict.people["organiser"]) == ["meeting.checkin_due"]
    [message] = db.session.query(InboxMessage).filter_by(kind="meeting.checkin_due")
    assert "内部会议" in message.text
    assert "14:10" in message.text
    with clock.at(at(14, 10)):
        assert services.remind() == 0


def test_a_meeting_that_is_over_ends_by_itself_and_its_past_is_forgotten(strict):
    signed, long = strict.book()["id"], strict.book(strict.large)["id"]
    pending = strict.book(start=at(15))["id"]
    with clock.at(at(14)):
        sign_in(strict, strict.organiser, signed)
    with clock.at(at(15) - timedelta(seconds=1)):
        assert services.end_past() == 0
    with clock.at(at(15)):
        assert services.end_past() == 2
        assert services.end_past() == 0
    for booking_id in (signed, long):
        [ended] = strict.occurrences(booking_id)
        assert (ended.state, ended.ended_at) == (State.ENDED, at(15))
    assert strict.occurrences(pending)[0].state == State.BOOKED
    assert [hold.hold_from for hold in strict.holds()] == [at(15)]


def test_what_nobody_came_to_is_released_and_never_ends(strict):
    booking_id = strict.book()["id"]
    with clock.at(at(16)):
        assert services.end_past() == 0
        TIDY(clock.now())
        assert services.end_past() == 0
    assert strict.occurrences(booking_id)[0].state == State.RELEASED


def test_the_time_after_a_meeting_is_kept_when_it_ends_by_itself(strict):
    strict.change_room(strict.large, turnaround_minutes=30)
    strict.book(strict.large)
    with clock.at(at(15)):
        services.end_past()
        assert strict.ask(strict.large, at(15, 10), at(16)).status == 409
        assert strict.ask(strict.large, at(15, 30), at(16)).status == 201


def test_a_longer_time_after_meetings_does_not_reach_into_the_next_one(strict):
    """What was booked side by side before the room's turnaround was made longer ends all the same."""
    ended, earlier = strict.book(strict.large)["id"], strict.book(strict.large, at(16))["id"]
    following = [strict.book(strict.large, start)["id"] for start in (at(15), at(17))]
    strict.change_room(strict.large, turnaround_minutes=60)
    with clock.at(at(15)):
        assert services.end_past() == 1
    with clock.at(at(16, 50)):
        assert strict.do(strict.organiser, earlier, "end").status == 200
    states = [strict.occurrences(each)[0].state for each in (ended, earlier, *following)]
    assert states == [State.ENDED, State.ENDED, State.BOOKED, State.BOOKED]
    assert [(hold.hold_from, hold.hold_to) for hold in strict.holds(strict.large)][1] == (at(16), at(17))


@pytest.mark.parametrize(("who", "subject"), [("steward", "内部会议"), ("manager", "干部人事")])
def test_a_steward_who_signs_in_is_not_told_a_confidential_subject(strict, who, subject):
    booking_id = strict.book(subject="干部人事", is_confidential=True)["id"]
    with clock.at(at(14)):
        by = getattr(strict, who)
        assert sign_in(strict, by, booking_id).data["subject"] == subject
        assert scan(by, "abc234").data["subject"] == subject


def test_two_sign_in_at_once_and_the_meeting_is_signed_in_to_once(strict):
    booking_id = strict.book(attendees=[{"staff_id": strict.people["colleague"].id}])["id"]
    with clock.at(at(14)):
        answers = at_once(
            [partial(sign_in, strict, by, booking_id) for by in (strict.organiser, strict.colleague)]
        )
    assert [answer.status for answer in answers] == [200, 200]
    assert sorted(answer.data["was_checked_in"] for answer in answers) == [False, True]
    assert strict.steps(booking_id).count("check_in") == 1


def test_signing_in_meets_somebody_who_wants_the_room(strict):
    """At the last moment either the meeting goes on, or the other one has the room; never both."""
    booking_id = strict.book(end=at(16))["id"]
    with clock.at(at(14, 10)):
        signing, booking = at_once(
            [
                partial(sign_in, strict, strict.organiser, booking_id),
                partial(strict.ask, None, at(14, 30), at(15), by=strict.stranger),
            ]
        )
    assert (signing.status, booking.status) == (409, 201)
    assert strict.occurrences(booking_id)[0].state == State.RELEASED


def missed(hall, count, *, from_hour=9, by=None, signs_in=False):
    """Meetings of an hour on Tuesday, to which nobody comes unless `signs_in`."""
    tuesday = MONDAY + timedelta(days=1)
    for hour in range(from_hour, from_hour + count):
        start = at(hour, day=tuesday)
        booking_id = hall.book(start=start, by=by)["id"]
        if signs_in:
            with clock.at(start):
                hall.log_in("steward")
                sign_in(hall, hall.steward, booking_id).data  # noqa: B018 # It must have succeeded.
    with clock.at(at(23, day=tuesday)):
        TIDY(clock.now())
        services.end_past()


def no_shows(by, **query):
    days = {"from": "2026-11-23", "until": "2026-11-30"}
    return by.get("/meeting/no-shows", **{**days, **query})


def test_no_shows_are_figures_of_departments_and_never_of_a_person(strict):
    for number in range(4):
        strict.compound.staff(department=strict.department, name=f"处员{number}")
    strict.compound.rule(NO_SHOW_LEAST_MEETINGS, 2)
    missed(strict, 2)
    missed(strict, 1, from_hour=11, signs_in=True)
    missed(strict, 1, from_hour=12, by=strict.stranger)
    found = no_shows(strict.reader).data
    assert (found["meetings"], found["no_shows"], found["percent"]) == (4, 3, 75.0)
    # The stranger's department of one would be what is left: both are told together.
    assert [(each["department_id"], each["meetings"]) for each in found["departments"]] == [(None, 4)]
    assert "张组织" not in str(found)
    assert no_shows(strict.reader, **{"from": "2026-11-25"}).data["meetings"] == 0
    assert no_shows(strict.reader, until="2026-11-22").error == "meeting.no_show_days_invalid"
    assert no_shows(strict.organiser).status == 403


def test_the_third_no_show_within_a_month_is_told_to_the_organiser_alone(strict):
    missed(strict, 2)
    assert "meeting.missed_often" not in told(strict.people["organiser"])
    missed(strict, 1, from_hour=12)
    assert told(strict.people["organiser"]).count("meeting.missed_often") == 1
    db.session.rollback()
    [message] = db.session.query(InboxMessage).filter_by(kind="meeting.missed_often")
    assert message.staff_id == strict.people["organiser"].id
    assert "3 场" in message.text
