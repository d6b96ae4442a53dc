"""Wire shapes of the inbox."""

from typing import Any

from marshmallow import validates_schema

from backend.wire import Bool, Id, In, Instant, Int, Many, Out, Part, Query, Str, ValidationError

MOST_AT_ONCE = 100


class InboxQuery(Query):
    """Which part of one's own inbox. `before` is the `next_before` of the part that came last."""

    before = Id()
    limit = Int(minimum=1, maximum=MOST_AT_ONCE, load_default=20)
    unread = Bool(load_default=False)


class MessageOut(Out):
    """A message. `page` is the page of the mini-program that it leads to, or empty."""

    id = Id()
    kind = Str()
    title = Str()
    text = Str()
    page = Str()
    is_urgent = Bool()
    needs_acknowledgement = Bool()
    created_at = Instant()
    read_at = Instant(allow_none=True)
    acknowledged_at = Instant(allow_none=True)


class InboxOut(Out):
    """A part of one's own inbox, the newest first, and how many messages are unread in all."""

    messages = Many(Part(MessageOut))
    next_before = Id(allow_none=True)
    unread = Int()


class ReadIn(In):
    """Which messages were read: these, or all."""

    ids = Many(Id(), minimum=1, maximum=MOST_AT_ONCE)
    all = Bool()

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """Either the ones or all of them."""
        if ("ids" in data) == data.get("all", False):
            raise ValidationError("请提供 ids，或令 all 为 true")


class MarkedOut(Out):
    """How many messages became read, and how many are unread still."""

    marked = Int()
    unread = Int()
