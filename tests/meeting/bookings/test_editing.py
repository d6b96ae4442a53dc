"""Changing a booking: one meeting, it and those after it, or all; over HTTP."""

from datetime import timedelta

import pytest

from backend import clock
from meeting.bookings.models import Attendee
from meeting.rooms.models import Approval, Layout, Level
from tests.meeting.bookings.test_cancelling import series, states, wire
from tests.meeting.bookings.test_deciding import told
from tests.meeting.hall import Hall, at

DAY = timedelta(days=1)


def put(by, booking_id: int, **body):
    return by.put(f"/meeting/bookings/{booking_id}", body)


def times(data) -> list[str]:
    """Beginnings as 23 14:00."""
    return [f"{each['start'][8:10]} {each['start'][11:16]}" for each in data["occurrences"]]


def picture(hall: Hall, booking_id: int):
    """All that a refusal must leave as it was."""
    shown = hall.view(booking_id)
    rows = [(hold.room_id, hold.hold_from, hold.hold_to, hold.lapses_at) for hold in hall.holds()]
    return shown, rows


# --- a single meeting ---------------------------------------------------------------------------------------


def test_a_meeting_is_moved_and_everybody_hears_what_changed(hall):
    booking_id = hall.book(attendees=[{"staff_id": hall.people["colleague"].id}])["id"]
    data = put(hall.organiser, booking_id, room_id=hall.large.id, start=wire(at(16)), subject="党组会").data
    assert (data["start"], data["end"]) == (wire(at(16)), wire(at(17)))
    assert (data["room"]["name"], data["subject"], data["sequence"]) == ("大会议室", "党组会", 1)
    assert [(hold.room_id, hold.hold_from) for hold in hall.holds()] == [(hall.large.id, at(16))]
    assert hall.booking(booking_id).first_start_at == at(16)
    assert hall.steps(booking_id)[1:] == ["change"]
    assert data["timeline"][-1]["text"] == "会议室、开始时间、主题"
    assert told("meeting.changed") == [hall.people["colleague"].id]
    hall.book(by=hall.colleague)


def test_a_meeting_may_overlap_itself(hall):
    """Case 9."""
    booking_id = hall.book()["id"]
    data = put(hall.organiser, booking_id, start=wire(at(14, 30)), end=wire(at(15, 30))).data
    assert data["start"] == wire(at(14, 30))


def test_what_is_taken_or_forbidden_changes_nothing(hall):
    booking_id = hall.book()["id"]
    hall.book(start=at(16), by=hall.colleague)
    hall.change_room(hall.small, max_minutes=180)
    before = picture(hall, booking_id)
    for body, status, error in [
        ({"start": wire(at(15, 30))}, 409, "meeting.room_taken"),
        ({"end": wire(at(18, 30)), "start": wire(at(10))}, 422, "meeting.not_bookable"),
        ({"end": wire(at(14))}, 422, "meeting.end_before_start"),
        ({"start": wire(at(7)), "end": wire(at(8))}, 422, "meeting.start_past"),
        ({"headcount": 9}, 422, "meeting.too_many_heads"),
        ({"layout": "u_shape"}, 422, "meeting.layout_not_offered"),
        ({"room_id": 10**6}, 404, "meeting.room_not_found"),
        ({"attendees": [{}]}, 422, "meeting.attendee_unknown"),
        ({"recurrence": "FREQ=HOURLY"}, 422, "meeting.rule_invalid"),
        ({"last_on": "2026-12-01"}, 422, "meeting.series_only"),
        ({}, 422, "meeting.nothing_to_change"),
        ({"sequence": 7, "note": "x"}, 409, "meeting.booking_moved"),
        ({"subject": ""}, 422, "app.invalid"),
    ]:
        answer = put(hall.organiser, booking_id, **body)
        assert (answer.status, answer.error) == (status, error), body
    assert picture(hall, booking_id) == before


@pytest.mark.parametrize(
    ("name", "status"), [("colleague", 403), ("reader", 403), ("stranger", 404), ("manager", 200)]
)
def test_the_owner_changes_it_and_who_keeps_the_room(hall, name, status):
    booking_id = hall.book(attendees=[{"staff_id": hall.people["colleague"].id}])["id"]
    assert put(getattr(hall, name), booking_id, start=wire(at(16))).status == status


def test_what_has_begun_does_not_change(hall):
    booking_id = hall.book()["id"]
    with clock.at(at(14, 1)):
        answer = put(hall.organiser, booking_id, subject="晚了")
    assert (answer.status, answer.error) == (409, "meeting.already_begun")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"end": wire(at(14, 30))}, "booked"),  # shorter keeps it (Indico #4214)
        ({"start": wire(at(14, 30)), "end": wire(at(15))}, "booked"),
        ({"subject": "别的"}, "booked"),
        ({"level": 1}, "booked"),
        ({"end": wire(at(15, 30))}, "pending"),
        ({"start": wire(at(13, 30)), "end": wire(at(14, 30))}, "pending"),
        ({"start": wire(at(16))}, "pending"),
        ({"level": 3}, "pending"),
    ],
)
def test_more_than_was_approved_is_approved_again_and_less_is_not(hall, change, state):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking_id = hall.book(level=Level.DIVISION)["id"]
    hall.do(hall.manager, booking_id, "approve")
    data = put(hall.organiser, booking_id, **change).data
    assert data["state"] == state
    assert [hold.lapses_at is not None for hold in hall.holds()] == [state == "pending"]
    if state == "pending":
        assert hall.do(hall.manager, booking_id, "approve").data["state"] == "booked"


def test_a_room_without_approval_needs_none(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking_id = hall.book()["id"]
    data = put(hall.organiser, booking_id, room_id=hall.large.id).data
    assert data["state"] == "booked"
    assert hall.steps(booking_id) == ["ask", "change", "approve"]
    assert put(hall.organiser, booking_id, room_id=hall.small.id).data["state"] == "pending"


def test_who_keeps_the_room_moves_without_asking_and_decides_nothing_by_it(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking_id = hall.book()["id"]
    assert put(hall.manager, booking_id, start=wire(at(15))).data["state"] == "pending"
    hall.do(hall.manager, booking_id, "approve")
    assert put(hall.manager, booking_id, start=wire(at(16))).data["state"] == "booked"


def test_attendees_agenda_and_telephone_belong_to_the_booking(hall):
    booking_id = hall.book(attendees=[{"staff_id": hall.people["colleague"].id}])["id"]
    attendees = [{"staff_id": hall.people["stranger"].id}, {"name": "王来宾", "organisation": "省局"}]
    data = put(
        hall.organiser, booking_id, attendees=attendees, agenda="一、开场", contact_phone="13800001111"
    ).data
    assert [each["name"] for each in data["attendees"]] == [hall.people["stranger"].name, "王来宾"]
    assert data["agenda"] == "一、开场"
    assert hall.stranger.get(f"/meeting/bookings/{booking_id}").status == 200
    assert hall.colleague.get(f"/meeting/bookings/{booking_id}").status == 404
    assert put(hall.organiser, booking_id, contact_phone="").data["contact_phone"] == ""


# --- a series -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("this", ["23 14:00", "24 16:00", "25 14:00"]),
        ("following", ["23 14:00", "24 16:00", "25 16:00"]),
        ("all", ["23 16:00", "24 16:00", "25 16:00"]),
    ],
)
def test_a_scope_shifts_meetings_alike(hall, scope, expected):
    data = series(hall, 3)
    ids = [each["id"] for each in data["occurrences"]]
    slots = [each.slot_at for each in hall.occurrences(data["id"])]
    after = put(hall.organiser, data["id"], scope=scope, occurrence_id=ids[1], start=wire(at(16) + DAY)).data
    assert times(after) == expected
    assert [each["id"] for each in after["occurrences"]] == ids
    assert [each.slot_at for each in hall.occurrences(data["id"])] == slots
    assert after["sequence"] == 1


def test_a_series_moves_onto_its_own_dates(hall):
    data = series(hall, 3)
    after = put(hall.organiser, data["id"], start=wire(at(14) + DAY)).data
    assert times(after) == ["24 14:00", "25 14:00", "26 14:00"]
    after = put(hall.organiser, data["id"], start=wire(at(14))).data
    assert times(after) == ["23 14:00", "24 14:00", "25 14:00"]


def test_the_past_of_a_series_never_changes(hall):
    data = series(hall, 4)
    with clock.at(at(16) + DAY):
        hall.log_in("organiser")
        after = put(hall.organiser, data["id"], start=wire(at(10) + 2 * DAY), subject="改名").data
    assert times(after) == ["23 14:00", "24 14:00", "25 10:00", "26 10:00"]
    assert [each["subject"] for each in after["occurrences"]] == ["处务会", "处务会", "改名", "改名"]


def test_a_series_changes_as_a_whole_or_not_at_all(hall):
    data = series(hall, 3)
    hall.book(start=at(16) + DAY, by=hall.colleague)
    before = picture(hall, data["id"])
    answer = put(hall.organiser, data["id"], start=wire(at(16)))
    assert (answer.status, answer.error) == (409, "meeting.change_impossible")
    reported = answer.envelope["data"]["occurrences"]
    assert [(each["state"], each["reason"]) for each in reported] == [
        ("booked", ""),
        ("conflict", "已被占用"),
        ("booked", ""),
    ]
    assert picture(hall, data["id"]) == before
    after = put(hall.organiser, data["id"], start=wire(at(16)), allow_partial=True).data
    assert times(after) == ["23 16:00", "24 14:00", "25 16:00"]
    assert states(after) == ["booked"] * 3
    assert len(hall.holds()) == 4


def test_what_cannot_move_is_in_the_way_of_what_would_come_there(hall):
    data = series(hall, 3)
    hall.book(start=at(14) + 2 * DAY + timedelta(hours=24), by=hall.colleague)
    answer = put(hall.organiser, data["id"], start=wire(at(14) + DAY), allow_partial=True)
    assert (answer.status, answer.error) == (409, "meeting.change_impossible")  # One after another cannot.
    assert len(hall.holds()) == 4


def test_the_frame_of_a_series_is_not_one_meeting_s(hall):
    data = series(hall, 3)
    one = data["occurrences"][1]["id"]
    for body in ({"agenda": "x"}, {"recurrence": "FREQ=DAILY;COUNT=2"}, {"attendees": []}):
        answer = put(hall.organiser, data["id"], scope="this", occurrence_id=one, **body)
        assert (answer.status, answer.error) == (422, "meeting.whole_series_only")


def test_following_with_another_agenda_splits_the_series(hall):
    data = series(hall, 4, attendees=[{"staff_id": hall.people["colleague"].id}])
    ids = [each["id"] for each in data["occurrences"]]
    new = put(
        hall.organiser,
        data["id"],
        scope="following",
        occurrence_id=ids[2],
        agenda="新议程",
        start=wire(at(9, 30) + 2 * DAY),
    ).data
    assert (new["follows_id"], new["agenda"]) == (data["id"], "新议程")
    assert [each["id"] for each in new["occurrences"]] == ids[2:]
    assert times(new) == ["25 09:30", "26 09:30"]
    assert [each["name"] for each in new["attendees"]] == ["李同事"]
    old = hall.view(data["id"])
    assert (old["agenda"], times(old), old["last_on"]) == ("", ["23 14:00", "24 14:00"], "2026-11-24")
    assert (old["recurrence"], new["recurrence"]) == ("FREQ=DAILY", "FREQ=DAILY")
    assert new["last_on"] == "2026-11-26"
    assert hall.booking(new["id"]).uid != hall.booking(old["id"]).uid
    assert [hold.occurrence_id for hold in hall.holds()] == ids


def test_following_with_another_rule_splits_and_lays_anew(hall):
    data = series(hall, 5)  # Monday to Friday
    ids = [each["id"] for each in data["occurrences"]]
    new = put(
        hall.organiser,
        data["id"],
        scope="following",
        occurrence_id=ids[2],
        recurrence="FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4",
    ).data
    assert times(new)[:2] == ["25 14:00", "26 14:00"]
    assert dict(zip(times(new), states(new), strict=True)) == {
        "25 14:00": "booked",
        "26 14:00": "cancelled",
        "27 14:00": "booked",
        "02 14:00": "booked",
        "04 14:00": "booked",
    }
    assert {each["id"] for each in new["occurrences"]} >= set(ids[2:])
    assert times(hall.view(data["id"])) == ["23 14:00", "24 14:00"]
    assert len(hall.holds()) == 6


def test_a_new_rule_for_all_keeps_the_dates_that_stay(hall):
    data = series(hall, 3)
    ids = [each["id"] for each in data["occurrences"]]
    after = put(
        hall.organiser, data["id"], recurrence="FREQ=DAILY;INTERVAL=2;COUNT=3", start=wire(at(15))
    ).data
    assert dict(zip(times(after), states(after), strict=True)) == {
        "23 15:00": "booked",
        "24 14:00": "cancelled",
        "25 15:00": "booked",
        "27 15:00": "booked",
    }
    assert [each["id"] for each in after["occurrences"]][:3] == ids
    assert (after["recurrence"], after["id"]) == ("FREQ=DAILY;INTERVAL=2;COUNT=3", data["id"])


def test_a_single_meeting_becomes_a_series(hall):
    booking_id = hall.book()["id"]
    hall.book(start=at(14) + DAY, by=hall.colleague)
    answer = put(hall.organiser, booking_id, recurrence="FREQ=DAILY;COUNT=3")
    assert (answer.status, answer.error) == (409, "meeting.change_impossible")
    assert hall.view(booking_id)["is_series"] is False
    after = put(hall.organiser, booking_id, recurrence="FREQ=DAILY;COUNT=3", allow_partial=True).data
    assert states(after) == ["booked", "conflict", "booked"]
    answer = put(hall.organiser, booking_id, recurrence="FREQ=WEEKLY;BYDAY=FR;COUNT=2")
    assert answer.error == "meeting.rule_misses_start"


def test_a_series_in_a_hall_gives_up_and_takes_its_parts(hall):
    data = series(hall, 2, room=hall.hall)
    assert len(hall.holds()) == 4
    first = data["occurrences"][0]["id"]
    put(hall.organiser, data["id"], scope="this", occurrence_id=first, room_id=hall.part_a.id)
    hall.book(hall.part_b, by=hall.colleague)
    answer = put(hall.organiser, data["id"], scope="this", occurrence_id=first, room_id=hall.hall.id)
    assert answer.error == "meeting.room_taken"
    assert len(hall.holds()) == 4


def test_headcount_and_layout_are_looked_at_together(hall):
    booking_id = hall.book(hall.large, headcount=50, layout=Layout.THEATRE.value)["id"]
    assert put(hall.organiser, booking_id, layout="classroom").error == "meeting.too_many_heads"
    data = put(hall.organiser, booking_id, layout="classroom", headcount=40).data
    assert (data["layout"], data["headcount"]) == ("classroom", 40)


def test_who_attends_is_written_but_once(hall):
    from backend.db import db

    booking_id = hall.book()["id"]
    for _ in range(2):
        put(hall.organiser, booking_id, attendees=[{"staff_id": hall.people["colleague"].id}])
    db.session.rollback()
    assert db.session.query(Attendee).count() == 1


def test_a_rule_goes_round_dates_that_were_lost_or_added(hall):
    data = series(hall, 3)
    ids = [each["id"] for each in data["occurrences"]]
    hall.do(hall.organiser, data["id"], "cancel", scope="this", occurrence_id=ids[1], reason="停一次")
    body = {"start": wire(at(16)), "end": wire(at(17))}
    hall.organiser.post(f"/meeting/bookings/{data['id']}/occurrences", body)
    for start in (at(16), at(14)):  # Onto the slot of the added one, which keeps its own.
        answer = put(
            hall.organiser,
            data["id"],
            recurrence="FREQ=DAILY;COUNT=4",
            occurrence_id=ids[0],
            start=wire(start),
        )
        assert answer.status == (200 if start == at(14) else 409)
    after = answer.data
    assert dict(zip(times(after), states(after), strict=True)) == {
        "23 14:00": "booked",
        "23 16:00": "booked",
        "24 14:00": "cancelled",
        "25 14:00": "booked",
        "26 14:00": "booked",
    }
