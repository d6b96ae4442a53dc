"""Closing a room for a time (停用), or keeping it for some (预留)."""

from datetime import timedelta

from sqlalchemy import update

from backend import clock
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from meeting.rooms.models import Closure, MeetingRoom
from tests.factories import NINE
from tests.meeting.hall import at


def close(client, room, start=None, end=None, **fields):
    usual = {
        "kind": "closed",
        "start": (start or at(14)).isoformat(),
        "end": (end or at(18)).isoformat(),
        "reason": "空调检修",
    }
    return client.post(f"/meeting/rooms/{room.id}/closures", {**usual, **fields})


def told(hall, who, kind):
    db.session.rollback()
    return db.session.query(InboxMessage).filter_by(staff_id=hall.people[who].id, kind=kind).all()


def test_a_closed_room_is_not_booked_until_it_is_opened_again(hall):
    made = close(hall.manager, hall.small)
    assert made.status == 201, made.envelope
    assert (made.data["reason"], made.data["made_by"], made.data["lifted_at"]) == ("空调检修", "王管理", None)
    assert hall.ask(hall.small, at(17)).status in (409, 422)
    hall.book(hall.small, at(18))
    lift = f"/meeting/rooms/{hall.small.id}/closures/{made.data['id']}/lift"
    assert hall.stranger.post(lift).error == "app.forbidden"
    assert hall.manager.post(lift).data["lifted_at"] is not None
    assert hall.manager.post(lift).error == "meeting.closure_lifted"
    hall.book(hall.small, at(17))
    listed = hall.stranger.get(f"/meeting/rooms/{hall.small.id}/closures").data
    assert [one["id"] for one in listed["list"]] == [made.data["id"]]


def test_only_who_looks_after_the_room_closes_it(hall):
    assert close(hall.stranger, hall.small).error == "app.forbidden"
    assert close(hall.manager, hall.part_a).error == "app.forbidden"
    assert close(hall.approver, hall.part_a).status == 201


def test_a_time_that_makes_no_sense_is_refused(hall):
    everybody = [{"kind": "everybody"}]
    person = [{"kind": "staff", "id": hall.people["leader"].id}]
    for fields in (
        {"end": at(14)},
        {"start": at(7), "end": NINE},
        {"exceptions": person},
        {"kind": "blocked", "exceptions": everybody},
    ):
        assert close(hall.manager, hall.small, **fields).error == "meeting.closure_invalid"
    unknown = [{"kind": "staff", "id": 10**9}]
    assert (
        close(hall.manager, hall.small, kind="blocked", exceptions=unknown).error
        == "meeting.subject_not_found"
    )


def test_a_block_lets_those_in_for_whom_it_is_kept(hall):
    kept_for = [{"kind": "department", "id": hall.department.id}]
    made = close(hall.manager, hall.small, kind="blocked", exceptions=kept_for)
    assert made.data["exceptions"] == [{**kept_for[0], "name": "综合处"}]
    assert hall.ask(by=hall.stranger).status in (409, 422)
    hall.book(by=hall.colleague)


def test_closing_over_meetings_lists_them_and_changes_nothing(hall):
    hall.book(hall.small, at(13), at(14))
    inside = hall.book(hall.small, at(15), is_confidential=True, subject="人事议题")
    refused = close(hall.approver, hall.small)
    assert (refused.status, refused.error) == (409, "meeting.room_booked")
    [meeting] = refused.envelope["data"]["meetings"]
    assert (meeting["booking_id"], meeting["room_id"]) == (inside["id"], hall.small.id)
    assert (meeting["subject"], meeting["organiser"]) == ("人事议题", "张组织")
    assert hall.approver.get(f"/meeting/rooms/{hall.small.id}/closures").data["total"] == 0
    hall.book(hall.small, at(16))


def test_meetings_give_way_with_notice_and_something_else_offered(hall):
    room = hall.room("备用会议室", capacity=9)
    booking = hall.book(hall.small, at(15), attendees=[{"staff_id": hall.people["stranger"].id}])
    later = hall.book(hall.small, at(18))
    assert close(hall.manager, hall.small, displace=True).status == 201
    [gone] = hall.occurrences(booking["id"])
    assert (gone.state, gone.reason) == ("cancelled", "空调检修")
    assert [each.state for each in hall.occurrences(later["id"])] == ["booked"]
    assert [hold.occurrence_id for hold in hall.holds()] == [hall.occurrences(later["id"])[0].id]
    [message] = told(hall, "organiser", "meeting.room_closed")
    assert room.name in message.text
    assert "11月23日15:00" in message.text
    assert told(hall, "stranger", "meeting.cancelled")


def test_a_series_loses_only_the_dates_that_are_closed(hall):
    booking = hall.book(hall.small, at(15), recurrence="FREQ=DAILY;COUNT=4")
    tomorrow = at(0) + timedelta(days=1)
    made = close(hall.manager, hall.small, tomorrow, tomorrow + timedelta(days=2), displace=True)
    assert made.status == 201
    states = [each.state for each in hall.occurrences(booking["id"])]
    assert states == ["booked", "cancelled", "cancelled", "booked"]
    assert len(told(hall, "organiser", "meeting.room_closed")) == 1


def test_meetings_of_those_for_whom_it_is_kept_stay(hall):
    kept_for = [{"kind": "department", "id": hall.department.id}]
    own = hall.book(hall.small, at(15), by=hall.colleague)
    other = hall.book(hall.small, at(16), by=hall.stranger)
    blocked = {"kind": "blocked", "exceptions": kept_for}
    [meeting] = close(hall.manager, hall.small, **blocked).envelope["data"]["meetings"]
    assert meeting["booking_id"] == other["id"]
    assert close(hall.manager, hall.small, **blocked, displace=True).status == 201
    assert [each.state for each in hall.occurrences(own["id"])] == ["booked"]
    assert [each.state for each in hall.occurrences(other["id"])] == ["cancelled"]


def test_a_meeting_that_goes_on_is_left_to_its_end(hall):
    booking = hall.book(hall.small, at(10), at(12))
    with clock.at(at(10, 30)):
        hall.log_in("manager")
        assert close(hall.manager, hall.small, at(10), at(18)).status == 201
    assert [each.state for each in hall.occurrences(booking["id"])] == ["booked"]


def test_closing_a_part_closes_the_hall_and_the_other_way_round(hall):
    whole = hall.book(hall.hall, at(15))
    assert close(hall.approver, hall.part_a).error == "meeting.room_booked"
    assert close(hall.approver, hall.part_a, displace=True).status == 201
    assert [each.state for each in hall.occurrences(whole["id"])] == ["cancelled"]
    assert hall.holds() == []
    assert hall.ask(hall.hall, at(15)).status in (409, 422)
    hall.book(hall.part_b, at(15))
    assert close(hall.approver, hall.hall, at(19), at(20)).status == 201
    assert hall.ask(hall.part_b, at(19)).status in (409, 422)
    hall.book(hall.part_b, at(20))


def test_what_another_process_closes_is_known_to_who_holds_the_lock(hall):
    moved = hall.book(hall.small, at(18))["id"]  # This process knows the rooms now.

    @atomic
    def close_elsewhere():
        closure = Closure(
            room_id=hall.small.id,
            kind="closed",
            from_at=at(14),
            until_at=at(16),
            reason="检修",
            made_by=1,
            made_at=NINE,
        )
        db.session.add(closure)
        db.session.execute(update(MeetingRoom).values(stamp=MeetingRoom.stamp + 1))

    close_elsewhere()
    body = {"start": at(15).isoformat(), "end": at(16).isoformat()}
    assert hall.organiser.put(f"/meeting/bookings/{moved}", body).error == "meeting.not_bookable"
    assert hall.ask(hall.small, at(15)).status in (409, 422)
    hall.book(hall.small, at(16))
