"""Rules of the bookings as tables, without a database."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest

from meeting.bookings import policies
from meeting.bookings.errors import BookingState
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import TRANSITIONS, Standing, Step
from tests.meeting.hall import at

LOST = "conflict skipped cancelled rejected expired released displaced"
TABLE = {
    Step.ASK: (f"booked {LOST}", "pending"),
    Step.APPROVE: ("pending", "booked"),
    Step.REJECT: ("pending", "rejected"),
    Step.ENQUIRE: ("pending", None),
    Step.ANSWER: ("pending", None),
    Step.EXPIRE: ("pending", "expired"),
    Step.CHANGE: ("pending booked in_use", None),
    Step.EXTEND: ("booked in_use", None),
    Step.CHECK_IN: ("booked", "in_use"),
    Step.END: ("booked in_use", "ended"),
    Step.RELEASE: ("booked", "released"),
    Step.CANCEL: ("pending booked", "cancelled"),
    Step.DISPLACE: ("pending booked", "displaced"),
    Step.TRANSFER: ("pending booked in_use", None),
    Step.RESTORE: (LOST, "booked"),
    Step.SKIP: ("pending booked", "skipped"),
}


def test_every_step_leads_from_where_it_may_and_from_nowhere_else():
    assert set(TABLE) == set(TRANSITIONS)
    for step, state in product(TABLE, State):
        sources, target = TABLE[step]
        if state in sources.split():
            assert policies.state_after(state, step) == (target or state)
        else:
            with pytest.raises(BookingState):
                policies.state_after(state, step)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("pending booked", "pending"),
        ("ended booked cancelled", "booked"),
        ("ended in_use booked", "in_use"),
        ("ended cancelled", "ended"),
        ("cancelled conflict", "cancelled"),
        ("conflict skipped", "conflict"),
    ],
)
def test_a_booking_is_what_its_liveliest_meeting_is(states, expected):
    assert policies.summary(states.split()) == expected


@pytest.mark.parametrize(
    ("state", "hours", "columns", "expected"),
    [
        (State.PENDING, 1, {}, at(11)),
        (State.PENDING, 1, {"start": at(10)}, at(10)),
        (State.BOOKED, 1, {}, at(14, 10)),
        (State.BOOKED, 8, {}, None),
        (State.BOOKED, 1, {"is_checkin_required": False}, None),
        (State.IN_USE, 1, {}, None),
    ],
)
def test_what_keeps_a_room_lapses_when_nothing_happens(state, hours, columns, expected):
    start = columns.pop("start", at(14))
    room = SimpleNamespace(
        **{"is_checkin_required": True, "grace_minutes": 10, "exempt_minutes": 480, **columns}
    )
    end = start + timedelta(hours=hours)
    assert policies.lapses_at(room, state, start, end, asked_at=at(9), pending_hours=2) == expected


OWNER, KEEPER, STEWARD = (
    Standing(is_organiser=True),
    Standing(approves=True, manages=True),
    Standing(serves=True),
)
ATTENDEE, READER = Standing(is_attendee=True), Standing(reads=True)


@pytest.mark.parametrize(
    ("who", "state", "now", "expected"),
    [
        (OWNER, "pending", at(9), "change cancel transfer"),
        (KEEPER, "pending", at(9), "approve reject enquire change cancel transfer"),
        (
            Standing(is_organiser=True, approves=True, manages=True),
            "pending",
            at(9),
            "change cancel transfer",
        ),
        (OWNER, "booked", at(13, 44), "change cancel transfer"),
        (OWNER, "booked", at(13, 45), "change cancel transfer check_in"),
        (OWNER, "booked", at(14, 30), "transfer check_in extend end"),
        (OWNER, "in_use", at(14, 30), "transfer extend end"),
        (ATTENDEE, "booked", at(14), "check_in"),
        (STEWARD, "booked", at(14), "check_in end"),
        (READER, "booked", at(14), ""),
        (OWNER, "booked", at(15), ""),
        (OWNER, "cancelled", at(13), "restore"),
        (OWNER, "cancelled", at(14), ""),
        (ATTENDEE, "conflict", at(9), ""),
    ],
)
def test_phones_show_a_button_for_what_may_be_done(who, state, now, expected):
    meeting = Occurrence(state=state, start_at=at(14), end_at=at(15))
    assert policies.verbs(meeting, who, now, is_asked=False) == expected.split()


def test_only_who_was_asked_answers():
    meeting = Occurrence(state="pending", start_at=at(14), end_at=at(15))
    assert "answer" in policies.verbs(meeting, OWNER, at(9), is_asked=True)
    assert "answer" not in policies.verbs(meeting, KEEPER, at(9), is_asked=True)
