"""Approving, refusing, asking for more and answering, over HTTP."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from meeting.bookings import lapsing
from meeting.rooms.models import Approval
from tests.factories import NINE
from tests.meeting.hall import Hall, at


def told(kind: str) -> list[int]:
    """Who was told of something."""
    db.session.rollback()
    return sorted(row.staff_id for row in db.session.query(InboxMessage).filter_by(kind=kind))


@pytest.fixture
def pending(hall: Hall) -> int:
    """A booking of the small room that waits for approval."""
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    data = hall.book(attendees=[{"staff_id": hall.people["colleague"].id}])
    assert data["state"] == "pending"
    return int(data["id"])


def test_a_room_s_manager_approves_and_everybody_learns_of_it(hall, pending):
    data = hall.do(hall.manager, pending, "approve", comment="同意").data
    assert data["state"] == "booked"
    assert data["occurrences"][0]["lapses_at"] is None
    assert hall.steps(pending) == ["ask", "approve"]
    assert [hold.lapses_at for hold in hall.holds()] == [None]
    assert told("meeting.booking_approved") == [hall.people["organiser"].id]
    assert told("meeting.invited") == [hall.people["colleague"].id]


def test_who_holds_the_permission_there_refuses_and_the_room_is_free(hall, pending):
    data = hall.do(hall.approver, pending, "reject", reason="另有安排").data
    assert data["state"] == "rejected"
    assert data["occurrences"][0]["reason"] == "另有安排"
    assert hall.holds() == []
    assert told("meeting.booking_rejected") == [hall.people["organiser"].id]
    hall.book(by=hall.colleague)


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_what_is_decided_is_decided(hall, pending, verb):
    hall.do(hall.manager, pending, "approve")
    answer = hall.do(hall.approver, pending, verb, **({"reason": "否"} if verb == "reject" else {}))
    assert (answer.status, answer.error) == (409, "meeting.booking_state")
    assert hall.steps(pending) == ["ask", "approve"]
    assert len(hall.holds()) == 1


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("organiser", 403, "meeting.not_yours"),
        ("colleague", 403, "meeting.not_yours"),  # attends
        ("reader", 403, "meeting.not_yours"),
        ("stranger", 404, "meeting.booking_not_found"),
    ],
)
def test_who_does_not_look_after_the_room_decides_nothing(hall, pending, name, status, error):
    answer = hall.do(getattr(hall, name), pending, "approve")
    assert (answer.status, answer.error) == (status, error)
    assert hall.steps(pending) == ["ask"]


def test_nobody_approves_a_booking_of_their_own(hall):
    # Booked in another's name by who looks after the room it would not wait; one that was moved there does.
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    booking_id = hall.book(organiser_id=None)["id"]
    hall.do(hall.organiser, booking_id, "transfer", organiser_id=hall.people["colleague"].id)
    assert hall.do(hall.manager, booking_id, "transfer", organiser_id=hall.people["manager"].id).status == 200
    answer = hall.do(hall.manager, booking_id, "approve")
    assert (answer.status, answer.error) == (403, "meeting.own_approval")
    assert hall.do(hall.approver, booking_id, "approve").data["state"] == "booked"


def test_some_dates_of_a_series_are_approved_and_others_refused(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    data = hall.book(recurrence="FREQ=DAILY;COUNT=4")
    ids = [each["id"] for each in data["occurrences"]]
    hall.do(hall.manager, data["id"], "approve", occurrence_ids=ids[:2])
    after = hall.do(hall.manager, data["id"], "reject", reason="让出", occurrence_ids=[ids[3]]).data
    assert [each["state"] for each in after["occurrences"]] == ["booked", "booked", "pending", "rejected"]
    assert after["state"] == "pending"
    answer = hall.do(hall.manager, data["id"], "approve", occurrence_ids=[ids[2], ids[3]])
    assert answer.error == "meeting.booking_state"
    assert hall.view(data["id"])["occurrences"][2]["state"] == "pending"
    assert hall.do(hall.manager, data["id"], "approve", occurrence_ids=[ids[2] + 100]).status == 404


def test_a_question_is_answered_and_gives_new_time(hall, pending):
    with clock.at(NINE + timedelta(hours=1)):
        data = hall.do(hall.manager, pending, "enquire", question="需要视频会议吗？").data
        assert (data["state"], data["question"], data["answer"]) == ("pending", "需要视频会议吗？", "")
        assert told("meeting.booking_enquired") == [hall.people["organiser"].id]
        assert "answer" in hall.view(pending)["can"]
        assert hall.do(hall.colleague, pending, "answer", answer="不需要").error == "meeting.not_yours"
        data = hall.do(hall.organiser, pending, "answer", answer="需要").data
        assert (data["answer"], data["can"].count("answer")) == ("需要", 0)
        again = hall.do(hall.organiser, pending, "answer", answer="不需要")
        assert again.error == "meeting.nothing_asked"
    assert set(told("meeting.booking_answered")) == {hall.people["manager"].id, hall.people["approver"].id}
    assert hall.steps(pending) == ["ask", "enquire", "answer"]


def test_an_approval_that_does_not_come_lets_the_room_go(hall):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    far = at(14) + timedelta(days=10)
    booking_id = hall.book(start=far)["id"]
    with clock.at(NINE + timedelta(hours=48)):
        hall.log_in()
        answer = hall.do(hall.manager, booking_id, "approve")
        assert (answer.error, answer.envelope["data"]["state"]) == ("meeting.booking_state", "expired")
        assert lapsing.lapse_due() == 1
        assert lapsing.lapse_due() == 0
        assert hall.view(booking_id)["state"] == "expired"
        assert told("meeting.booking_expired") == [hall.people["organiser"].id]
        assert hall.holds() == []


def test_a_refused_step_is_in_the_trail(hall, pending):
    from backend.audit.models import AuditEvent

    hall.do(hall.organiser, pending, "approve")
    db.session.rollback()
    [event] = db.session.query(AuditEvent).filter_by(action="meeting.step_refused")
    assert (event.object_id, event.details) == (
        str(pending),
        {"verb": "approve", "code": "meeting.not_yours"},
    )


def test_what_waits_for_one_s_decision_is_listed(hall, pending):
    found = hall.manager.get("/meeting/approvals").data
    assert [row["id"] for row in found["list"]] == [pending]
    assert hall.organiser.get("/meeting/approvals").data["total"] == 0
    hall.do(hall.manager, pending, "approve")
    assert hall.manager.get("/meeting/approvals").data["total"] == 0


def test_a_day_that_becomes_a_day_off_cancels_nothing_but_is_told_once(hall):
    booking_id = hall.book(start=at(14) + timedelta(days=1), recurrence="FREQ=DAILY;COUNT=2")["id"]
    administrator = hall.client("administrator", "administrator")
    for reason in ("停电", "停电检修"):
        body = {"segments": [], "reason": reason}
        assert administrator.put("/admin/workdays/overrides/2026-11-24", body).status == 200
    assert told("meeting.falls_on_day_off") == [hall.people["organiser"].id]
    assert hall.view(booking_id)["state"] == "booked"
