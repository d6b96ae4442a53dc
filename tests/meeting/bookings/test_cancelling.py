"""Cancelling, adding dates, trying lost ones again, extending, ending and handing over, over HTTP."""

from datetime import timedelta

import pytest

from backend import clock
from meeting.rooms.models import Approval, Right
from tests.meeting.bookings.test_deciding import told
from tests.meeting.hall import Hall, at

DAY = timedelta(days=1)


def states(data) -> list[str]:
    return [each["state"] for each in data["occurrences"]]


def wire(instant) -> str:
    return clock.local(instant).isoformat()


def series(hall: Hall, count: int = 4, **fields):
    return hall.book(recurrence=f"FREQ=DAILY;COUNT={count}", **fields)


# --- cancelling ---------------------------------------------------------------------------------------------


def test_a_series_cancelled_midway_keeps_its_past_and_frees_its_future(hall):
    """Case 38."""
    data = series(hall, attendees=[{"staff_id": hall.people["colleague"].id}])
    with clock.at(at(16) + DAY):  # Two have been.
        hall.log_in("organiser", "colleague")
        after = hall.do(hall.organiser, data["id"], "cancel", reason="不开了").data
        assert states(after) == ["booked", "booked", "cancelled", "cancelled"]
        assert [hold.occurrence_id for hold in hall.holds()] == [
            each["id"] for each in data["occurrences"][:2]
        ]
        hall.book(start=at(14) + 2 * DAY, by=hall.colleague)
    assert told("meeting.cancelled") == [hall.people["colleague"].id]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("this", ["booked", "cancelled", "booked"]),
        ("following", ["booked", "cancelled", "cancelled"]),
        ("all", ["cancelled"] * 3),
    ],
)
def test_a_scope_says_which_meetings_go(hall, scope, expected):
    data = series(hall, 3)
    body = {"scope": scope, "occurrence_id": data["occurrences"][1]["id"], "reason": "改期"}
    assert states(hall.do(hall.organiser, data["id"], "cancel", **body).data) == expected
    assert len(hall.holds()) == expected.count("booked")


def test_a_series_needs_to_be_told_which(hall):
    data = series(hall, 3)
    answer = hall.do(hall.organiser, data["id"], "cancel", scope="this", reason="改期")
    assert (answer.status, answer.error) == (422, "meeting.occurrence_needed")
    other = hall.book(hall.large)["occurrences"][0]["id"]
    answer = hall.do(hall.organiser, data["id"], "cancel", scope="this", occurrence_id=other, reason="改期")
    assert (answer.status, answer.error) == (404, "meeting.occurrence_not_found")
    assert len(hall.holds()) == 4


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [("colleague", 403, "meeting.not_yours"), ("reader", 403, "meeting.not_yours"), ("stranger", 404, None)],
)
def test_others_cancel_nothing(hall, name, status, error):
    booking_id = hall.book(attendees=[{"staff_id": hall.people["colleague"].id}])["id"]
    answer = hall.do(getattr(hall, name), booking_id, "cancel", reason="让给我")
    assert (answer.status, answer.error) == (status, error or "meeting.booking_not_found")
    assert len(hall.holds()) == 1


def test_who_keeps_the_room_cancels_with_a_reason_that_the_organiser_hears(hall):
    booking_id = hall.book()["id"]
    assert hall.do(hall.manager, booking_id, "cancel", reason=" ").status == 422
    assert hall.do(hall.manager, booking_id, "cancel", reason="维修").data["state"] == "cancelled"
    assert told("meeting.cancelled") == [hall.people["organiser"].id]
    answer = hall.do(hall.organiser, booking_id, "cancel", reason="再次")
    assert (answer.status, answer.error) == (409, "meeting.booking_state")


def test_what_has_begun_is_not_cancelled(hall):
    booking_id = hall.book()["id"]
    with clock.at(at(14, 30)):
        answer = hall.do(hall.organiser, booking_id, "cancel", reason="不开了")
    assert (answer.status, answer.error) == (409, "meeting.already_begun")


# --- dates --------------------------------------------------------------------------------------------------


def test_a_freed_date_is_tried_again(hall):
    """Case 33."""
    other = hall.book(start=at(14) + DAY, by=hall.colleague)
    data = series(hall, 3)
    assert states(data) == ["booked", "conflict", "booked"]
    path = f"/meeting/bookings/{data['id']}/occurrences/{data['occurrences'][1]['id']}/restore"
    answer = hall.organiser.post(path)
    assert (answer.status, answer.error) == (409, "meeting.room_taken")
    hall.do(hall.colleague, other["id"], "cancel", reason="取消")
    assert hall.stranger.post(path).status == 404
    assert states(hall.organiser.post(path).data) == ["booked"] * 3
    answer = hall.organiser.post(path)
    assert (answer.status, answer.error) == (409, "meeting.booking_state")
    assert len(hall.holds()) == 3
    assert hall.ask(start=at(14) + DAY, by=hall.colleague).error == "meeting.room_taken"


def test_a_restored_date_waits_where_the_room_demands_it(hall):
    data = series(hall, 3)
    one = data["occurrences"][1]["id"]
    hall.do(hall.organiser, data["id"], "cancel", scope="this", occurrence_id=one, reason="改期")
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    after = hall.organiser.post(f"/meeting/bookings/{data['id']}/occurrences/{one}/restore").data
    assert states(after) == ["booked", "pending", "booked"]
    assert hall.holds()[1].lapses_at is not None
    assert hall.people["manager"].id in told("meeting.approval_asked")


def test_a_date_is_added_that_no_rule_gives(hall):
    data = series(hall, 2)
    path = f"/meeting/bookings/{data['id']}/occurrences"
    body = {"start": at(16).isoformat(), "end": at(17).isoformat()}
    answer = hall.organiser.post(path, body)
    assert answer.status == 201
    assert [each["is_added"] for each in answer.data["occurrences"]] == [False, True, False]
    assert answer.data["occurrences"][1]["subject"] == "处务会"
    answer = hall.organiser.post(path, body)
    assert (answer.status, answer.error) == (409, "meeting.date_exists")
    hall.book(start=at(18), by=hall.colleague)
    body = {"start": at(17, 30).isoformat(), "end": at(18, 30).isoformat()}
    assert hall.organiser.post(path, body).error == "meeting.room_taken"
    assert hall.organiser.post(path, {"start": body["end"], "end": body["start"]}).status == 422
    past = {"start": at(7).isoformat(), "end": at(8).isoformat()}
    assert hall.organiser.post(path, past).error == "meeting.start_past"
    assert len(hall.holds()) == 4


# --- under way ----------------------------------------------------------------------------------------------


def test_a_meeting_is_extended_while_the_room_is_free(hall):
    booking_id = hall.book()["id"]
    hall.book(start=at(16), by=hall.colleague)
    until = at(15, 30).isoformat()
    answer = hall.do(hall.organiser, booking_id, "extend", until=until)
    assert (answer.status, answer.error) == (409, "meeting.not_running")
    with clock.at(at(14, 30)):
        answer = hall.do(hall.colleague, booking_id, "extend", until=until)
        assert answer.status == 404
        assert hall.do(hall.organiser, booking_id, "extend", until=until).data["end"] == wire(at(15, 30))
        answer = hall.do(hall.organiser, booking_id, "extend", until=at(16, 30).isoformat())
        assert (answer.status, answer.error) == (409, "meeting.room_taken")
        answer = hall.do(hall.organiser, booking_id, "extend", until=until)
        assert (answer.status, answer.error) == (422, "meeting.extension_no_longer")
        assert hall.do(hall.manager, booking_id, "extend", until=at(16).isoformat()).status == 200
    assert [hold.hold_to for hold in hall.holds()] == [at(16), at(17)]


def test_the_rules_of_the_room_bind_an_extension(hall):
    hall.change_room(hall.small, max_minutes=120, lead_minutes=60, turnaround_minutes=15)
    booking_id = hall.book()["id"]
    hall.book(start=at(15, 30), by=hall.colleague)
    with clock.at(at(14, 30)):
        answer = hall.do(hall.organiser, booking_id, "extend", until=at(16, 30).isoformat())
        assert (answer.status, answer.error) == (422, "meeting.not_bookable")
        answer = hall.do(hall.organiser, booking_id, "extend", until=at(15, 20).isoformat())
        assert answer.error == "meeting.room_taken"
        assert hall.do(hall.organiser, booking_id, "extend", until=at(15, 15).isoformat()).status == 200


def test_an_early_end_frees_the_room(hall):
    booking_id = hall.book()["id"]
    assert hall.do(hall.organiser, booking_id, "end").error == "meeting.not_running"
    with clock.at(at(14, 20)):
        assert hall.ask(start=at(14, 30), by=hall.colleague).error == "meeting.room_taken"
        data = hall.do(hall.steward, booking_id, "end").data
        assert (data["state"], data["occurrences"][0]["end"]) == ("ended", wire(at(14, 20)))
        [one] = hall.occurrences(booking_id)
        assert (one.end_at, one.planned_end_at) == (at(14, 20), at(15))
        hall.book(start=at(14, 30), by=hall.colleague)
        assert hall.do(hall.organiser, booking_id, "end").error == "meeting.not_running"


def test_after_an_early_end_the_room_is_prepared_first(hall):
    hall.change_room(hall.small, turnaround_minutes=30)
    booking_id = hall.book()["id"]
    with clock.at(at(14, 20)):
        hall.do(hall.organiser, booking_id, "end")
        assert hall.ask(start=at(14, 40), by=hall.colleague).error == "meeting.room_taken"
        hall.book(start=at(14, 50), by=hall.colleague)


# --- handing over -------------------------------------------------------------------------------------------


def test_a_booking_is_handed_over(hall):
    booking_id = hall.book()["id"]
    colleague = hall.people["colleague"]
    data = hall.do(hall.organiser, booking_id, "transfer", organiser_id=colleague.id).data
    assert data["organiser"] == {"id": colleague.id, "name": "李同事"}
    assert told("meeting.booking_transferred") == [colleague.id]
    assert "cancel" in hall.view(booking_id, hall.colleague)["can"]
    answer = hall.do(hall.colleague, booking_id, "transfer", organiser_id=colleague.id)
    assert (answer.status, answer.error) == (422, "meeting.same_organiser")


def test_who_hands_over_what_others_booked_for_them_sees_it_once_more(hall):
    booking_id = hall.book(by=hall.colleague, organiser_id=hall.people["organiser"].id)["id"]
    answer = hall.do(hall.organiser, booking_id, "transfer", organiser_id=hall.people["colleague"].id)
    assert (answer.status, answer.data["can"]) == (200, [])
    assert hall.organiser.get(f"/meeting/bookings/{booking_id}").status == 404


@pytest.mark.parametrize(
    ("to", "error"), [("stranger", "meeting.not_for_them"), ("nobody", "meeting.organiser_unknown")]
)
def test_it_is_not_handed_to_just_anybody(hall, to, error):
    booking_id = hall.book()["id"]
    staff_id = hall.people[to].id if to in hall.people else 10**6
    answer = hall.do(hall.organiser, booking_id, "transfer", organiser_id=staff_id)
    assert answer.error == error
    assert hall.view(booking_id)["organiser"]["name"] == "张组织"


def test_it_is_handed_to_nobody_who_may_not_have_the_room(hall):
    hall.allow(hall.small, Right.BOOK, staff=hall.people["organiser"])
    booking_id = hall.book()["id"]
    answer = hall.do(hall.organiser, booking_id, "transfer", organiser_id=hall.people["colleague"].id)
    assert (answer.status, answer.error) == (403, "meeting.booking_refused")


def test_one_meeting_of_a_series_is_handed_over(hall):
    data = series(hall, 3)
    one = data["occurrences"][1]["id"]
    body = {"scope": "this", "occurrence_id": one, "organiser_id": hall.people["colleague"].id}
    after = hall.do(hall.organiser, data["id"], "transfer", **body).data
    assert [each["organiser"]["name"] for each in after["occurrences"]] == ["张组织", "李同事", "张组织"]
    hall.do(hall.colleague, data["id"], "cancel", scope="this", occurrence_id=one, reason="不开了")
    answer = hall.do(hall.colleague, data["id"], "cancel", reason="都不开了")
    assert answer.error == "meeting.not_yours"
