"""What decides about bookings changes under the rooms' lock: a booking sees all of it or comes before it."""

from datetime import timedelta

from tests.meeting.hall import at
from tests.meeting.rooms.test_closures import close
from tests.meeting.rooms.test_rooms import put, sheet, show
from tests.threads import at_once


def test_a_room_is_either_closed_or_booked(hall, soak):
    booked = 0
    for round_ in range(20 if soak else 5):
        start = at(10) + timedelta(days=round_ + 1)
        asks = [
            lambda by=by, at=start: hall.ask(hall.hall, at, by=by) for by in (hall.organiser, hall.stranger)
        ]
        closing, *asked = at_once(
            [lambda at=start: close(hall.approver, hall.part_a, at, at + timedelta(hours=2)), *asks]
        )
        accepted = [answer for answer in asked if answer.status == 201]
        assert {answer.status for answer in (closing, *asked)} <= {201, 409, 422}
        assert len(accepted) == (closing.status != 201)
        booked += len(accepted)
    assert len(hall.holds()) == 2 * booked


def test_a_booking_keeps_all_parts_of_a_hall_that_is_being_changed(hall, soak):
    third = hall.approver.post("/meeting/rooms", sheet(hall, name="多功能厅C")).data["room"]["id"]
    two = [hall.part_a.id, hall.part_b.id]
    for round_ in range(12 if soak else 4):
        start = at(10) + timedelta(days=round_ + 1)
        read = show(hall.approver, hall.hall.id).data
        parts = [*two, third] if len(read["part_ids"]) == 2 else two
        changed, asked = at_once(
            [
                lambda read=read, parts=parts: put(hall.approver, hall.hall.id, read, parts=parts),
                lambda at=start: hall.ask(hall.hall, at),
            ]
        )
        assert (changed.status, asked.status) in ((200, 201), (409, 201), (200, 409))
        present = show(hall.approver, hall.hall.id).data["part_ids"]
        if asked.status == 201:
            assert sorted(hold.room_id for hold in hall.holds()) == present
            assert hall.do(hall.organiser, asked.data["id"], "cancel", reason="改期").status == 200
