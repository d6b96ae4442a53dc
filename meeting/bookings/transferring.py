"""Use case of handing meetings over to another organiser."""

from collections.abc import Sequence
from dataclasses import replace

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.identity import queries as identity
from meeting.bookings import changes, checking, moving, operations, people, policies, telling, views
from meeting.bookings.changes import Scope
from meeting.bookings.changing_errors import SameOrganiser
from meeting.bookings.changing_messages import TRANSFERRED
from meeting.bookings.errors import BookingNotFound
from meeting.bookings.following import Before
from meeting.bookings.models import Booking, Occurrence
from meeting.bookings.policies import Step, Verb
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.views import BookingView
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView


@leaving_trace(Verb.TRANSFER)
def transfer(
    actor: Actor,
    booking_id: int,
    *,
    organiser_id: int,
    scope: Scope = Scope.ALL,
    occurrence_id: int | None = None,
) -> BookingView:
    """Let somebody else organise meetings that are not over; they are their department's from then on.

    Raises BookingNotFound, OccurrenceNotFound, OccurrenceNeeded, NotYours, BookingState, SameOrganiser,
    OrganiserUnknown, NotForThem or BookingRefused.
    """
    booking, occurrences = operations.locked(booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    now = clock.now()
    _, named = changes.pick(occurrences, scope, occurrence_id)
    people.ensure_owns([whos[each.id] for each in named])
    moved = [each for each in named if changes.is_open(each, now) or changes.is_running(each, now)]
    if not moved:
        raise policies.refusal(policies.summary([changes.present_state(each, now) for each in named]))
    if all(each.organiser_id == organiser_id for each in moved):
        raise SameOrganiser
    befores = [Before.of(each) for each in moved]
    former = {each.organiser_id for each in moved}
    for room_id in sorted({each.room_id for each in moved}):
        group = [each for each in moved if each.room_id == room_id]
        department_id = _ensure_may_have(actor, rooms.find(room_id), group, organiser_id)
        for one in group:
            one.organiser_id, one.department_id = organiser_id, department_id
    if scope is Scope.ALL:
        booking.organiser_id = organiser_id
    names = identity.names_of({organiser_id, *former})
    text = f"{'、'.join(names.get(each, '') for each in sorted(former))} → {names.get(organiser_id, '')}"
    moving.move_all(actor, moved, Step.TRANSFER, text=text, at=now, befores=befores)
    record(
        actor,
        "meeting.booking_transferred",
        "meeting_booking",
        booking.id,
        number=booking.number,
        meetings=len(moved),
        staff_id=organiser_id,
    )
    told = {organiser_id, *former} - {actor.staff_id}
    telling.tell(
        booking,
        moved,
        TRANSFERRED,
        told,
        event="transferred",
        who=actor.name,
        to=names.get(organiser_id, ""),
    )
    return _shown(actor, booking)


def _ensure_may_have(actor: Actor, room: RoomView, group: Sequence[Occurrence], organiser_id: int) -> int:
    """The new organiser's department. Raises OrganiserUnknown, NotForThem or BookingRefused."""
    _, department_id = people.organiser_of(actor, room, organiser_id=organiser_id, department_id=None)
    checking.case_of(
        actor,
        room,
        organiser_id=organiser_id,
        department_id=department_id,
        level=group[0].level,
        now=clock.now(),
        spans=[(each.start_at, each.end_at) for each in group],
    )
    return department_id


def _shown(actor: Actor, booking: Booking) -> BookingView:
    """The booking as it is now; who has handed it over sees it for this once, though it is theirs no more."""
    try:
        return views.view(actor, booking)
    except BookingNotFound:
        seen = views.view(SYSTEM, booking)
        return replace(seen, occurrences=[replace(each, can=[]) for each in seen.occurrences])
