"""Use cases of the approval: approving, refusing, asking for more, answering.

A booking is decided as a whole, or some of its meetings; only what waits is, and only by who decides about
its room and is neither organiser nor booker.
"""

from collections.abc import Collection, Sequence

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.identity import queries as identity
from meeting.bookings import changes, moving, operations, people, policies, telling, views
from meeting.bookings.changing_errors import NothingAsked, OwnApproval
from meeting.bookings.errors import NotYours, OccurrenceNotFound
from meeting.bookings.messages import ANSWERED, APPROVED, ENQUIRED, INVITED, REJECTED
from meeting.bookings.models import Booking, Occurrence, State
from meeting.bookings.policies import Step, Verb
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.views import BookingView


@leaving_trace(Verb.APPROVE)
def approve(
    actor: Actor, booking_id: int, *, occurrence_ids: Collection[int] = (), comment: str = ""
) -> BookingView:
    """Let meetings that wait be booked: all of the booking's, or these.

    Raises BookingNotFound, OccurrenceNotFound, BookingState, NotYours or OwnApproval.
    """
    booking, waiting = _waiting(actor, booking_id, occurrence_ids)
    _decide(actor, booking, waiting, Step.APPROVE, comment)
    telling.tell_organiser(booking, waiting, APPROVED, event="approved")
    telling.tell_attendees(booking, waiting, INVITED, event="invited", who=_organiser(waiting))
    return views.view(actor, booking)


@leaving_trace(Verb.REJECT)
def reject(
    actor: Actor, booking_id: int, *, reason: str, occurrence_ids: Collection[int] = ()
) -> BookingView:
    """Refuse meetings that wait, which gives up their room: all of the booking's, or these.

    Raises BookingNotFound, OccurrenceNotFound, BookingState, NotYours or OwnApproval.
    """
    booking, waiting = _waiting(actor, booking_id, occurrence_ids)
    _decide(actor, booking, waiting, Step.REJECT, reason)
    telling.tell_organiser(booking, waiting, REJECTED, event="rejected", why=reason)
    return views.view(actor, booking)


@leaving_trace(Verb.ENQUIRE)
def enquire(actor: Actor, booking_id: int, *, question: str) -> BookingView:
    """Ask for more before deciding; the time for the decision begins anew.

    Raises BookingNotFound, BookingState, NotYours or OwnApproval.
    """
    booking, waiting = _waiting(actor, booking_id, ())
    booking.question, booking.answer = question, ""
    _decide(actor, booking, waiting, Step.ENQUIRE, question)
    telling.tell_organiser(booking, waiting, ENQUIRED, event="enquired", why=question)
    return views.view(actor, booking)


@leaving_trace(Verb.ANSWER)
def answer(actor: Actor, booking_id: int, *, answer: str) -> BookingView:
    """Say what who approves wants to know; the time for the decision begins anew.

    Raises BookingNotFound, BookingState, NotYours or NothingAsked.
    """
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    if not any(who.owns for who in whos.values()):
        raise NotYours
    waiting = _undecided(occurrences)
    if not booking.question or booking.answer:
        raise NothingAsked
    booking.answer = answer
    moving.move_all(actor, waiting, Step.ANSWER, text=answer, at=clock.now())
    telling.tell_approvers(
        booking, waiting, ANSWERED, event="answered", but=actor.staff_id, who=actor.name, why=answer
    )
    return views.view(actor, booking)


def _waiting(
    actor: Actor, booking_id: int, occurrence_ids: Collection[int]
) -> tuple[Booking, list[Occurrence]]:
    """A locked booking with those of its meetings that wait for the actor's decision."""
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    if not set(occurrence_ids) <= whos.keys():
        raise OccurrenceNotFound
    named = [each for each in occurrences if each.id in occurrence_ids] if occurrence_ids else occurrences
    if not any(whos[each.id].approves for each in named):
        raise NotYours
    waiting = _undecided(named, all_of_them=bool(occurrence_ids))
    if any(whos[each.id].owns for each in waiting):
        raise OwnApproval
    decided = [each for each in waiting if whos[each.id].approves]
    if not decided or (occurrence_ids and len(decided) < len(waiting)):
        raise NotYours
    return booking, decided


def _undecided(named: Sequence[Occurrence], *, all_of_them: bool = False) -> list[Occurrence]:
    """Those that wait and have not lapsed. Raises BookingState if none (`all_of_them`: not all) does."""
    now = clock.now()
    found = [each for each in named if each.state == State.PENDING and not changes.has_lapsed(each, now)]
    if not found or (all_of_them and len(found) < len(named)):
        states = [changes.present_state(each, now) for each in named if each not in found]
        raise policies.refusal(policies.summary(states))
    return found


def _decide(actor: Actor, booking: Booking, waiting: Sequence[Occurrence], step: Step, text: str) -> None:
    moving.move_all(actor, waiting, step, text=text, at=clock.now())
    record(
        actor,
        f"meeting.booking_{_DECIDED[step]}",
        "meeting_booking",
        booking.id,
        number=booking.number,
        meetings=len(waiting),
        reason=text,
    )


_DECIDED = {Step.APPROVE: "approved", Step.REJECT: "rejected", Step.ENQUIRE: "enquired"}


def _organiser(occurrences: Sequence[Occurrence]) -> str:
    organiser_id = occurrences[0].organiser_id
    return identity.names_of([organiser_id]).get(organiser_id, "")
