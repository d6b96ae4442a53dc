"""How a meeting moves: locks, the transition table, its timeline, its hold, and who follows it.

The rooms are locked before (`operations.locked`): a step that gives up a room changes its holds.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db, unit
from backend.rules import queries as rule_queries
from meeting.bookings import following, keeping, policies
from meeting.bookings.errors import BookingNotFound
from meeting.bookings.following import Before, Change
from meeting.bookings.models import Booking, BookingEvent, Occurrence, State
from meeting.bookings.policies import Step
from meeting.bookings.rules import PENDING_HOURS
from meeting.rooms import queries as rooms

TEXT_LENGTH: Final = 500
REASON_LENGTH: Final = 200
# What calendars need not hear of.
_SILENT: Final = frozenset({Step.NOTE, Step.ENQUIRE, Step.ANSWER, Step.CHECK_IN})
# After these the time for an approval, or for signing in, begins anew.
_RENEWING: Final = frozenset({Step.ASK, Step.APPROVE, Step.ENQUIRE, Step.ANSWER, Step.CHECK_IN, Step.RESTORE})


def locked(booking_id: int) -> Booking:
    """The booking, kept from everybody else until the unit ends. Raises BookingNotFound."""
    unit()
    found = db.session.scalars(
        select(Booking)
        .where(Booking.id == booking_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise BookingNotFound
    return found


def locked_occurrences(*, booking_id: int = 0, ids: Collection[int] = ()) -> list[Occurrence]:
    """The meetings of a booking, or these, by rising id, all locked; lock their bookings before."""
    unit()
    which = Occurrence.booking_id == booking_id if booking_id else Occurrence.id.in_(ids)
    return list(
        db.session.scalars(
            select(Occurrence)
            .where(which)
            .order_by(Occurrence.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def move(
    actor: Actor, occurrence: Occurrence, step: Step, *, text: str = "", at: datetime, **details: Any
) -> None:
    """Take a step of the transition table with a locked meeting.

    What no longer keeps the room gives up its hold; what newly keeps it was given one before
    (`operations.occupy`). Raises BookingState, and nothing has changed then.
    """
    move_all(actor, [occurrence], step, text=text, at=at, **details)


def move_all(
    actor: Actor,
    occurrences: Sequence[Occurrence],
    step: Step,
    *,
    text: str = "",
    at: datetime,
    befores: Sequence[Before] = (),
    **details: Any,
) -> None:
    """`move` for several meetings of one booking: one entry of its timeline, and followers hear it at once.

    `befores` are given by who changed the meetings' rooms or times before. Raises BookingState.
    """
    if not occurrences:
        return
    known = befores or [Before.of(occurrence) for occurrence in occurrences]
    after = [policies.state_after(occurrence.state, step) for occurrence in occurrences]
    freed, renewed = [], []
    for occurrence, before, state in zip(occurrences, known, after, strict=True):
        occurrence.state = state.value
        occurrence.revision += 1
        if state is not before.state:
            occurrence.reason = text[:REASON_LENGTH]
        if not policies.is_holding(state):
            occurrence.lapses_at = None
            if policies.is_holding(before.state) and not (step is Step.END and _turns_around(occurrence, at)):
                freed.append(occurrence.id)
        elif step in _RENEWING:
            renewed.append(occurrence)
    keeping.free(freed)
    renew_lapses(renewed, at)
    _write_event(actor, occurrences, step, known, text=text, at=at, details=details)
    following.tell(
        actor,
        [
            Change(occurrence, step, before, at, text, details)
            for occurrence, before in zip(occurrences, known, strict=True)
        ],
    )


def _turns_around(occurrence: Occurrence, at: datetime) -> bool:
    """Whether the time after a meeting that ends is still to come; the room is kept for it then."""
    hold_to = occurrence.end_at + rooms.find(occurrence.room_id).turnaround
    if hold_to <= at:
        return False
    keeping.end_hold(occurrence.id, hold_to)
    return True


def renew_lapse(occurrence: Occurrence, at: datetime) -> None:
    """Set when the meeting's hold becomes void by its present state and times, as from `at`."""
    renew_lapses([occurrence], at)


def renew_lapses(occurrences: Sequence[Occurrence], at: datetime) -> None:
    """`renew_lapse` for several; one statement, if anything changes."""
    changed: dict[int, datetime | None] = {}
    for occurrence in occurrences:
        lapses_at = policies.lapses_at(
            rooms.find(occurrence.room_id),
            State(occurrence.state),
            occurrence.start_at,
            occurrence.end_at,
            asked_at=at,
            pending_hours=rule_queries.value(PENDING_HOURS),
        )
        if lapses_at != occurrence.lapses_at:
            occurrence.lapses_at = changed[occurrence.id] = lapses_at
    keeping.set_lapses(changed)


def note(
    actor: Actor,
    booking: Booking,
    step: Step,
    *,
    text: str = "",
    at: datetime,
    occurrence: Occurrence | None = None,
    **details: Any,
) -> None:
    """An entry of the timeline that leaves every state as it is; nobody follows it."""
    state = occurrence.state if occurrence is not None else ""
    db.session.add(
        BookingEvent(
            booking_id=booking.id,
            occurrence_id=occurrence.id if occurrence is not None else None,
            at=at,
            step=step.value,
            from_state=state,
            to_state=state,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            text=text[:TEXT_LENGTH],
            details=details,
        )
    )
    if step not in _SILENT:
        booking.sequence += 1
    booking.changed_at = at


def _write_event(
    actor: Actor,
    occurrences: Sequence[Occurrence],
    step: Step,
    befores: Sequence[Before],
    *,
    text: str,
    at: datetime,
    details: dict[str, Any],
) -> None:
    first = occurrences[0]
    booking = db.session.get_one(Booking, first.booking_id)
    if step not in _SILENT:
        booking.sequence += 1
    booking.changed_at = at
    is_one = len(occurrences) == 1
    which = {} if is_one else {"occurrence_ids": [occurrence.id for occurrence in occurrences]}
    db.session.add(
        BookingEvent(
            booking_id=booking.id,
            occurrence_id=first.id if is_one else None,
            at=at,
            step=step.value,
            from_state=befores[0].state.value,
            to_state=first.state,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            text=text[:TEXT_LENGTH],
            details={**details, **which},
        )
    )
    db.session.flush()  # Followers read by statements of their own.
