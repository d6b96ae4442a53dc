"""Dates that a booking did not have, or had lost, within an open unit of work with its rooms locked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.rules import queries as rule_queries
from meeting.bookings import checking, following, keeping, moving, operations, policies
from meeting.bookings.checking import HOLIDAY, Reason, Verdict
from meeting.bookings.errors import NotBookable, RoomTaken
from meeting.bookings.following import Change
from meeting.bookings.models import Booking, Occurrence, State
from meeting.bookings.policies import Step
from meeting.bookings.recurrence import Slot
from meeting.bookings.rules import PENDING_HOURS
from meeting.rooms import queries as rooms


def verdicts_of(actor: Actor, like: Occurrence, slots: Sequence[Slot], at: datetime) -> list[Verdict]:
    """What meetings at these times would be, otherwise like this one. Raises BookingRefused."""
    spans = [(slot.start_at, slot.end_at) for slot in slots if not slot.is_skipped]
    if not spans:
        return [HOLIDAY] * len(slots)
    case = checking.case_of(
        actor,
        rooms.find(like.room_id),
        organiser_id=like.organiser_id,
        department_id=like.department_id,
        level=like.level,
        now=at,
        spans=spans,
    )
    judged = iter(operations.judge(case, spans))
    return [HOLIDAY if slot.is_skipped else next(judged) for slot in slots]


def write(
    actor: Actor,
    booking: Booking,
    like: Occurrence,
    slots: Sequence[Slot],
    verdicts: Sequence[Verdict],
    *,
    at: datetime,
    is_added: bool,
) -> list[Occurrence]:
    """Give a booking meetings at these times, otherwise like one that it has, as was judged."""
    if not slots:
        return []
    rows = [
        _row(booking, like, slot, verdict, at, is_added=is_added)
        for slot, verdict in zip(slots, verdicts, strict=True)
    ]
    # Not through the session, which would insert them one by one on SQLite.
    unit().execute(insert(table(Occurrence)), rows)
    made = list(
        db.session.scalars(
            select(Occurrence)
            .where(
                Occurrence.booking_id == booking.id, Occurrence.slot_at.in_([slot.slot_at for slot in slots])
            )
            .order_by(Occurrence.slot_at)
        )
    )
    room = rooms.find(like.room_id)
    keeping.insert_holds(
        hold
        for one in made
        if policies.is_holding(one.state)
        for hold in operations.holds_of(
            room, one.start_at, one.end_at, occurrence_id=one.id, lapses_at=one.lapses_at
        )
    )
    for step in (Step.ASK, Step.BOOK):
        of_step = [one for one in made if _step_of(one) is step]
        if of_step:
            moving.note(
                actor,
                booking,
                step,
                at=at,
                occurrence=of_step[0] if len(of_step) == 1 else None,
                occurrence_ids=[one.id for one in of_step],
            )
    db.session.flush()  # Followers read by statements of their own.
    following.tell(actor, [Change(one, _step_of(one), None, at) for one in made])
    return made


def refusal_of(verdict: Verdict, start_at: datetime, end_at: datetime) -> RoomTaken | NotBookable:
    """As what a single date is refused."""
    row = {
        "start": clock.local(start_at).isoformat(),
        "end": clock.local(end_at).isoformat(),
        "state": State.CONFLICT.value,
        "reason": verdict.text,
    }
    if verdict.code in (Reason.TAKEN, Reason.ITSELF):
        return RoomTaken(reason=verdict.text, occurrences=[row])
    return NotBookable(reason=verdict.text, occurrences=[row])


def _step_of(occurrence: Occurrence) -> Step:
    return Step.ASK if occurrence.state == State.PENDING else Step.BOOK


def _row(
    booking: Booking, like: Occurrence, slot: Slot, verdict: Verdict, at: datetime, *, is_added: bool
) -> dict[str, Any]:
    lapses_at = None
    if verdict.is_open:
        lapses_at = policies.lapses_at(
            rooms.find(like.room_id),
            verdict.state,
            slot.start_at,
            slot.end_at,
            asked_at=at,
            pending_hours=rule_queries.value(PENDING_HOURS),
        )
    return {
        "booking_id": booking.id,
        "slot_at": slot.slot_at,
        "room_id": like.room_id,
        "organiser_id": like.organiser_id,
        "department_id": like.department_id,
        "subject": like.subject,
        "is_confidential": like.is_confidential,
        "level": like.level,
        "headcount": like.headcount,
        "layout": like.layout,
        "note": like.note,
        "start_at": slot.start_at,
        "end_at": slot.end_at,
        "planned_end_at": slot.end_at,
        "state": verdict.state.value,
        "reason": verdict.text,
        "revision": 0,
        "is_added": is_added,
        "lapses_at": lapses_at,
    }
