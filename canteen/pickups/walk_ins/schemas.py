"""Wire shapes of walk-ins. Amounts are fen, weights grams."""

from typing import Any

from marshmallow import validates_schema

from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    Part,
    Query,
    Str,
    ValidationError,
)
from canteen.menu.models import Period
from canteen.ordering.models import Dining
from canteen.ordering.policies import MOST_LINES
from canteen.ordering.schemas import WishIn


class DinerCodeOut(Out):
    """A code that says who one is, to show at the counter."""

    token = Str()
    expires_at = Instant()
    qr_svg = Str(max_length=20_000)


class OfferQuery(Query):
    """Which meal."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


class WalkInPortionOut(Out):
    """A portion to choose; `remaining` null means unlimited."""

    portion = Str()
    price_fen = Int()
    weight_g = Int()
    remaining = Int(allow_none=True)


class WalkInDishOut(Out):
    """A dish to choose."""

    dish_id = Id()
    name = Str()
    category = Str()
    remaining = Int(allow_none=True)
    portions = Many(Part(WalkInPortionOut))


class WalkInOfferOut(Out):
    """What a counter offers to those without an order: allowed by the canteen's rule, open by the clock."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    meal_name = Str()
    is_allowed = Bool()
    is_open = Bool()
    opens_at = Instant()
    closes_at = Instant()
    dishes = Many(Part(WalkInDishOut))


class WalkInIn(In):
    """Who is served what: by the diner's code, or else by the card."""

    diner_token = Str(min_length=1, max_length=100)
    card_no = Str(min_length=1, max_length=32)
    canteen_id = Id(required=True)
    period = Choice(Period, required=True)
    items = Many(Part(WishIn), required=True, minimum=1, maximum=MOST_LINES)
    dining = Choice(Dining, load_default=Dining.DINE_IN)

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """One way or the other."""
        if ("diner_token" in data) == ("card_no" in data):
            raise ValidationError("请提供用餐码或饭卡号其中之一")
