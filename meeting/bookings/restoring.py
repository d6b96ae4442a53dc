"""Use cases of dates: one that was lost is tried again (case 33), one that no rule gives is added."""

from datetime import datetime

from backend import clock
from backend.actor import Actor
from meeting.bookings import adding, changes, keeping, moving, operations, people, policies, telling, views
from meeting.bookings.changing_errors import DateExists, MeetingBegun
from meeting.bookings.changing_messages import RESTORED
from meeting.bookings.errors import EndBeforeStart, OccurrenceNotFound, StartPast
from meeting.bookings.messages import APPROVAL_ASKED
from meeting.bookings.models import HOLDING, Booking, Occurrence, State
from meeting.bookings.policies import START_GRACE, Step, Verb
from meeting.bookings.recurrence import Slot
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.views import BookingView
from meeting.rooms import queries as rooms


@leaving_trace(Verb.RESTORE)
def restore(actor: Actor, booking_id: int, *, occurrence_id: int) -> BookingView:
    """Try a date again that was cancelled, skipped, or could not be had, if the room is free by now.

    Raises BookingNotFound, OccurrenceNotFound, NotYours, BookingState, MeetingBegun, BookingRefused,
    RoomTaken or NotBookable.
    """
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    one = next((each for each in occurrences if each.id == occurrence_id), None)
    if one is None:
        raise OccurrenceNotFound
    people.ensure_owns([whos[one.id]])
    now = clock.now()
    policies.state_after(one.state, Step.RESTORE)
    if one.start_at <= now:
        raise MeetingBegun
    [verdict] = adding.verdicts_of(actor, one, [Slot(one.slot_at, one.start_at, one.end_at)], now)
    if not verdict.is_open:
        raise adding.refusal_of(verdict, one.start_at, one.end_at)
    room = rooms.find(one.room_id)
    keeping.insert_holds(
        operations.holds_of(room, one.start_at, one.end_at, occurrence_id=one.id, lapses_at=None)
    )
    moving.move(actor, one, Step.ASK if verdict.state is State.PENDING else Step.RESTORE, at=now)
    _tell(actor, booking, one)
    return views.view(actor, booking)


@leaving_trace(Verb.RESTORE)
def add_date(actor: Actor, booking_id: int, *, start_at: datetime, end_at: datetime) -> BookingView:
    """Give a booking one more date in its room, like its next meeting (or else its last).

    Raises BookingNotFound, NotYours, EndBeforeStart, StartPast, DateExists, BookingState, BookingRefused,
    RoomTaken or NotBookable.
    """
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    now = clock.now()
    like = _like(booking, occurrences, now)
    people.ensure_owns([whos[like.id]])
    if end_at <= start_at:
        raise EndBeforeStart
    if start_at < now - START_GRACE:
        raise StartPast
    if any(start_at in (each.slot_at, each.start_at) for each in occurrences):
        raise DateExists
    slot = Slot(start_at, start_at, end_at)
    [verdict] = adding.verdicts_of(actor, like, [slot], now)
    if not verdict.is_open:
        raise adding.refusal_of(verdict, start_at, end_at)
    [one] = adding.write(actor, booking, like, [slot], [verdict], at=now, is_added=True)
    _tell(actor, booking, one)
    return views.view(actor, booking)


def _like(booking: Booking, occurrences: list[Occurrence], now: datetime) -> Occurrence:
    """What the new one is like. Raises BookingState where nothing of the booking is left to come."""
    live = [each for each in occurrences if each.state in HOLDING and not changes.has_lapsed(each, now)]
    if not live:
        raise policies.refusal(policies.summary([changes.present_state(each, now) for each in occurrences]))
    coming = [each for each in live if each.start_at > now and each.room_id == booking.room_id]
    return (
        min(coming, key=lambda each: each.start_at) if coming else max(live, key=lambda each: each.start_at)
    )


def _tell(actor: Actor, booking: Booking, one: Occurrence) -> None:
    telling.tell_organiser(booking, [one], RESTORED, event="restored", but=actor.staff_id)
    if one.state == State.PENDING:
        telling.tell_approvers(
            booking, [one], APPROVAL_ASKED, event="asked", but=actor.staff_id, who=actor.name
        )
    else:
        telling.tell_attendees(booking, [one], RESTORED, event="restored", but=actor.staff_id)
