"""A meeting that asks to displace others, over HTTP: who may ask, who decides, what becomes of whom."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from meeting.bookings.models import State
from meeting.bookings.overrides import services
from meeting.rooms.models import Level, Right
from tests.meeting.bookings.test_deciding import told
from tests.meeting.hall import Hall, at

DAY = timedelta(days=1)
WHY = {"reason": "省里检查"}


def override(hall: Hall, by=None, level: Level = Level.BUREAU, **fields) -> int:
    """Ask to displace what has the small room at two; the request's id."""
    hall.book(by=by or hall.colleague, level=level, subject="检查汇报会", override=WHY, **fields)
    [row] = hall.leader.get("/meeting/overrides", state="waiting").data["list"]
    return int(row["id"])


def do(by, override_id: int, verb: str, **body):
    return by.post(f"/meeting/overrides/{override_id}/{verb}", body)


def state_of(hall: Hall, booking_id: int) -> str:
    [one] = hall.occurrences(booking_id)
    return one.state


def test_a_leader_lets_a_meeting_of_a_higher_level_displace_another(hall):
    booking_id = hall.book(attendees=[{"staff_id": hall.people["stranger"].id}])["id"]
    override_id = override(hall)
    assert told("meeting.override_asked") == [hall.people["leader"].id]
    shown = hall.leader.get(f"/meeting/overrides/{override_id}").data
    assert (shown["reason"], shown["subject"], shown["can_decide"]) == ("省里检查", "检查汇报会", True)
    assert [each["booking_id"] for each in shown["displaced"]] == [booking_id]
    assert state_of(hall, booking_id) == State.BOOKED  # Nothing has happened yet.

    done = do(hall.leader, override_id, "approve", comment="同意").data
    assert (done["state"], done["decided_by"]) == ("approved", "钱领导")
    assert state_of(hall, booking_id) == State.DISPLACED
    assert state_of(hall, done["booking_id"]) == State.BOOKED
    assert [hold.occurrence_id for hold in hall.holds()] == [done["occurrences"][0]["id"]]
    assert told("meeting.displaced") == sorted(hall.people[each].id for each in ("organiser", "stranger"))
    assert told("meeting.override_decided") == [hall.people["colleague"].id]


def test_the_displaced_hear_of_what_else_is_free(hall):
    hall.book()
    do(hall.leader, override(hall), "approve")
    db.session.rollback()
    message = db.session.query(InboxMessage).filter_by(kind="meeting.displaced").one()
    assert "省里检查" in message.text
    assert "可改订：" in message.text


def test_others_stay_if_the_leader_says_no(hall):
    booking_id = hall.book()["id"]
    override_id = override(hall)
    done = do(hall.leader, override_id, "reject", reason="另行安排").data
    assert (done["state"], done["decision"]) == ("rejected", "另行安排")
    assert state_of(hall, booking_id) == State.BOOKED
    assert state_of(hall, done["booking_id"]) == State.CONFLICT
    for verb in ("approve", "withdraw"):
        by = hall.leader if verb == "approve" else hall.colleague
        answer = do(by, override_id, verb)
        assert (answer.status, answer.error) == (409, "meeting.override_decided")


def test_without_a_higher_level_it_needs_the_right(hall):
    hall.book(level=Level.BUREAU)
    answer = hall.ask(by=hall.colleague, level=Level.BUREAU, override=WHY)
    assert (answer.status, answer.error) == (403, "meeting.override_not_allowed")
    assert hall.colleague.get("/meeting/overrides").data["total"] == 0
    hall.allow(hall.small, Right.OVERRIDE, staff=hall.people["colleague"])
    assert override(hall, level=Level.ORDINARY)


def test_nobody_decides_what_they_asked_for(hall):
    hall.book()
    override_id = override(hall, by=hall.leader)
    answer = do(hall.leader, override_id, "approve")
    assert (answer.status, answer.error) == (403, "meeting.own_override")


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("organiser", 404, "meeting.override_not_found"),  # whose meeting it is about
        ("manager", 404, "meeting.override_not_found"),
        ("colleague", 403, "meeting.own_override"),
    ],
)
def test_only_who_holds_the_permission_decides(hall, name, status, error):
    booking_id = hall.book()["id"]
    override_id = override(hall)
    answer = do(getattr(hall, name), override_id, "approve")
    assert (answer.status, answer.error) == (status, error)
    assert hall.organiser.get("/meeting/overrides").data["list"] == []
    assert state_of(hall, booking_id) == State.BOOKED


def test_a_free_room_is_simply_booked(hall):
    data = hall.book(override=WHY)
    assert data["state"] == "booked"
    assert hall.leader.get("/meeting/overrides").data["total"] == 0


def test_what_the_room_s_rules_forbid_is_not_overridden(hall):
    hall.change_room(hall.small, max_minutes=30)
    answer = hall.ask(level=Level.LEADER, override=WHY)
    assert (answer.status, answer.error) == (409, "meeting.nothing_to_override")
    assert hall.organiser.get("/meeting/bookings").data["total"] == 0


def test_what_is_under_way_stays(hall):
    hall.book(start=at(10))
    with clock.at(at(10, 10)):
        answer = hall.ask(start=at(10, 30), by=hall.colleague, level=Level.LEADER, override=WHY)
    assert (answer.status, answer.error) == (409, "meeting.nothing_to_override")


def test_what_changed_meanwhile_is_asked_anew(hall):
    first = hall.book()["id"]
    override_id = override(hall)
    hall.do(hall.organiser, first, "cancel", reason="不开了")
    second = hall.book(level=Level.LEADER)["id"]
    answer = do(hall.leader, override_id, "approve")
    assert (answer.status, answer.error) == (409, "meeting.override_moved")
    assert state_of(hall, second) == State.BOOKED


def test_a_room_that_was_closed_meanwhile_is_not_given(hall):
    hall.book()
    override_id = override(hall)
    closing = {
        "kind": "closed",
        "start": at(12).isoformat(),
        "end": at(18).isoformat(),
        "reason": "检修",
        "displace": True,
    }
    assert hall.manager.post(f"/meeting/rooms/{hall.small.id}/closures", closing).status == 201
    answer = do(hall.leader, override_id, "approve")
    assert (answer.status, answer.error) == (409, "meeting.override_moved")
    assert hall.holds() == []


def test_a_room_that_is_free_by_now_is_given_all_the_same(hall):
    first = hall.book()["id"]
    override_id = override(hall)
    hall.do(hall.organiser, first, "cancel", reason="不开了")
    assert do(hall.leader, override_id, "approve").data["state"] == "approved"
    assert state_of(hall, first) == State.CANCELLED
    assert len(hall.holds()) == 1


def test_a_series_takes_what_is_free_and_asks_for_the_rest(hall):
    booking_id = hall.book(start=at(14) + DAY)["id"]
    data = hall.book(by=hall.colleague, level=Level.BUREAU, recurrence="FREQ=DAILY;COUNT=3", override=WHY)
    assert [each["state"] for each in data["occurrences"]] == ["booked", "conflict", "booked"]
    [row] = hall.leader.get("/meeting/overrides").data["list"]
    assert [each["id"] for each in row["occurrences"]] == [data["occurrences"][1]["id"]]
    do(hall.leader, row["id"], "approve")
    assert [each.state for each in hall.occurrences(data["id"])] == ["booked"] * 3
    assert state_of(hall, booking_id) == State.DISPLACED


def test_a_hall_displaces_what_is_in_its_parts(hall):
    one, other = hall.book(hall.part_a)["id"], hall.book(hall.part_b, start=at(14, 30))["id"]
    hall.book(hall.hall, by=hall.colleague, level=Level.LEADER, override=WHY)
    [row] = hall.leader.get("/meeting/overrides").data["list"]
    do(hall.leader, row["id"], "approve")
    assert [state_of(hall, each) for each in (one, other)] == [State.DISPLACED] * 2
    assert len(hall.holds()) == 2


def test_a_confidential_meeting_that_must_go_is_not_named(hall):
    hall.book(subject="干部调整", is_confidential=True)
    override_id = override(hall)
    [row] = hall.colleague.get(f"/meeting/overrides/{override_id}").data["displaced"]
    assert (row["subject"], row["organiser"]) == ("内部会议", "")


def test_a_request_is_taken_back(hall):
    hall.book()
    override_id = override(hall)
    assert do(hall.stranger, override_id, "withdraw").status == 404
    assert do(hall.colleague, override_id, "withdraw").data["state"] == "withdrawn"
    assert do(hall.leader, override_id, "approve").error == "meeting.override_decided"


def test_what_nobody_decides_lapses_with_the_beginning(hall):
    hall.book()
    override_id = override(hall)
    assert services.lapse_due() == 0
    with clock.at(at(14)):
        assert hall.leader.get(f"/meeting/overrides/{override_id}").data["state"] == "lapsed"
        assert do(hall.leader, override_id, "approve").error == "meeting.override_decided"
        assert services.lapse_due() == 1
        assert services.lapse_due() == 0
    assert told("meeting.override_decided") == [hall.people["colleague"].id]
