"""The demo's meetings: a past of rooms, and meetings ahead in every state."""

from flask import current_app

from backend import clock
from backend.flows.demo import DemoReport
from meeting.statistics import recounting
from tests.backend.flows.demo_house import NOON, login, one, rows
from tests.client import Client

VISITOR, MANAGER, STEWARD = "1001", "9202", "9201"


def client(staff_no: str) -> Client:
    return Client(current_app._get_current_object(), login(staff_no))


def test_the_sums_of_the_meetings_are_those_of_the_meetings(demo: DemoReport) -> None:
    assert list(recounting.check()) == []
    assert one("SELECT sum(booked) FROM meeting_days") > 100
    assert one("SELECT count(*) FROM meeting_occurrences WHERE state = 'released'") > 0


def test_no_two_meetings_of_the_past_or_ahead_stand_in_one_room(demo: DemoReport) -> None:
    overlapping = (
        "SELECT a.id FROM meeting_occurrences a JOIN meeting_occurrences b"
        " ON a.room_id = b.room_id AND a.id < b.id AND a.start_at < b.end_at AND b.start_at < a.end_at"
        " WHERE a.state IN ('booked', 'pending', 'in_use', 'ended')"
        " AND b.state IN ('booked', 'pending', 'in_use', 'ended')"
    )
    assert rows(overlapping) == []
    unheld = (
        "SELECT o.id FROM meeting_occurrences o LEFT JOIN meeting_holds h ON h.occurrence_id = o.id"
        " WHERE o.state IN ('booked', 'pending', 'in_use') AND h.id IS NULL"
    )
    assert rows(unheld) == []


def test_the_visitor_has_a_series_and_a_meeting_with_services(demo: DemoReport) -> None:
    with clock.at(NOON):
        mine = client(VISITOR).get("/meeting/bookings", scope="mine").data["list"]
        found = {each["subject"]: each for each in mine}
        assert [each["subject"] for each in mine if each["is_series"]] == ["处务会"]
        talk = found["机关后勤改革座谈会"]
        ordered = client(VISITOR).get(f"/meeting/bookings/{talk['id']}/services").data
        assert {line["code"] for line in ordered["occurrences"][0]["lines"]} >= {"tea", "nameplate"}
        attending = client(VISITOR).get("/meeting/occurrences", scope="attending").data["list"]
        assert "信息系统上线协调会" in {each["subject"] for each in attending}


def test_the_manager_has_bookings_to_decide_and_the_steward_a_task(demo: DemoReport) -> None:
    with clock.at(NOON):
        waiting = client(MANAGER).get("/meeting/approvals").data["list"]
        assert {"全市机关事务工作会议", "节能宣传周启动仪式", "接待来访"} <= {
            each["subject"] for each in waiting
        }
        assert one("SELECT count(*) FROM meeting_bookings WHERE question <> ''") == 1
        assert one("SELECT count(*) FROM meeting_tasks WHERE steward_id IS NOT NULL") == 1
        assert client(STEWARD).get("/meeting/tasks", scope="all").data["total"] > 1
        assert one("SELECT count(*) FROM meeting_waitlist WHERE state = 'waiting'") == 1
