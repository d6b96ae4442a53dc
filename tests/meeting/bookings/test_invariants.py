"""Whatever is asked for in whatever order: no two meetings have a room, and holds are what meetings say."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.db import db
from meeting.bookings.models import HOLDING, Booking, Hold, Occurrence
from meeting.rooms.models import Approval, RoomPart
from tests.meeting.bookings.test_editing import put
from tests.meeting.hall import Hall, at

EXAMPLES = max(settings().max_examples // 5, 1)
HOURS = st.integers(10, 20)
ROOMS = st.sampled_from(["small", "large", "hall", "part_a", "part_b"])
WHICH = st.integers(0, 50)
SCOPES = st.sampled_from(["this", "following", "all"])
RULES = st.sampled_from(["", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=4;INTERVAL=2", "FREQ=WEEKLY;COUNT=2"])
STEPS = st.one_of(
    st.tuples(st.just("book"), ROOMS, HOURS, st.integers(1, 3), RULES),
    st.tuples(st.just("move"), WHICH, SCOPES, HOURS, st.booleans()),
    st.tuples(st.just("change_room"), WHICH, SCOPES, ROOMS),
    st.tuples(st.just("lay"), WHICH, SCOPES, RULES),
    st.tuples(st.just("shorten"), WHICH, SCOPES),
    st.tuples(st.just("cancel"), WHICH, SCOPES),
    st.tuples(st.just("decide"), WHICH, st.sampled_from(["approve", "reject"])),
    st.tuples(st.just("restore"), WHICH),
    st.tuples(st.just("add"), WHICH, HOURS),
)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
def test_holds_are_what_live_meetings_say(hall: Hall, steps: list[Any]) -> None:
    # What earlier examples left stays: what must hold does from any beginning.
    hall.change_room(hall.large, approval=Approval.ALWAYS.value, turnaround_minutes=30)
    for step in steps:
        status = _take(hall, *step)
        assert status in (200, 201, 403, 404, 409, 422), step
    _ensure_consistent()


def _take(hall: Hall, verb: str, *given: Any) -> int:
    if verb == "book":
        room, hour, length, rule = given
        end = at(hour) + timedelta(hours=length)
        return hall.ask(getattr(hall, room), at(hour), end, recurrence=rule).status
    one = _some(given[0])
    if one is None:
        return 200
    path = f"/meeting/bookings/{one.booking_id}"
    scope = {"scope": given[1], "occurrence_id": one.id} if len(given) > 1 else {}
    if verb == "move":
        start = _at_hour(one.start_at, given[2])
        return put(
            hall.organiser, one.booking_id, **scope, start=start.isoformat(), allow_partial=given[3]
        ).status
    if verb == "change_room":
        return put(hall.organiser, one.booking_id, **scope, room_id=getattr(hall, given[2]).id).status
    if verb == "lay":
        return put(
            hall.organiser, one.booking_id, **scope, recurrence=given[2] or "FREQ=DAILY", allow_partial=True
        ).status
    if verb == "shorten":
        middle = one.start_at + (one.end_at - one.start_at) / 2
        return put(hall.organiser, one.booking_id, **scope, end=middle.isoformat()).status
    if verb == "cancel":
        return hall.do(hall.organiser, one.booking_id, "cancel", **scope, reason="随机").status
    if verb == "decide":
        body = {"reason": "随机"} if given[1] == "reject" else {}
        return hall.do(hall.approver, one.booking_id, given[1], **body).status
    if verb == "restore":
        return hall.organiser.post(f"{path}/occurrences/{one.id}/restore").status
    start = _at_hour(one.start_at, given[1])
    body = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    return hall.organiser.post(f"{path}/occurrences", body).status


def _at_hour(instant: datetime, hour: int) -> datetime:
    return at(hour) + (instant - at(0)) // timedelta(days=1) * timedelta(days=1)


def _some(which: int) -> Occurrence | None:
    db.session.rollback()
    found = db.session.query(Occurrence).order_by(Occurrence.id.desc()).limit(51).all()
    return found[which % len(found)] if found else None


def _ensure_consistent() -> None:
    """By statements of its own, apart from the code."""
    db.session.rollback()
    parts: dict[int, list[int]] = {}
    for part in db.session.query(RoomPart):
        parts.setdefault(part.hall_id, []).append(part.part_id)
    live = [
        each for each in db.session.query(Occurrence).populate_existing() if each.state in map(str, HOLDING)
    ]
    said = sorted(
        (atom, each.id, each.start_at, each.lapses_at)
        for each in live
        for atom in parts.get(each.room_id, [each.room_id])
    )
    holds = db.session.query(Hold).populate_existing().all()
    assert sorted((one.room_id, one.occurrence_id, one.hold_from, one.lapses_at) for one in holds) == said
    ends = {each.id: each.end_at for each in live}
    assert all(one.hold_to >= ends[one.occurrence_id] for one in holds)
    by_room: dict[int, list[Hold]] = {}
    for one in sorted(holds, key=lambda each: each.hold_from):
        by_room.setdefault(one.room_id, []).append(one)
    for kept in by_room.values():
        assert all(first.hold_to <= then.hold_from for first, then in pairwise(kept))
    for booking in db.session.query(Booking):
        assert booking.first_end_at > booking.first_start_at
