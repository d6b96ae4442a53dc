"""Use cases of the overrides: asking, deciding by a second person, taking back."""

from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from meeting.bookings import placing
from meeting.bookings.checking import Reason
from meeting.bookings.models import Booking, Occurrence, State
from meeting.bookings.overrides import operations, policies, queries
from meeting.bookings.overrides.errors import NothingToOverride, OverrideNotFound
from meeting.bookings.overrides.models import Override, OverrideState
from meeting.bookings.overrides.queries import OverrideView
from meeting.bookings.placing import Placed, Wish
from meeting.rooms import queries as rooms

_KIND: Final = "meeting_override"


def ask_within(actor: Actor, *, wish: Wish, reason: str) -> Placed:
    """Book what is free, and ask that the rest displaces who has the room. What is free throughout is booked.

    Raises what `placing.place` does, NothingToOverride or OverrideNotAllowed.
    """
    placed = placing.place(actor, wish, keeps_conflicts=True)
    taken = [each.id for each in placed.occurrences if each.code == Reason.TAKEN]
    if not taken:
        if any(each.state is State.CONFLICT for each in placed.occurrences):
            raise NothingToOverride
        return placed
    booking = db.session.get_one(Booking, placed.id)
    wanting = db.session.scalars(
        select(Occurrence).where(Occurrence.id.in_(taken)).order_by(Occurrence.start_at)
    ).all()
    override = operations.ask(actor, booking, wanting, reason=reason, at=clock.now())
    record(
        actor,
        "meeting.override_asked",
        _KIND,
        override.id,
        number=booking.number,
        meetings=len(override.displaced_ids),
        reason=reason,
    )
    return placed


@atomic
def ask(actor: Actor, *, wish: Wish, reason: str) -> Placed:
    """`ask_within` as a unit of work of its own."""
    return ask_within(actor, wish=wish, reason=reason)


@atomic
def approve(actor: Actor, override_id: int, *, comment: str = "") -> OverrideView:
    """Let meetings displace others, which are told of what else is free.

    Raises OverrideNotFound, OwnOverride, OverrideDecided or OverrideMoved.
    """
    override, booking, wanting = _deciding(actor, override_id)
    now = clock.now()
    losers = operations.displace(actor, override, booking, wanting, at=now)
    operations.decide(actor, override, OverrideState.APPROVED, text=comment, at=now)
    record(
        actor,
        "meeting.override_approved",
        _KIND,
        override.id,
        number=booking.number,
        meetings=len(losers),
        reason=comment,
    )
    operations.tell_decided(booking, override, wanting, "已获同意，会议室已为您预订")
    return _shown(actor, override)


@atomic
def reject(actor: Actor, override_id: int, *, reason: str) -> OverrideView:
    """Let those stay who have the room. Raises OverrideNotFound, OwnOverride or OverrideDecided."""
    override, booking, wanting = _deciding(actor, override_id)
    operations.decide(actor, override, OverrideState.REJECTED, text=reason, at=clock.now())
    record(actor, "meeting.override_rejected", _KIND, override.id, number=booking.number, reason=reason)
    operations.tell_decided(booking, override, wanting, f"未获同意：{reason}")
    return _shown(actor, override)


@atomic
def withdraw(actor: Actor, override_id: int) -> OverrideView:
    """Take a request back. Raises OverrideNotFound or OverrideDecided."""
    override, booking, _ = operations.locked(override_id)
    if actor.staff_id not in (override.asked_by, booking.organiser_id):
        raise OverrideNotFound
    now = clock.now()
    policies.ensure_waiting(override, now)
    operations.decide(actor, override, OverrideState.WITHDRAWN, text="", at=now)
    record(actor, "meeting.override_withdrawn", _KIND, override.id, number=booking.number)
    return _shown(actor, override)


@atomic
def lapse_due() -> int:
    """Record which requests nobody decided in time; again is harmless."""
    return operations.lapse_due(clock.now())


def _deciding(actor: Actor, override_id: int) -> tuple[Override, Booking, list[Occurrence]]:
    override, booking, wanting = operations.locked(override_id)
    is_own = actor.staff_id in (override.asked_by, booking.organiser_id)
    if not is_own and not policies.decides(actor, rooms.find(override.room_id)):
        raise OverrideNotFound
    policies.ensure_decidable(actor, override, booking.organiser_id, clock.now())
    return override, booking, wanting


def _shown(actor: Actor, override: Override) -> OverrideView:
    db.session.flush()
    return queries.view(actor, override)
