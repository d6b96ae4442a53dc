"""The HTTP of the meeting bookings: placing and reading them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.paging import Page
from meeting.bookings import services
from meeting.bookings.overrides import services as overrides
from meeting.bookings.placing import Placed
from meeting.bookings.schemas import (
    BookingOut,
    BookingPreviewOut,
    BookingRowOut,
    BookingsQuery,
    BookingWishIn,
    MeetingRowOut,
    PlacedOut,
)
from meeting.bookings.views import BookingView
from meeting.hospitality import booking as served_booking
from meeting.hospitality.schemas import ServedBookingIn

blueprint = Blueprint("meeting_bookings", __name__)


@endpoint(
    blueprint,
    "POST",
    "/meeting/bookings",
    permission=Permission.SELF,
    body=ServedBookingIn,
    out=PlacedOut,
    status=201,
)
def create_booking(actor: Actor, body: dict[str, Any]) -> Placed:
    """Book a room, once or as a series. The meetings are answered date by date."""
    reason = body["override"]["reason"] if body.get("override") else ""
    if body.get("services"):
        return served_booking.book(
            actor, wish=body["wish"], services=body["services"], override_reason=reason
        )
    if reason:
        return overrides.ask(actor, wish=body["wish"], reason=reason)
    return services.book(actor, wish=body["wish"])


@endpoint(
    blueprint,
    "POST",
    "/meeting/bookings/preview",
    permission=Permission.SELF,
    body=BookingWishIn,
    out=BookingPreviewOut,
    keeps_answer=False,
)
def preview_booking(actor: Actor, body: dict[str, Any]) -> Placed:
    """What booking would come to, date by date; nothing is written."""
    return services.preview(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/bookings",
    permission=Permission.SELF,
    query=BookingsQuery,
    out=BookingRowOut,
    many=True,
)
def list_bookings(actor: Actor, query: dict[str, Any]) -> Page:
    """One's own bookings, those one attends, those to decide, or all that one may see; the newest first."""
    return services.page_bookings(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/occurrences",
    permission=Permission.SELF,
    query=BookingsQuery,
    out=MeetingRowOut,
    many=True,
)
def list_occurrences(actor: Actor, query: dict[str, Any]) -> Page:
    """Meetings one by one from today, or within a span; the earliest first."""
    return services.page_occurrences(actor, **query)


@endpoint(blueprint, "GET", "/meeting/bookings/<id:booking_id>", permission=Permission.SELF, out=BookingOut)
def get_booking(actor: Actor, booking_id: int) -> BookingView:
    """All of a booking, with what the reader may do with each of its meetings."""
    return services.get_booking(actor, booking_id)
