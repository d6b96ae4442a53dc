"""Wire shapes of subscriptions."""

from typing import Any

from marshmallow import post_load

from backend.notifications.subscriptions.policies import Answered
from backend.wire import Bool, In, Int, Many, Out, Part, Query, Str


class SubscriptionsQuery(Query):
    """At which of our mini-programs, and about which kinds of messages (the beginning of their keys)."""

    app = Str(min_length=1, max_length=40, load_default="default")
    about = Str(max_length=60, load_default="")


class AnsweredIn(In):
    """One entry of what `wx.requestSubscribeMessage` answered: `accept`, `reject`, `ban`, `filter`, …"""

    template_id = Str(required=True, min_length=1, max_length=64)
    result = Str(required=True, min_length=1, max_length=40)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Answered:
        """The answer as the use case takes it."""
        return Answered(**data)


class SubscriptionsIn(In):
    """What a person answered to a request to subscribe."""

    app = Str(min_length=1, max_length=40, load_default="default")
    results = Many(Part(AnsweredIn), required=True, minimum=1, maximum=10)


class WantedOut(Out):
    """A template to ask for. `remaining` is an estimate; `titles` say which messages it carries."""

    template_id = Str()
    titles = Many(Str())
    remaining = Int()
    is_long_term = Bool()
