"""Tasks, loans and duties follow their meeting: they move with it, and go with it."""

from datetime import timedelta
from typing import Any

from backend import clock
from backend.db import db
from meeting.hospitality.models import Loan
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

TEA = {"code": "tea"}


def loans() -> list[tuple[Any, Any]]:
    db.session.rollback()
    return [(loan.from_at, loan.until_at) for loan in db.session.query(Loan).order_by(Loan.from_at)]


def move(hall: Hall, booking_id: int, **fields: Any) -> Any:
    answer = hall.organiser.put(f"/meeting/bookings/{booking_id}", fields)
    assert answer.status == 200, answer.envelope
    return answer.data


def kinds(hall: Hall, name: str) -> list[str]:
    return [each["kind"] for each in getattr(hall, name).get("/inbox").data["messages"]]


def test_a_meeting_that_moves_takes_its_tasks_and_loans_along(hall: Hall, hospitality: Service) -> None:
    hospitality.stock("projector", 1)
    booked = hall.book(start=at(14), services=[TEA, {"code": "projector"}])
    hospitality.do(hall.steward, hospitality.task("会前茶水"), "take")
    move(hall, booked["id"], start=at(16).isoformat(), end=at(18).isoformat(), room_id=hall.large.id)
    tea = hospitality.task("会前茶水")
    assert (tea["begins"][11:16], tea["due"][11:16]) == ("15:30", "15:45")
    assert (tea["room"]["id"], tea["steward"]["name"]) == (hall.large.id, "孙会务")
    assert loans() == [(at(15, 15), at(18, 15))]
    assert "meeting.tasks_moved" in kinds(hall, "steward")
    # What was given up is free for others.
    hall.book(start=at(13), services=[{"code": "projector"}])


def test_a_longer_meeting_has_more_refills_and_a_shorter_one_fewer(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), services=[{"code": "refill"}])

    def refills() -> list[str]:
        tasks = hospitality.tasks(scope="all", on="2026-11-23")
        return [each["begins"][11:16] for each in tasks if each["phase"] == "during"]

    assert refills() == ["14:20", "14:40"]
    move(hall, booked["id"], end=at(16).isoformat())
    assert refills() == ["14:20", "14:40", "15:00", "15:20", "15:40"]
    move(hall, booked["id"], end=at(14, 30).isoformat())
    assert refills() == ["14:20"]


def test_a_meeting_that_is_cancelled_takes_its_tasks_with_it_and_brings_them_back(
    hall: Hall, hospitality: Service
) -> None:
    hospitality.stock("projector", 1)
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=2", services=[TEA, {"code": "projector"}])
    first = booked["occurrences"][0]["id"]
    tea = next(each for each in hospitality.tasks(scope="all") if each["title"] == "会前茶水")
    hospitality.do(hall.steward, tea, "take")
    cancelled = hall.do(
        hall.organiser, booked["id"], "cancel", reason="改期", scope="this", occurrence_id=first
    )
    assert cancelled.status == 200, cancelled.envelope
    assert hospitality.tasks(scope="all", on="2026-11-23") == []
    assert len(hospitality.tasks(scope="all", on="2026-11-24")) == 6
    assert [begins for begins, _ in loans()] == [at(13, 15) + timedelta(days=1)]
    assert "meeting.tasks_cancelled" in kinds(hall, "steward")
    restored = hall.organiser.post(f"/meeting/bookings/{booked['id']}/occurrences/{first}/restore")
    assert restored.status == 200, restored.envelope
    back = hospitality.tasks(scope="all", on="2026-11-23")
    assert len(back) == 6
    assert not any(each["steward"] for each in back)
    assert len(loans()) == 2


def test_what_moves_to_where_equipment_is_short_says_so_and_a_busy_steward_is_freed(
    hall: Hall, hospitality: Service
) -> None:
    hospitality.stock("projector", 1)
    booked = hall.book(hall.small, at(14), services=[TEA, {"code": "projector"}])
    tasks = hospitality.tasks(scope="all")
    mine = next(each for each in tasks if each["title"] == "会前茶水")
    hospitality.do(hall.steward, mine, "take")
    hall.book(hall.large, at(17), services=[TEA, {"code": "projector"}])
    later = next(
        each
        for each in hospitality.tasks(scope="free")
        if each["title"] == "会前茶水" and each["room"]["id"] == hall.large.id
    )
    hospitality.do(hall.steward, later, "take")
    move(hall, booked["id"], start=at(17).isoformat(), end=at(18).isoformat())
    lines = hospitality.services(booked["id"])["occurrences"][0]["lines"]
    assert {line["code"]: line["is_short"] for line in lines} == {"tea": False, "projector": True}
    assert [each["room"]["id"] for each in hospitality.tasks(scope="mine")] == [hall.large.id]
    assert "meeting.stock_short_after_move" in kinds(hall, "organiser")
    assert {"meeting.tasks_freed"} <= set(kinds(hall, "approver"))
    # Once it moves back there is enough again.
    move(hall, booked["id"], start=at(14).isoformat(), end=at(15).isoformat())
    lines = hospitality.services(booked["id"])["occurrences"][0]["lines"]
    assert not any(line["is_short"] for line in lines)


def test_a_date_that_is_added_gets_what_was_ordered_for_all(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=2", services=[TEA])
    start = at(10) + timedelta(days=5)
    added = hall.organiser.post(
        f"/meeting/bookings/{booked['id']}/occurrences",
        {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()},
    )
    assert added.status == 201, added.envelope
    found = hospitality.services(booked["id"])["occurrences"][2]
    assert [line["code"] for line in found["lines"]] == ["tea"]
    assert found["tasks"]["total"] == 4


def test_heads_that_change_change_what_is_ordered_by_the_head(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), headcount=4, services=[TEA, {"code": "nameplate", "quantity": 3}])
    move(hall, booked["id"], headcount=7)
    lines = hospitality.services(booked["id"])["occurrences"][0]["lines"]
    assert {line["code"]: line["quantity"] for line in lines} == {"tea": 7, "nameplate": 3}


def test_a_booking_that_is_split_off_keeps_its_services(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=3", services=[TEA])
    second = booked["occurrences"][1]["id"]
    split = move(hall, booked["id"], scope="following", occurrence_id=second, agenda="新议程")
    assert split["id"] != booked["id"]
    found = hospitality.services(split["id"])
    assert [each["code"] for each in found["defaults"]] == ["tea"]
    assert all([line["code"] for line in each["lines"]] == ["tea"] for each in found["occurrences"])


def test_a_meeting_that_displaces_another_is_served_and_the_other_no_longer(
    hall: Hall, hospitality: Service
) -> None:
    displaced = hall.book(start=at(14), services=[TEA])
    asked = hall.book(
        start=at(14),
        by=hall.colleague,
        level=3,
        override={"reason": "省里检查"},
        services=[{"code": "photo"}],
    )
    assert [each["code"] for each in hospitality.services(asked["id"], hall.colleague)["defaults"]] == [
        "photo"
    ]
    assert "会中摄影" not in {each["title"] for each in hospitality.tasks(scope="all")}
    (waiting,) = hall.leader.get("/meeting/overrides", state="waiting").data["list"]
    assert hall.leader.post(f"/meeting/overrides/{waiting['id']}/approve").status == 200
    assert {each["booking_id"] for each in hospitality.tasks(scope="all")} == {asked["id"]}
    assert "会中摄影" in {each["title"] for each in hospitality.tasks(scope="all")}
    (line,) = hospitality.services(displaced["id"])["occurrences"][0]["lines"]
    assert line["code"] == "tea"


def test_what_is_ordered_while_a_meeting_is_under_way_has_no_visits_in_the_past(
    hall: Hall, hospitality: Service
) -> None:
    booking_id = hall.book(start=at(14), end=at(16))["id"]
    with clock.at(at(15)):
        order = hospitality.order(booking_id, "refill", by=hall.approver, word="临时加茶")
        assert order.status == 200, order.envelope
        begins = [each["begins"][11:16] for each in hospitality.tasks(scope="all")]
    assert begins == ["15:00", "15:20", "15:40", "16:00"]


def test_a_meeting_that_ends_early_is_cleared_at_once(hall: Hall, hospitality: Service) -> None:
    booking_id = hall.book(start=at(14), end=at(16), services=[TEA, {"code": "refill"}])["id"]
    with clock.at(at(14, 30)):
        ended = hall.do(hall.organiser, booking_id, "end")
        assert ended.status == 200, ended.envelope
        tasks = hospitality.tasks(scope="all")
        assert [each["begins"][11:16] for each in tasks if each["title"] == "会后茶水"] == ["14:30"]
        assert [each["begins"][11:16] for each in tasks if each["phase"] == "during"] == ["14:20"]
