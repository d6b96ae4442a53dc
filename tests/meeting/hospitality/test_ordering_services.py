"""Ordering services for meetings: for all of a booking, for one date, in time and too late."""

from datetime import timedelta
from typing import Any

import pytest

from backend import clock
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

TEA = {"code": "tea"}


def lines(services: Any, index: int = 0) -> dict[str, int]:
    return {line["code"]: line["quantity"] for line in services["occurrences"][index]["lines"]}


def test_services_are_ordered_with_the_booking_and_have_tasks(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), headcount=6, services=[TEA, {"code": "refill"}])
    found = hospitality.services(booked["id"])
    assert lines(found) == {"tea": 6, "refill": 1}
    assert found["may_order"]
    assert not found["may_order_late"]
    tasks = hospitality.tasks(on="2026-11-23", scope="all")
    assert [(each["title"], each["begins"][11:16], each["due"][11:16]) for each in tasks] == [
        ("会前检查", "13:30", "13:40"),
        ("会前茶水", "13:30", "13:45"),
        ("会中续水（第 1 次）", "14:20", "14:25"),
        ("会中续水（第 2 次）", "14:40", "14:45"),
        ("会后茶水", "15:00", "15:15"),
        ("会后检查", "15:00", "15:30"),
    ]
    assert {each["quantity"] for each in tasks if each["service"] and each["service"]["code"] == "tea"} == {6}


def test_a_booking_whose_services_come_too_late_is_not_made(hall: Hall, hospitality: Service) -> None:
    # At nine, two hours ahead: what begins at eleven is one instant too late.
    answer = hall.ask(start=at(11), services=[TEA])
    assert (answer.status, answer.error) == (409, "meeting.services_too_late")
    assert answer.envelope["data"]["latest_at"] == "2026-11-23T09:00:00+08:00"
    assert hall.holds() == []
    hall.book(start=at(11, 1), services=[TEA])


def test_what_is_wrong_about_an_order_is_refused_and_nothing_changes(
    hall: Hall, hospitality: Service
) -> None:
    booking_id = hall.book(start=at(14), services=[TEA])["id"]
    for services, error in (
        ([{"code": "champagne"}], "meeting.service_unknown"),
        ([TEA, TEA], "meeting.service_twice"),
        ([{"code": "tea", "quantity": 0}], "app.invalid"),
    ):
        answer = hall.organiser.put(f"/meeting/bookings/{booking_id}/services", {"services": services})
        assert (answer.status, answer.error) == (422, error)
    stranger = hall.stranger.put(f"/meeting/bookings/{booking_id}/services", {"services": []})
    assert (stranger.status, stranger.error) == (404, "meeting.booking_not_found")
    reader = hall.reader.put(f"/meeting/bookings/{booking_id}/services", {"services": []})
    assert (reader.status, reader.error) == (403, "meeting.services_not_yours")
    assert lines(hospitality.services(booking_id)) == {"tea": 1}


def test_after_the_lead_time_only_who_manages_hospitality_changes_it_with_a_word(
    hall: Hall, hospitality: Service
) -> None:
    booking_id = hall.book(start=at(14), services=[TEA])["id"]
    path = f"/meeting/bookings/{booking_id}/services"
    more = {"services": [TEA, {"code": "flowers", "quantity": 2}]}
    with clock.at(at(12)):
        late = hall.organiser.put(path, more)
        assert (late.status, late.error) == (409, "meeting.services_too_late")
        assert late.envelope["data"]["services"] == ["鲜花"]
        # What stays as it is does not come too late.
        assert hall.organiser.put(path, {"services": [TEA]}).status == 200
        wordless = hall.approver.put(path, more)
        assert (wordless.status, wordless.error) == (422, "meeting.word_needed")
        changed = hall.approver.put(path, {**more, "word": "首长临时到会"}).data
    assert lines(changed) == {"tea": 1, "flowers": 2}
    assert [line["word"] for line in changed["occurrences"][0]["lines"]] == ["", "首长临时到会"]


def test_one_date_of_a_series_is_served_otherwise(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=3", services=[TEA])
    second = booked["occurrences"][1]["id"]
    path = f"/meeting/bookings/{booked['id']}/services"
    nameless = hall.organiser.put(path, {"scope": "this", "services": []})
    assert (nameless.status, nameless.error) == (422, "meeting.occurrence_needed")
    found = hall.organiser.put(
        path, {"scope": "this", "occurrence_id": second, "services": [{"code": "photo"}]}
    ).data
    assert [lines(found, index) for index in range(3)] == [{"tea": 1}, {"photo": 1}, {"tea": 1}]
    assert [each["code"] for each in found["defaults"]] == ["tea"]
    found = hall.organiser.put(
        path, {"scope": "following", "occurrence_id": second, "services": [{"code": "flowers"}]}
    ).data
    assert [lines(found, index) for index in range(3)] == [{"tea": 1}, {"flowers": 1}, {"flowers": 1}]


def test_of_a_series_what_is_too_late_stays_and_the_rest_changes(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=2", services=[TEA])
    with clock.at(at(13)):
        found = hall.organiser.put(
            f"/meeting/bookings/{booked['id']}/services", {"services": [{"code": "photo"}]}
        ).data
    assert [lines(found, index) for index in range(2)] == [{"tea": 1}, {"photo": 1}]
    assert found["late"] == [booked["occurrences"][0]["id"]]


def test_a_meeting_that_is_over_or_off_is_not_served_any_more(hall: Hall, hospitality: Service) -> None:
    booking_id = hall.book(start=at(14), services=[TEA])["id"]
    hall.do(hall.organiser, booking_id, "cancel", reason="改期")
    answer = hall.organiser.put(f"/meeting/bookings/{booking_id}/services", {"services": []})
    assert (answer.status, answer.error) == (409, "meeting.services_over")


@pytest.mark.parametrize("code", ["projector", "banner"])
def test_equipment_that_is_not_there_is_not_promised(hall: Hall, hospitality: Service, code: str) -> None:
    item = {"projector": "projector", "banner": "banner_stand"}[code]
    short = hall.ask(start=at(14), services=[{"code": code}])
    assert (short.status, short.error) == (409, "meeting.stock_short")
    assert short.envelope["data"]["occurrences"][0]["free"] == 0
    assert hall.holds() == []
    hospitality.stock(item, 1)
    hall.book(start=at(14), services=[{"code": code}])
    # It is away until after the meeting, and is there again for one that begins late enough.
    second = hall.ask(hall.large, at(14, 30), services=[{"code": code}])
    assert (second.status, second.error) == (409, "meeting.stock_short")
    hall.book(hall.large, at(17), services=[{"code": code}])
    free = hospitality.free(item, at(14), at(15))
    assert (free["count"], free["lent"], free["free"]) == (1, 1, 0)


def test_what_a_room_has_itself_is_not_lent(hall: Hall, hospitality: Service) -> None:
    hospitality.equip(hall.large, "projector")
    hall.book(hall.large, at(14), services=[{"code": "projector"}])
    refused = hall.ask(hall.small, at(14), services=[{"code": "projector"}])
    assert refused.error == "meeting.stock_short"


def test_a_stock_does_not_fall_below_what_is_promised(hall: Hall, hospitality: Service) -> None:
    hospitality.stock("projector", 2)
    hall.book(start=at(14), services=[{"code": "projector"}])
    hall.book(hall.large, at(14), services=[{"code": "projector"}])
    refused = hospitality.try_stock("projector", 1)
    assert (refused.status, refused.error) == (409, "meeting.stock_promised")
    with clock.at(at(14) + timedelta(days=1)):
        hall.log_in("approver")
        assert hospitality.try_stock("projector", 0).status == 200
