"""What becomes of an entry, what a step frees, and what may be offered until when."""

from datetime import timedelta

import pytest

from meeting.bookings.following import Before, Change
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import Step as BookingStep
from meeting.bookings.waitlist import policies
from meeting.bookings.waitlist.errors import EntryStateConflict
from meeting.bookings.waitlist.models import EntryState
from meeting.bookings.waitlist.policies import Freed, Step
from tests.meeting.hall import at

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("state", "step", "one_room", "any_room"),
    [
        ("waiting", Step.OFFER, EntryState.OFFERED, EntryState.OFFERED),
        ("waiting", Step.LEAVE, EntryState.LEFT, EntryState.LEFT),
        ("waiting", Step.RUN_OUT, EntryState.PASSED, EntryState.PASSED),
        ("waiting", Step.ACCEPT, None, None),
        ("waiting", Step.LAPSE, None, None),
        ("offered", Step.OFFER, None, None),
        ("offered", Step.ACCEPT, EntryState.BOOKED, EntryState.BOOKED),
        ("offered", Step.DECLINE, EntryState.LEFT, EntryState.WAITING),
        ("offered", Step.LAPSE, EntryState.MISSED, EntryState.WAITING),
        ("offered", Step.LEAVE, EntryState.LEFT, EntryState.LEFT),
        ("booked", Step.LEAVE, None, None),
        ("left", Step.LEAVE, None, None),
        ("missed", Step.OFFER, None, None),
        ("passed", Step.OFFER, None, None),
    ],
)
def test_what_becomes_of_an_entry(state, step, one_room, any_room):
    for is_choosy, expected in ((True, one_room), (False, any_room)):
        if expected is None:
            with pytest.raises(EntryStateConflict):
                policies.state_after(state, step, is_choosy=is_choosy)
        else:
            assert policies.state_after(state, step, is_choosy=is_choosy) is expected


def change(step, state, *, room_id=1, start=14, end=16, before=State.BOOKED, now=9):
    occurrence = Occurrence(room_id=room_id, start_at=at(start), end_at=at(end), state=state.value)
    was = Before(1, at(14), at(16), before, 0, 1, 1, None) if before is not None else None
    return Change(occurrence, step, was, at(now))


WHOLE = Freed(1, at(14), at(16, 15))


@pytest.mark.parametrize(
    ("taken", "freed"),
    [
        (change(BookingStep.CANCEL, State.CANCELLED), WHOLE),
        (change(BookingStep.REJECT, State.REJECTED, before=State.PENDING), WHOLE),
        (change(BookingStep.EXPIRE, State.EXPIRED, before=State.PENDING), WHOLE),
        (change(BookingStep.RELEASE, State.RELEASED, now=15), Freed(1, at(15), at(16, 15))),
        (change(BookingStep.END, State.ENDED, end=15, now=15), Freed(1, at(15), at(16, 15))),
        (change(BookingStep.CHANGE, State.BOOKED, room_id=2), WHOLE),
        (change(BookingStep.CHANGE, State.BOOKED, start=15), WHOLE),
        (change(BookingStep.CHANGE, State.PENDING, end=15), WHOLE),
        # What the meeting keeps, or never had, is not free.
        (change(BookingStep.EXTEND, State.BOOKED, end=17), None),
        (change(BookingStep.APPROVE, State.BOOKED, before=State.PENDING), None),
        (change(BookingStep.CHECK_IN, State.IN_USE, now=14), None),
        (change(BookingStep.BOOK, State.BOOKED, before=None), None),
        (change(BookingStep.RESTORE, State.BOOKED, before=State.CANCELLED), None),
        (change(BookingStep.END, State.ENDED, now=16), None),
        # It belongs to whom it was displaced for.
        (change(BookingStep.DISPLACE, State.DISPLACED), None),
    ],
    ids=lambda each: each.step.value if isinstance(each, Change) else "freed" if each else "kept",
)
def test_what_a_step_frees(taken, freed):
    assert policies.freed_by(taken, QUARTER) == freed


@pytest.mark.parametrize(
    ("now", "lead_minutes", "ends_at"),
    [
        (at(9), 0, at(9, 30)),
        # Only as long as the room may be booked.
        (at(13, 40), 0, at(13, 55)),
        (at(13, 40), 10, at(13, 50)),
        (at(12), 120, None),
        (at(13, 53), 0, at(13, 55)),
        (at(13, 54), 0, None),
        (at(15), 0, None),
    ],
)
def test_an_offer_ends_while_it_can_still_be_taken(now, lead_minutes, ends_at):
    assert policies.offer_ends_at(now, at(14), minutes=30, lead_minutes=lead_minutes) == ends_at
