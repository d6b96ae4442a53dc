"""Use cases of the bookings: placing one, looking what it would come to, reading."""

from typing import Any

from backend.actor import Actor
from backend.db import atomic
from backend.paging import Page
from meeting.bookings import listing, placing, views
from meeting.bookings.placing import Placed, Wish
from meeting.bookings.views import BookingView


@atomic
def book(actor: Actor, *, wish: Wish) -> Placed:
    """Book a room, once or as a series. Raises what `placing.place` raises."""
    return placing.place(actor, wish)


def preview(actor: Actor, *, wish: Wish) -> Placed:
    """What booking it now would come to; nothing is written. Raises what `placing.preview` raises."""
    return placing.preview(actor, wish)


def get_booking(actor: Actor, booking_id: int) -> BookingView:
    """A booking that the actor may know of. Raises BookingNotFound."""
    return views.get_view(actor, booking_id)


def page_bookings(actor: Actor, **query: Any) -> Page:
    """Bookings within a scope."""
    return listing.page_bookings(actor, **query)


def page_occurrences(actor: Actor, **query: Any) -> Page:
    """Meetings within a scope."""
    return listing.page_occurrences(actor, **query)
