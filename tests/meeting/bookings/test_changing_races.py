"""What changes at the same moment: one wins, nothing is torn, nobody waits for ever."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from backend.db import db
from meeting.bookings.models import Hold, State
from meeting.rooms.models import Approval, Level
from tests.meeting.bookings.test_editing import put
from tests.meeting.hall import Hall, at
from tests.statements import counted_statements
from tests.threads import at_once

DAY = timedelta(days=1)


@pytest.fixture
def rounds(soak):
    return range(20 if soak else 2)


def statuses(*calls) -> list[int]:
    db.session.rollback()
    return [answer.status for answer in at_once(calls)]


def ensure_disjoint(hall: Hall) -> None:
    """No two holds of a room overlap, whatever the guard of the database says."""
    holds: list[Hold] = hall.holds()
    for one in holds:
        for other in holds:
            if one.id < other.id and one.room_id == other.room_id:
                assert one.hold_to <= other.hold_from or other.hold_to <= one.hold_from


def test_two_approve_at_once(hall, rounds):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    for number in rounds:
        booking_id = hall.book(start=at(14) + number * DAY)["id"]
        both = [partial(hall.do, by, booking_id, "approve") for by in (hall.manager, hall.approver)]
        assert sorted(statuses(*both)) == [200, 409]
        assert hall.steps(booking_id) == ["ask", "approve"]


def test_an_approval_meets_a_refusal_and_a_cancellation(hall, rounds):
    hall.change_room(hall.small, approval=Approval.ALWAYS.value)
    for number in rounds:
        booking_id = hall.book(start=at(14) + number * DAY)["id"]
        found = statuses(
            partial(hall.do, hall.manager, booking_id, "approve"),
            partial(hall.do, hall.approver, booking_id, "reject", reason="否"),
            partial(hall.do, hall.organiser, booking_id, "cancel", reason="不开了"),
        )
        assert set(found) <= {200, 409}
        [one] = hall.occurrences(booking_id)
        assert one.state in (State.CANCELLED, State.REJECTED)
        assert hall.holds() == []


def test_an_extension_meets_a_booking(hall, rounds):
    for number in rounds:
        day = number * DAY
        booking_id = hall.book(start=at(14) + day)["id"]
        with clock.at(at(14, 30) + day):
            hall.log_in("organiser", "colleague")
            until = (at(15, 30) + day).isoformat()
            extended, booked = statuses(
                partial(hall.do, hall.organiser, booking_id, "extend", until=until),
                partial(hall.colleague.post, "/meeting/bookings", hall.body(start=at(15) + day)),
            )
        assert (extended, booked) in [(200, 409), (409, 201)]
        ensure_disjoint(hall)


def test_an_early_end_meets_a_booking_of_the_freed_time(hall, rounds):
    for number in rounds:
        day = number * DAY
        booking_id = hall.book(start=at(14) + day)["id"]
        with clock.at(at(14, 20) + day):
            hall.log_in("organiser", "colleague")
            ended, booked = statuses(
                partial(hall.do, hall.organiser, booking_id, "end"),
                partial(hall.colleague.post, "/meeting/bookings", hall.body(start=at(14, 30) + day)),
            )
        assert ended == 200
        assert booked in (201, 409)
        ensure_disjoint(hall)


def test_two_series_change_places_in_opposite_order(hall, rounds):
    for number in rounds:
        week = number * 7 * DAY
        ids = [
            hall.book(room, at(hour) + week, recurrence="FREQ=DAILY;COUNT=5")["id"]
            for room, hour in ((hall.small, 14), (hall.large, 16))
        ]
        found = statuses(
            partial(put, hall.organiser, ids[0], room_id=hall.large.id, start=(at(10) + week).isoformat()),
            partial(put, hall.organiser, ids[1], room_id=hall.small.id, start=(at(10) + week).isoformat()),
        )
        assert found == [200, 200]
        ensure_disjoint(hall)
        for booking_id in ids:
            hall.do(hall.organiser, booking_id, "cancel", reason="下一轮")


def test_two_series_want_the_same_hall(hall, rounds):
    for number in rounds:
        week = number * 7 * DAY
        ids = [
            hall.book(room, at(14) + week, recurrence="FREQ=DAILY;COUNT=5")["id"]
            for room in (hall.part_a, hall.small)
        ]
        both = [
            partial(put, hall.organiser, each, room_id=hall.hall.id, start=(at(16) + week).isoformat())
            for each in ids
        ]
        assert sorted(statuses(*both)) == [200, 409]
        assert len(hall.holds()) == 15
        ensure_disjoint(hall)
        for booking_id in ids:
            hall.do(hall.organiser, booking_id, "cancel", reason="下一轮")


def test_an_override_meets_the_cancellation_of_what_it_displaces(hall, rounds):
    for number in rounds:
        start = at(14) + number * DAY
        booking_id = hall.book(start=start)["id"]
        hall.book(start=start, by=hall.colleague, level=Level.LEADER, override={"reason": "检查"})
        [row] = hall.leader.get("/meeting/overrides", state="waiting").data["list"]
        approved, cancelled = statuses(
            partial(hall.leader.post, f"/meeting/overrides/{row['id']}/approve", {}),
            partial(hall.do, hall.organiser, booking_id, "cancel", reason="不开了"),
        )
        assert approved == 200
        assert cancelled in (200, 409)
        [one] = hall.occurrences(booking_id)
        assert one.state in (State.CANCELLED, State.DISPLACED)
        assert [hold.occurrence_id for hold in hall.holds()][number] == row["occurrences"][0]["id"]


def test_a_long_series_costs_as_many_statements_as_a_short_one(hall):
    hall.change_room(hall.large, approval=Approval.ALWAYS.value)
    colleague_id = hall.people["colleague"].id

    def costs(count: int, hour: int) -> dict[str, int]:
        booking_id = hall.book(start=at(hour), recurrence=f"FREQ=DAILY;COUNT={count}")["id"]
        start, large_id = at(hour + 1).isoformat(), hall.large.id
        steps = {
            "move": lambda: put(hall.organiser, booking_id, start=start, room_id=large_id),
            "approve": lambda: hall.do(hall.manager, booking_id, "approve"),
            "transfer": lambda: hall.do(hall.organiser, booking_id, "transfer", organiser_id=colleague_id),
            "lay": lambda: put(hall.organiser, booking_id, recurrence=f"FREQ=DAILY;INTERVAL=2;COUNT={count}"),
            "cancel": lambda: hall.do(hall.organiser, booking_id, "cancel", reason="不开了"),
        }
        found = {}
        for name, step in steps.items():
            with counted_statements() as sent:
                assert step().status == 200, name
            found[name] = len(sent)
        return found

    costs(2, 10)  # What is read once is read by now.
    few, many = costs(3, 12), costs(40, 15)
    # What is kept for a second (rooms, rules) may be read again in between.
    assert all(many[name] <= few[name] + 5 for name in few), (few, many)
    assert max(many.values()) <= 60
