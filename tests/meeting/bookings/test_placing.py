"""Booking a room over HTTP: overlaps, rules of the room, for whom, with whom."""

from datetime import timedelta

import pytest

from tests.meeting.hall import at


def test_a_free_room_is_booked_and_held(hall):
    answer = hall.book(hall.small, at(14), at(15), subject="党组会", headcount=8)
    assert answer["state"] == "booked"
    assert answer["number"].startswith("HY20261123-")
    [meeting] = answer["occurrences"]
    assert (meeting["start"], meeting["end"]) == ("2026-11-23T14:00:00+08:00", "2026-11-23T15:00:00+08:00")
    [hold] = hall.holds()
    assert (hold.room_id, hold.hold_from, hold.hold_to) == (hall.small.id, at(14), at(15))
    view = hall.view(answer["id"])
    assert view["subject"] == "党组会"
    assert view["can"] == ["change", "cancel", "transfer"]
    assert [event["step"] for event in view["timeline"]] == ["book"]


# Existing 02–04: cases 1–7.
@pytest.mark.parametrize(
    ("start", "end", "is_free"),
    [
        pytest.param(0, 1, True, id="case 1, before"),
        pytest.param(5, 6, True, id="case 1, after"),
        pytest.param(1, 2, True, id="case 2, touching before"),
        pytest.param(4, 5, True, id="case 2, touching after"),
        pytest.param(1, 3, False, id="case 3"),
        pytest.param(3, 5, False, id="case 4"),
        pytest.param(2, 4, False, id="case 5, the same"),
        pytest.param(1, 5, False, id="case 6, encloses"),
        pytest.param(2.5, 3.5, False, id="case 7, within"),
    ],
)
def test_overlapping_meetings_are_refused(hall, start, end, is_free):
    midnight = at(0) + timedelta(days=1)
    hall.book(hall.small, midnight + timedelta(hours=2), midnight + timedelta(hours=4))
    answer = hall.ask(
        hall.small, midnight + timedelta(hours=start), midnight + timedelta(hours=end), by=hall.stranger
    )
    if is_free:
        assert answer.status == 201
    else:
        assert (answer.status, answer.error) == (409, "meeting.room_taken")
        assert [each["state"] for each in answer.envelope["data"]["occurrences"]] == ["conflict"]
        assert len(hall.holds()) == 1


def test_another_room_is_free_at_the_time_case_8(hall):
    hall.book(hall.small, at(14), at(15))
    assert hall.ask(hall.large, at(14), at(15)).status == 201


def test_a_meeting_ends_after_it_begins_case_10(hall):
    assert hall.ask(hall.small, at(14), at(14)).error == "meeting.end_before_start"
    assert hall.ask(hall.small, at(14), at(13)).status == 422
