"""The waitlist of meeting rooms over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from meeting.bookings.waitlist import queries, services
from meeting.bookings.waitlist.schemas import (
    QueueQuery,
    WaitlistEntryOut,
    WaitlistIn,
    WaitlistQuery,
    WhichEntries,
)

blueprint = Blueprint("meeting_waitlist", __name__, description="会议室候补")


@endpoint(
    blueprint,
    "POST",
    "/meeting/waitlist",
    permission=Permission.SELF,
    body=WaitlistIn,
    out=WaitlistEntryOut,
    status=201,
)
def enter(actor: Actor, body: dict[str, Any]) -> Any:
    """Wait for a room that is taken, or for any of a campus"""
    return services.enter(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/waitlist",
    permission=Permission.SELF,
    query=WaitlistQuery,
    out=WaitlistEntryOut,
    many=True,
)
def list_own(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own entries, and those that one made for others"""
    only_open = query.pop("state") is WhichEntries.OPEN
    return queries.page_own(actor, only_open=only_open, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/waitlist/queue",
    permission=Permission.SELF,
    query=QueueQuery,
    out=WaitlistEntryOut,
    many=True,
)
def list_queue(actor: Actor, query: dict[str, Any]) -> Any:
    """Who waits for a room, in order; for those who look after it"""
    return queries.page_queue(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/waitlist/<id:entry_id>",
    permission=Permission.SELF,
    out=WaitlistEntryOut,
)
def show_entry(actor: Actor, entry_id: int) -> Any:
    """One of one's own entries"""
    return queries.get(actor, entry_id)


@endpoint(
    blueprint,
    "POST",
    "/meeting/waitlist/<id:entry_id>/leave",
    permission=Permission.SELF,
    out=WaitlistEntryOut,
)
def leave(actor: Actor, entry_id: int) -> Any:
    """Wait no more"""
    return services.leave(actor, entry_id)


@endpoint(
    blueprint,
    "POST",
    "/meeting/waitlist/<id:entry_id>/accept",
    permission=Permission.SELF,
    out=WaitlistEntryOut,
)
def accept(actor: Actor, entry_id: int) -> Any:
    """Take the room that is offered: it is booked"""
    return services.accept(actor, entry_id)


@endpoint(
    blueprint,
    "POST",
    "/meeting/waitlist/<id:entry_id>/decline",
    permission=Permission.SELF,
    out=WaitlistEntryOut,
)
def decline(actor: Actor, entry_id: int) -> Any:
    """Let the room that is offered go to the next in order"""
    return services.decline(actor, entry_id)
