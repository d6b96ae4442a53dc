"""Booking a room together with the services of its meetings: one unit, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend import clock
from backend.actor import Actor
from backend.db import atomic
from meeting.bookings import placing
from meeting.bookings.overrides import services as overrides
from meeting.bookings.placing import Placed, Wish
from meeting.hospitality import services as hospitality


@atomic
def book(
    actor: Actor, *, wish: Wish, services: Sequence[Mapping[str, Any]], override_reason: str = ""
) -> Placed:
    """Book a room, and order these services for all of its meetings that could be had.

    With a reason, what others have is asked for, too. Raises what `placing.place`, with a reason
    `overrides.services.ask`, and `services.order_with_booking` raise.
    """
    if override_reason:
        placed = overrides.ask_within(actor, wish=wish, reason=override_reason)
    else:
        placed = placing.place(actor, wish)
    hospitality.order_with_booking(actor, placed.id, services, at=clock.now())
    return placed
