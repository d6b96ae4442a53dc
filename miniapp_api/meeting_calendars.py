"""Meetings in calendars: a booking's file, feeds by secret token, what a door's display opens."""

from typing import Any, Final

from flask import Response, request
from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint, public
from meeting.calendars import documents, queries, services, views
from meeting.calendars.schemas import DoorLinksOut, FeedIn, FeedOut, NewFeedOut

blueprint = Blueprint("meeting_calendars", __name__, description="会议日历")
FEEDS: Final = "/meeting/calendar-feeds"


@endpoint(
    blueprint,
    "GET",
    "/meeting/bookings/<id:booking_id>/calendar",
    permission=Permission.SELF,
    file=documents.MEDIA_TYPE,
)
def export_booking(actor: Actor, booking_id: int) -> File:
    """A booking as an iCalendar file, with its recurrence, exceptions and cancellations"""
    number, contents = queries.contents_of_booking(actor, booking_id)
    return File(documents.calendar_of(contents), f"会议-{number}.ics")


@endpoint(blueprint, "GET", FEEDS, permission=Permission.SELF, out=FeedOut, many=True)
def list_calendar_feeds(actor: Actor) -> Any:
    """One's own feed and those of the rooms that one looks after"""
    return queries.list_feeds(actor)


@endpoint(
    blueprint,
    "POST",
    FEEDS,
    permission=Permission.SELF,
    body=FeedIn,
    out=NewFeedOut,
    status=201,
    keeps_answer=False,
)
def publish_calendar_feed(actor: Actor, body: dict[str, Any]) -> Any:
    """A new feed, whose address is told this once; the former address of the same person or room ends"""
    return services.publish_feed(actor, **body)


@endpoint(blueprint, "DELETE", f"{FEEDS}/<id:feed_id>", permission=Permission.SELF, out=FeedOut)
def revoke_calendar_feed(actor: Actor, feed_id: int) -> Any:
    """End a feed"""
    return services.revoke_feed(actor, feed_id=feed_id)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/<id:room_id>/door",
    permission=Permission.SELF,
    out=DoorLinksOut,
)
def get_door_links(actor: Actor, room_id: int) -> Any:
    """What to open on the display at a room's door"""
    return views.links(actor, room_id)


@public  # Whoever holds the token: a calendar program sends no Authorization header.
def get_feed(token: str) -> Response:
    """What a feed tells now; 304 if the calendar program has it already."""
    contents = queries.contents_by_token(token)
    etag = documents.etag_of(contents)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(documents.calendar_of(contents), mimetype=documents.MEDIA_TYPE)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


get_feed._apidoc = {  # type: ignore[attr-defined] # flask-smorest looks there.
    "manual_doc": {
        "summary": "日历订阅（iCalendar）",
        "responses": {
            "200": {
                "description": "OK",
                "content": {documents.MEDIA_TYPE: {"schema": {"type": "string"}}},
            },
            "304": {"description": "Not changed"},
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": "Failure"}},
            },
        },
        "x-permission": "public",
        "security": [],
    }
}
blueprint.route("/calendar/<token>.ics", methods=["GET"])(get_feed)
