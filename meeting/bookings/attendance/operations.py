"""Writes of the sign-in, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.db import table, unit
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rules
from meeting.bookings import moving, operations, telling
from meeting.bookings.attendance import policies, queries
from meeting.bookings.attendance.messages import CHECKIN_DUE, MISSED_OFTEN
from meeting.bookings.attendance.rules import CHECKIN_OPENS_MINUTES, NO_SHOW_NOTICE
from meeting.bookings.errors import BookingMoved, OccurrenceNotFound
from meeting.bookings.following import Before, Change
from meeting.bookings.models import Hold, Occurrence, State
from meeting.bookings.policies import Step

_HOLD = table(Hold)


def check_in(actor: Actor, occurrence: Occurrence, now: datetime) -> bool:
    """Sign in to a meeting that was read without a lock; False if somebody had been before.

    The room is kept until the end from now on. Raises BookingState, CheckInTooEarly, CheckInTooLate,
    BookingMoved or OccurrenceNotFound.
    """
    found = _locked(occurrence)
    if found.state == State.IN_USE:
        return False
    policies.ensure_now(found, now, opens_minutes=rules.value(CHECKIN_OPENS_MINUTES))
    before = Before.of(found)
    found.checked_in_at, found.checked_in_by = now, actor.staff_id
    moving.move_all(actor, [found], Step.CHECK_IN, at=now, befores=[before])
    return True


def end(occurrence: Occurrence, now: datetime) -> bool:
    """Let a meeting whose end has come be over, read without a lock; False if it was meanwhile.

    What the room was kept for in the past is forgotten.
    """
    found = _locked(occurrence)
    is_over = found.state in (State.BOOKED, State.IN_USE) and found.end_at <= now and found.lapses_at is None
    if is_over:
        before = Before.of(found)
        found.ended_at = found.end_at
        moving.move_all(SYSTEM, [found], Step.END, at=now, befores=[before])
    past = _HOLD.c.room_id.in_(sorted(operations.rooms_of([found.room_id])))
    unit().execute(delete(_HOLD).where(past, _HOLD.c.hold_to <= now))
    return is_over


def remind(now: datetime) -> int:
    """Tell who organises what has begun and waits for a sign-in until when; once for each meeting."""
    waiting = queries.waiting_for_sign_in(now)
    messages = [
        Message(
            staff_id,
            {**telling.fields_of(booking, [occurrence]), "until": _clock_time(occurrence.lapses_at)},
            dedupe=f"sign-in {occurrence.id} {occurrence.start_at:%y%m%d%H%M}",
            page=telling.page_of(booking.id),
            expires_at=occurrence.lapses_at,
        )
        for booking, occurrence in waiting
        for staff_id in {occurrence.organiser_id, booking.booked_by} - {0}
    ]
    return len(notify_each(CHECKIN_DUE, messages))


def tell_who_misses_often(_actor: Actor, changes: Sequence[Change]) -> None:
    """Remind organisers, and nobody else, of meetings that nobody came to; follows the meetings."""
    released = [change for change in changes if change.step is Step.RELEASE]
    every = rules.value(NO_SHOW_NOTICE) if released else 0
    if not every:
        return
    now = released[0].at
    last = {change.occurrence.organiser_id: change.occurrence.id for change in released}
    counts = queries.missed_lately(last.keys(), now)
    notify_each(
        MISSED_OFTEN,
        [
            Message(
                staff_id,
                {"days": str(policies.NOTICE_DAYS), "count": str(counts[staff_id])},
                dedupe=f"missed {occurrence_id}",
                page="pages/meeting/mine",
            )
            for staff_id, occurrence_id in last.items()
            if policies.is_told(counts.get(staff_id, 0), every)
        ],
    )


def _locked(occurrence: Occurrence) -> Occurrence:
    """The meeting with its room and its booking, kept from everybody else until the unit ends."""
    occurrence_id, room_id = occurrence.id, occurrence.room_id
    operations.lock_rooms(operations.rooms_of([room_id]))
    moving.locked(occurrence.booking_id)
    found = moving.locked_occurrences(ids=[occurrence_id])
    if not found:
        raise OccurrenceNotFound
    if found[0].room_id != room_id:
        raise BookingMoved
    return found[0]


def _clock_time(instant: datetime | None) -> str:
    return f"{clock.local(instant):%H:%M}" if instant is not None else ""
