"""Use cases of feeds: publish one for oneself or for a room, and end it."""

import secrets

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.config import settings
from backend.db import atomic
from backend.errors import Forbidden
from backend.identity import queries as identity
from meeting.calendars import operations, policies, queries
from meeting.calendars.errors import FeedNotFound
from meeting.calendars.models import FeedKind
from meeting.calendars.queries import FeedView, NewFeed
from meeting.rooms import operations as room_operations
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as room_queries

API_PATH = "/api/v1/calendar"


@atomic
def publish_feed(actor: Actor, *, room_id: int | None = None) -> NewFeed:
    """A feed of one's own meetings, or of a room that one looks after; the former address ends.

    Raises RoomNotFound, or Forbidden for a room that others look after.
    """
    now, token = clock.now(), secrets.token_urlsafe(policies.TOKEN_BYTES)
    if room_id is None:
        identity.lock_staff(actor.staff_id)
        kind, subject_id = FeedKind.PERSON, actor.staff_id
    else:
        room = room_queries.get(actor, room_id)
        if not room_policies.manages(actor, room):
            raise Forbidden
        room_operations.lock([room_id])
        kind, subject_id = FeedKind.ROOM, room_id
    was_renewed = operations.revoke(actor, kind, subject_id, at=now)
    feed = operations.publish(actor, kind, subject_id, token, at=now)
    action = "meeting.feed_renewed" if was_renewed else "meeting.feed_published"
    record(actor, action, "calendar_feed", feed.id, kind=kind.value, subject_id=subject_id)
    view = queries.view_of(feed, actor.name, room_queries.all_rooms())
    return NewFeed(view, f"{settings().public_url}{API_PATH}/{token}.ics")


@atomic
def revoke_feed(actor: Actor, *, feed_id: int) -> FeedView:
    """End a feed: its address tells nothing more. Raises FeedNotFound, for somebody else's, too."""
    feed = operations.find_live(feed_id)
    if feed is None:
        raise FeedNotFound
    kind, rooms = FeedKind(feed.kind), room_queries.all_rooms()
    is_theirs = feed.subject_id == actor.staff_id
    if kind is FeedKind.ROOM:
        room = rooms.get(feed.subject_id)
        is_theirs = room is not None and room_policies.manages(actor, room)
    if not is_theirs:
        raise FeedNotFound
    view = queries.view_of(feed, identity.names_of([feed.made_by]).get(feed.made_by, ""), rooms)
    operations.revoke(actor, kind, feed.subject_id, at=clock.now())
    record(
        actor, "meeting.feed_revoked", "calendar_feed", feed_id, kind=kind.value, subject_id=feed.subject_id
    )
    return view
