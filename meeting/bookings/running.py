"""Use cases of a meeting under way: it goes on for longer if the room is free, or ends before its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from meeting.bookings import changes, checking, moving, operations, people, telling, views
from meeting.bookings.adding import refusal_of
from meeting.bookings.changing_errors import NoLonger, NotRunning
from meeting.bookings.errors import NotYours, OccurrenceNotFound
from meeting.bookings.following import Before
from meeting.bookings.messages import CHANGED
from meeting.bookings.models import Booking, Occurrence
from meeting.bookings.policies import Standing, Step, Verb
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.views import BookingView
from meeting.rooms import queries as rooms


@leaving_trace(Verb.EXTEND)
def extend(
    actor: Actor, booking_id: int, *, until: datetime, occurrence_id: int | None = None
) -> BookingView:
    """Let a meeting under way end later, if nobody else has the room and its rules allow it.

    It is not approved anew: who decides could not do so in time. Raises BookingNotFound, OccurrenceNotFound,
    NotYours, NotRunning, NoLonger, RoomTaken or NotBookable.
    """
    booking, one, who = _running(actor, booking_id, occurrence_id)
    if not (who.owns or who.manages):
        raise NotYours
    if until <= one.end_at:
        raise NoLonger
    now, before = clock.now(), Before.of(one)
    _ensure_allowed(actor, one, until)
    operations.resize(one, rooms.find(one.room_id), one.start_at, until)
    text = f"{clock.local(before.end_at):%H:%M} → {clock.local(until):%H:%M}"
    moving.move_all(actor, [one], Step.EXTEND, text=text, at=now, befores=[before])
    but, why = actor.staff_id, f"延长至 {clock.local(until):%H:%M}。"
    telling.tell_organiser(booking, [one], CHANGED, event="extended", but=but, why=why)
    telling.tell_attendees(booking, [one], CHANGED, event="extended", but=but, why=why)
    return views.view(actor, booking)


@leaving_trace(Verb.END)
def end(actor: Actor, booking_id: int, *, occurrence_id: int | None = None) -> BookingView:
    """End a meeting under way now; once the time after it is over, the room is free.

    Raises BookingNotFound, OccurrenceNotFound, NotYours or NotRunning.
    """
    booking, one, who = _running(actor, booking_id, occurrence_id)
    if not (who.owns or who.manages or who.serves):
        raise NotYours
    now = clock.now()
    before = Before.of(one)
    one.end_at = max(now, one.start_at + changes.SHORTEST)
    one.ended_at = now
    moving.move_all(actor, [one], Step.END, at=now, befores=[before])
    if not who.owns:
        record(actor, "meeting.meeting_ended", "meeting_booking", booking.id, number=booking.number)
    return views.view(actor, booking)


def _running(
    actor: Actor, booking_id: int, occurrence_id: int | None
) -> tuple[Booking, Occurrence, Standing]:
    """A locked booking with its meeting under way: the one that was named, or the one that is."""
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    one = _named(occurrences, occurrence_id, clock.now())
    return booking, one, whos[one.id]


def _named(occurrences: Sequence[Occurrence], occurrence_id: int | None, now: datetime) -> Occurrence:
    running = [each for each in occurrences if changes.is_running(each, now)]
    if occurrence_id is not None:
        if all(each.id != occurrence_id for each in occurrences):
            raise OccurrenceNotFound
        running = [each for each in running if each.id == occurrence_id]
    if not running:
        raise NotRunning
    return running[0]


def _ensure_allowed(actor: Actor, one: Occurrence, until: datetime) -> None:
    """Hours, closures, the longest meeting and the quotas bind an extension, as if asked for in time."""
    room = rooms.find(one.room_id)
    spans = [(one.start_at, until)]
    case = checking.case_of(
        actor,
        room,
        organiser_id=one.organiser_id,
        department_id=one.department_id,
        level=one.level,
        now=one.start_at - timedelta(minutes=room.lead_minutes),
        spans=spans,
    )
    verdicts = checking.by_quotas(case, spans, checking.by_rules(case, spans), but=[one.id])
    if not verdicts[0].is_open:
        raise refusal_of(verdicts[0], one.start_at, until)
