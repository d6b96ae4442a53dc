"""What happens at the same moment: one offer, to one person, and no room for two."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from meeting.bookings.waitlist import services
from tests.factories import MONDAY
from tests.meeting.bookings.waitlist.queue import Queue
from tests.meeting.hall import at
from tests.threads import at_once


@pytest.fixture
def days(soak):
    """A day for each round."""
    return [MONDAY + timedelta(days=number) for number in range(20 if soak else 3)]


def times(day, hour=14):
    return {"start": at(hour, day=day).isoformat(), "end": at(hour + 1, day=day).isoformat()}


def tidy(queue, app):
    """The job, as the scheduler runs it."""
    with app.app_context():
        return queue.tidy()


def one_hold_each(hall):
    """Holds of a room never overlap: the guard is the database's, and this is the proof."""
    found = hall.holds()
    return all(
        before.hold_to <= after.hold_from
        for before in found
        for after in found
        if before.room_id == after.room_id and before.id != after.id and before.hold_from <= after.hold_from
    )


def test_two_cancel_and_one_who_waits_for_both_is_offered_once(queue, hall, days):
    """Whoever takes any room of the campus: both rooms become free at the same moment."""
    hall.book(hall.hall, end=at(15, day=days[-1]))
    for day in days:
        start, end = at(14, day=day), at(15, day=day)
        small, large = (hall.book(room, start, end)["id"] for room in (hall.small, hall.large))
        entry_id = queue.enter(queue.first, campus_id=hall.campus.id, capacity=4, **times(day))
        answers = at_once([partial(queue.cancel, small), partial(queue.cancel, large)])
        assert [answer.status for answer in answers] == [200, 200]
        assert queue.entry(queue.first, entry_id)["state"] == "offered"
        [offer] = [each for each in queue.offers() if each.entry_id == entry_id]
        assert len([hold for hold in hall.holds() if hold.offer_id == offer.id]) == 1


def test_accepting_meets_the_end_of_the_offer(queue, hall, app, days):
    for day in days:
        taken = hall.book(start=at(14, day=day), end=at(15, day=day))["id"]
        one, two = queue.enter(queue.first, **times(day)), queue.enter(queue.second, **times(day))
        queue.cancel(taken)
        with clock.at(at(9, 30)):
            accepted, _ = at_once(
                [lambda one=one: queue.do(queue.first, one, "accept").status, lambda: tidy(queue, app)]
            )
            assert accepted == 409
            assert queue.states((queue.first, one), (queue.second, two)) == ["missed", "offered"]
            queue.do(queue.second, two, "leave")


def test_an_offer_is_accepted_once(queue, hall, days):
    for day in days:
        taken = hall.book(start=at(14, day=day), end=at(15, day=day))["id"]
        entry_id = queue.enter(queue.first, **times(day))
        queue.cancel(taken)
        answers = at_once([partial(queue.do, queue.first, entry_id, "accept")] * 3)
        assert sorted(answer.status for answer in answers) == [200, 409, 409]
        booking_id = queue.entry(queue.first, entry_id)["booking_id"]
        assert [hold.occurrence_id for hold in hall.holds() if hold.hold_from == at(14, day=day)] == [
            hall.occurrences(booking_id)[0].id
        ]


def test_accepting_meets_declining(queue, hall, days):
    for day in days:
        taken = hall.book(start=at(14, day=day), end=at(15, day=day))["id"]
        one, two = queue.enter(queue.first, **times(day)), queue.enter(queue.second, **times(day))
        queue.cancel(taken)
        answers = at_once([partial(queue.do, queue.first, one, verb) for verb in ("accept", "decline")])
        assert sorted(answer.status for answer in answers) == [200, 409]
        is_accepted = answers[0].status == 200
        expected = ["booked", "waiting"] if is_accepted else ["left", "offered"]
        assert queue.states((queue.first, one), (queue.second, two)) == expected
        queue.do(queue.second, two, "leave")


def test_a_new_booking_meets_an_offer_and_the_offer_wins(queue, hall, days):
    for day in days:
        start, end = at(14, day=day), at(15, day=day)
        taken = hall.book(start=start, end=end)["id"]
        entry_id = queue.enter(queue.first, **times(day))
        answers = at_once(
            [partial(queue.cancel, taken)] + [partial(hall.ask, None, start, end, by=hall.stranger)] * 3
        )
        assert [answer.status for answer in answers] == [200, 409, 409, 409]
        assert queue.entry(queue.first, entry_id)["state"] == "offered"


def test_entering_meets_cancelling_and_nobody_waits_for_a_free_room(queue, hall, days):
    for day in days:
        taken = hall.book(start=at(14, day=day), end=at(15, day=day))["id"]
        entered, cancelled = at_once(
            [partial(queue.ask, queue.first, **times(day)), partial(queue.cancel, taken)]
        )
        assert cancelled.status == 200
        if entered.status == 201:
            assert queue.entry(queue.first, entered.data["id"])["state"] == "offered"
        else:
            assert entered.error == "meeting.room_free"


def test_parts_are_given_up_at_once_and_the_hall_is_offered_in_the_end(queue, hall, days):
    for day in days:
        start, end = at(14, day=day), at(15, day=day)
        parts = [hall.book(part, start, end)["id"] for part in (hall.part_a, hall.part_b)]
        entry_id = queue.enter(queue.first, room_id=hall.hall.id, **times(day))
        assert [answer.status for answer in at_once([partial(queue.cancel, each) for each in parts])] == [
            200,
            200,
        ]
        services.tend()
        assert queue.entry(queue.first, entry_id)["state"] == "offered"
        assert one_hold_each(hall)
        queue.do(queue.first, entry_id, "leave")


def test_many_wait_and_many_give_up(hall, soak):
    """Whatever happens in between, nothing overlaps and nobody has two offers."""
    queue = Queue(hall)
    people = [queue.first, queue.second, queue.third, hall.stranger]
    rooms = [hall.small, hall.large]
    for _ in range(5 if soak else 1):
        taken = [hall.book(room, at(hour))["id"] for room in rooms for hour in (14, 15, 16)]
        calls = [partial(queue.cancel, each) for each in taken]
        calls += [
            partial(queue.ask, by, **times(MONDAY, 14 + number % 3), room_id=rooms[number % 2].id)
            for number, by in enumerate(people)
        ]
        assert {answer.status for answer in at_once(calls)} <= {200, 201, 409}
        assert one_hold_each(hall)
        for by in people:
            for entry in by.get("/meeting/waitlist").data["list"]:
                assert entry["state"] == "offered"
                queue.do(by, entry["id"], "leave")
