"""Use case of cancelling: one meeting, it and those after it, or all. What is past stays (case 38)."""

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from meeting.bookings import changes, moving, operations, people, telling, views
from meeting.bookings.changes import Scope
from meeting.bookings.messages import CANCELLED
from meeting.bookings.models import State
from meeting.bookings.policies import Step, Verb
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.views import BookingView


@leaving_trace(Verb.CANCEL)
def cancel(
    actor: Actor,
    booking_id: int,
    *,
    reason: str,
    scope: Scope = Scope.ALL,
    occurrence_id: int | None = None,
) -> BookingView:
    """Cancel meetings that have not begun; their rooms are free at once.

    Raises BookingNotFound, OccurrenceNotFound, OccurrenceNeeded, NotYours, MeetingBegun or BookingState.
    """
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    now = clock.now()
    _, named = changes.pick(occurrences, scope, occurrence_id)
    people.ensure_owns([whos[each.id] for each in named])
    going = changes.open_ones(named, now)
    was_booked = [each for each in going if each.state == State.BOOKED]
    moving.move_all(actor, going, Step.CANCEL, text=reason, at=now)
    if not all(whos[each.id].owns for each in going):
        record(
            actor,
            "meeting.booking_cancelled",
            "meeting_booking",
            booking.id,
            number=booking.number,
            meetings=len(going),
            reason=reason,
        )
    telling.tell_organiser(booking, going, CANCELLED, event="cancelled", but=actor.staff_id, why=reason)
    telling.tell_attendees(booking, was_booked, CANCELLED, event="cancelled", but=actor.staff_id, why=reason)
    return views.view(actor, booking)
