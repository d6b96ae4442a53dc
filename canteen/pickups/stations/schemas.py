"""Wire shapes of the stations."""

from typing import Any

from marshmallow import post_load

from backend.wire import Choice, Date, Id, In, Instant, Int, Many, Out, Part, Query, Str
from canteen.menu.models import Period
from canteen.pickups.stations.policies import Told

MOST_TOLD = 200


class StationQuery(Query):
    """Which meal."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


class ListedLineOut(Out):
    """A dish of a listed order."""

    name = Str(attribute="dish_name")
    portion = Str()
    quantity = Int()


class ListedOrderOut(Out):
    """An order to take along. `proof` and `card` are SHA-256 of `salt:proof` and `salt:card number`."""

    id = Id()
    revision = Int()
    pickup_no = Int(allow_none=True)
    staff_name = Str()
    proof = Str()
    card = Str()
    picked_up_at = Instant(allow_none=True)
    dining = Str()
    note = Str()
    items = Many(Part(ListedLineOut), attribute="lines")


class StationListOut(Out):
    """The orders of a meal, with the permit to tell pick-ups of it until `until_at`."""

    canteen_id = Id()
    date = Date()
    period = Str()
    prepared_at = Instant()
    pickup_from = Instant(allow_none=True)
    until_at = Instant()
    salt = Str()
    permit = Str()
    orders = Many(Part(ListedOrderOut))


class ToldIn(In):
    """An offline pick-up; `key` is the tablet's own, e.g. a UUID."""

    key = Str(required=True, min_length=16, max_length=36)
    order_id = Id(required=True)
    revision = Int(required=True, minimum=1)
    handed_out_at = Instant(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Told:
        """What the service takes."""
        return Told(**data)


class ReportIn(In):
    """What a station handed out while it was offline."""

    permit = Str(required=True, min_length=1, max_length=200)
    pickups = Many(Part(ToldIn), required=True, minimum=1, maximum=MOST_TOLD)


class ToldOut(Out):
    """What became of one of them; `reason` is the code of a refusal."""

    key = Str()
    order_id = Id()
    outcome = Str()
    reason = Str()
