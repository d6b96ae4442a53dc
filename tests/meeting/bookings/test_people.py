"""For whom and with whom a room is booked, and who may know of it."""

from datetime import timedelta

import pytest

from backend.db import atomic, db
from meeting.bookings.models import Booking
from tests.meeting.hall import at


def inbox(client):
    return [message["title"] for message in client.get("/inbox").data["messages"]]


def test_one_books_for_colleagues_and_who_keeps_the_room_for_everybody(hall):
    colleague, stranger = hall.people["colleague"], hall.people["stranger"]
    booked = hall.book(organiser_id=colleague.id)
    view = hall.view(booked["id"])
    assert (view["organiser"]["name"], view["booked_by"]["name"]) == ("李同事", "张组织")
    assert "cancel" in view["can"]
    assert "cancel" in hall.view(booked["id"], hall.colleague)["can"]
    assert inbox(hall.colleague) == ["会议室已代订"]
    assert hall.ask(start=at(16), organiser_id=stranger.id).error == "meeting.not_for_them"
    assert hall.ask(start=at(16), organiser_id=stranger.id, by=hall.manager).status == 201
    assert hall.ask(start=at(18), organiser_id=99_999).error == "meeting.organiser_unknown"
    other = hall.compound.department()
    assert hall.ask(start=at(18), department_id=other.id).error == "meeting.organiser_unknown"


def test_attendees_are_of_the_roster_or_guests_and_are_told(hall):
    guest = {"name": "陈教授", "organisation": "某大学", "title": "主任"}
    booked = hall.book(attendees=[{"staff_id": hall.people["stranger"].id}, guest])
    attendees = hall.view(booked["id"], hall.stranger)["attendees"]
    assert [(each["name"], each["staff_id"] is None) for each in attendees] == [
        ("外处室", False),
        ("陈教授", True),
    ]
    assert attendees[1]["title"] == "主任"
    assert inbox(hall.stranger) == ["会议通知"]
    twice = [{"staff_id": hall.people["stranger"].id}] * 2
    for wrong in (twice, [{}], [{"staff_id": 99_999}]):
        assert hall.ask(start=at(16), attendees=wrong).error == "meeting.attendee_unknown"


def test_clashes_tell_that_somebody_is_busy_and_nothing_else(hall):
    stranger = hall.people["stranger"]
    hall.book(hall.large, at(14), at(15), by=hall.stranger, subject="秘密")
    other = hall.book(hall.large, at(16), at(17), attendees=[{"staff_id": stranger.id}])
    assert other["attendee_clashes"] == []
    booked = hall.book(hall.small, at(14, 30), at(16, 30), attendees=[{"staff_id": stranger.id}])
    assert [(each["name"], each["start"][11:16]) for each in booked["attendee_clashes"]] == [
        ("外处室", "14:00"),
        ("外处室", "16:00"),
    ]
    assert set(booked["attendee_clashes"][0]) == {"staff_id", "name", "start", "end"}


def test_only_who_has_to_do_with_it_may_know_of_a_booking(hall):
    booked = hall.book()
    for client in (hall.organiser, hall.manager, hall.approver, hall.steward, hall.reader, hall.leader):
        assert client.get(f"/meeting/bookings/{booked['id']}").status == 200
    for client in (hall.colleague, hall.stranger):
        assert client.get(f"/meeting/bookings/{booked['id']}").error == "meeting.booking_not_found"
    assert hall.organiser.get("/meeting/bookings/999").error == "meeting.booking_not_found"


def test_a_confidential_meeting_is_hidden_from_others(hall):
    booked = hall.book(
        subject="干部任免",
        is_confidential=True,
        note="带材料",
        agenda="一、人选",
        contact_phone="13812345678",
        attendees=[{"staff_id": hall.people["stranger"].id}, {"name": "某某"}],
    )
    for client in (hall.organiser, hall.stranger, hall.manager, hall.approver):
        view = hall.view(booked["id"], client)
        assert (view["subject"], view["note"], view["agenda"]) == ("干部任免", "带材料", "一、人选")
        assert view["contact_phone"] == "138****5678"
    for client in (hall.steward, hall.reader, hall.leader):
        view = hall.view(booked["id"], client)
        assert view["subject"] == "内部会议"
        assert (view["note"], view["agenda"], view["contact_phone"], view["department"]) == ("", "", "", "")
        assert (view["attendees"], view["organiser"]["name"], view["booked_by"]["id"]) == ([], "", 0)
        for path in ("/meeting/bookings", "/meeting/occurrences"):
            answer = client.get(path, scope="all")
            assert "干部任免" not in answer.body.decode()
            assert answer.data["list"][0]["subject"] == "内部会议"
    assert "干部任免" not in hall.stranger.get("/inbox").body.decode()
    assert hall.stranger.get("/meeting/bookings", scope="attending").data["list"][0]["subject"] == "干部任免"


def test_lists_are_of_ones_own_of_those_one_attends_and_of_those_one_decides(hall):
    hall.change_room(hall.small, approval="always")
    series = hall.book(
        hall.small,
        at(10),
        recurrence="FREQ=DAILY;COUNT=3",
        attendees=[{"staff_id": hall.people["stranger"].id}],
    )
    single = hall.book(hall.large, at(14))

    def ids(client, **query):
        return [each["id"] for each in client.get("/meeting/bookings", **query).data["list"]]

    assert ids(hall.organiser) == [single["id"], series["id"]]
    assert ids(hall.organiser, room_id=hall.small.id) == [series["id"]]
    assert ids(hall.organiser, state="pending") == [series["id"]]
    assert ids(hall.stranger, scope="attending") == [series["id"]]
    assert ids(hall.stranger, scope="all") == [series["id"]]
    assert ids(hall.colleague, scope="all") == []
    assert ids(hall.manager, scope="approvals") == ids(hall.approver, scope="approvals") == [series["id"]]
    assert ids(hall.organiser, scope="approvals") == []
    assert ids(hall.reader, scope="all") == [single["id"], series["id"]]
    [row] = hall.manager.get("/meeting/bookings", scope="approvals").data["list"]
    assert (row["count"], row["pending"], row["is_series"], row["state_name"]) == (3, 3, True, "待审批")
    assert row["start"] == "2026-11-23T10:00:00+08:00"
    meetings = hall.organiser.get(
        "/meeting/occurrences",
        **{"from": (at(0) + timedelta(days=1)).isoformat(), "until": (at(0) + timedelta(days=2)).isoformat()},
    ).data["list"]
    assert [each["start"][:16] for each in meetings] == ["2026-11-24T10:00"]
    assert hall.organiser.get("/meeting/occurrences").data["total"] == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": ""},
        {"level": 5},
        {"layout": "circle"},
        {"attendees": [{"x": 1}]},
        {"start": "2026-11-23T14:00:00"},
    ],
)
def test_what_is_no_booking_is_refused(hall, fields):
    assert hall.ask().status == 201
    body = {**hall.body(hall.large), **fields}
    assert hall.organiser.post("/meeting/bookings", body).error == "app.invalid"


def test_a_number_under_another_key_hides_itself_and_not_the_booking(hall):
    booked = hall.book(contact_phone="13812345678")

    @atomic
    def lose_the_key():
        db.session.get_one(Booking, booked["id"]).contact_phone_cipher = b"written under another key"

    lose_the_key()
    assert hall.view(booked["id"])["contact_phone"] == "无法读取"
