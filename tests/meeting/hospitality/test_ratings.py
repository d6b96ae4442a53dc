"""Rating the hospitality of a meeting."""

from datetime import timedelta

from backend import clock
from tests.client import Answer, Client
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

TEA = {"code": "tea"}
GOOD = {"preparation": 5, "service": 4}


def rate(by: Client, booking_id: int, **fields: object) -> Answer:
    return by.post(f"/meeting/bookings/{booking_id}/rate", {"scores": GOOD, **fields})


def test_the_organiser_rates_a_meeting_once_it_is_over_and_only_once(
    hall: Hall, hospitality: Service
) -> None:
    booking_id = hall.book(start=at(14), services=[TEA])["id"]
    early = rate(hall.organiser, booking_id)
    assert (early.status, early.error) == (409, "meeting.rating_closed")
    with clock.at(at(15, 30)):
        assert hall.organiser.get(f"/meeting/bookings/{booking_id}/rate").data["can_rate"]
        reader = rate(hall.reader, booking_id)
        assert (reader.status, reader.error) == (403, "meeting.services_not_yours")
        assert rate(hall.stranger, booking_id).status == 404
        wrong = hall.organiser.post(f"/meeting/bookings/{booking_id}/rate", {"scores": {"taste": 5}})
        assert wrong.status == 422
        done = rate(hall.organiser, booking_id, text="准备周到")
        assert done.status == 201
        assert done.data["rating"]["scores"] == GOOD
        assert not done.data["can_rate"]
        again = rate(hall.organiser, booking_id)
        assert (again.status, again.error) == (409, "ratings.already_rated")


def test_nobody_rates_what_was_not_served_or_is_long_ago(hall: Hall, hospitality: Service) -> None:
    bare = hall.book(start=at(14))["id"]
    served = hall.book(hall.large, start=at(14), services=[TEA])["id"]
    with clock.at(at(15, 30)):
        assert rate(hall.organiser, bare).error == "meeting.rating_closed"
    with clock.at(at(15) + timedelta(days=15)):
        hall.log_in("organiser")
        assert rate(hall.organiser, served).error == "meeting.rating_closed"


def test_of_a_series_each_meeting_is_rated_the_latest_by_default(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), recurrence="FREQ=DAILY;COUNT=3", services=[TEA])
    first, second, _ = (each["id"] for each in booked["occurrences"])
    assert rate(hall.organiser, booked["id"]).error == "meeting.occurrence_needed"
    with clock.at(at(16) + timedelta(days=1)):
        hall.log_in("organiser")
        assert rate(hall.organiser, booked["id"]).data["occurrence_id"] == second
        assert rate(hall.organiser, booked["id"], occurrence_id=first).data["occurrence_id"] == first
