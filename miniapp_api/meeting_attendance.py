"""Signing in to meetings over HTTP, and how often nobody came."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from meeting.bookings.attendance import queries, services
from meeting.bookings.attendance.schemas import CheckInIn, CheckInOut, EmptyRoomsOut, EmptyRoomsQuery, PlateIn

blueprint = Blueprint("meeting_attendance", __name__, description="会议签到")


@endpoint(
    blueprint,
    "POST",
    "/meeting/bookings/<id:booking_id>/check-in",
    permission=Permission.SELF,
    body=CheckInIn,
    out=CheckInOut,
)
def check_in(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Sign in to a meeting; once for the meeting, by anybody of it"""
    return services.check_in(actor, booking_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/meeting/rooms/check-in",
    permission=Permission.SELF,
    body=PlateIn,
    out=CheckInOut,
)
def check_in_at(actor: Actor, body: dict[str, Any]) -> Any:
    """Sign in to one's meeting of now by the plate of its room"""
    return services.check_in_at(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/no-shows",
    permission=Permission.MEETINGS_READ,
    query=EmptyRoomsQuery,
    out=EmptyRoomsOut,
)
def show_no_shows(actor: Actor, query: dict[str, Any]) -> Any:
    """How often nobody came, by department; small ones together, never by person"""
    return queries.no_shows(actor, **query)
