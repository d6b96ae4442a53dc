"""Feeds and the door's display on the wire."""

from typing import Any

from marshmallow import pre_dump

from backend.wire import Bool, Choice, Id, In, Instant, Out, Str
from meeting.calendars.models import FeedKind
from meeting.calendars.queries import NewFeed


class FeedIn(In):
    """For which room; without one for oneself."""

    room_id = Id(load_default=None, allow_none=True)


class FeedOut(Out):
    """A feed. Its address is told when it is made, and never again."""

    id = Id()
    kind = Choice(FeedKind)
    room_id = Id(allow_none=True)
    room = Str()
    title = Str()
    made_at = Instant()
    made_by_name = Str()


class NewFeedOut(FeedOut):
    """A feed with its address."""

    url = Str()

    @pre_dump
    def _flatten(self, new: NewFeed, **_: Any) -> dict[str, Any]:
        fields = ("id", "kind", "room_id", "room", "title", "made_at", "made_by_name")
        return {name: getattr(new.feed, name) for name in fields} | {"url": new.url}


class DoorLinksOut(Out):
    """What is to be opened on the display at a room's door."""

    address = Str()
    link = Str()
    is_public = Bool()
