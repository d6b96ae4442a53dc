"""Wire shapes of batches, movements and the inventory."""

from typing import Any, Final

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Fen,
    Id,
    In,
    Instant,
    Int,
    Many,
    Month,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
)
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.stock.models import LossCause, MovementKind
from canteen.purchasing.stock.operations import Want
from canteen.purchasing.stock.policies import Usability

MOST_G: Final = 100_000_000
MOST_FEN: Final = 1_000_000_000


class CanteenQuery(Query):
    """Of a canteen."""

    canteen_id = Id(required=True)


class StockMonthQuery(CanteenQuery):
    """A month of a canteen."""

    month = Month(required=True)


class BatchesQuery(PageQuery):
    """Which batches of a canteen; without `usability` those that are not used up."""

    canteen_id = Id(required=True)
    ingredient_id = Id()
    supplier_id = Id()
    usability = Choice(Usability)
    q = Str(max_length=60)


class StockMovementsQuery(PageQuery):
    """Which movements of a canteen."""

    canteen_id = Id(required=True)
    kind = Choice(MovementKind)
    batch_id = Id()
    ingredient_id = Id()
    meal_id = Id()
    from_date = Date()
    to_date = Date()


class InventoryQuery(PageQuery):
    """Which ingredients of a canteen's store."""

    canteen_id = Id(required=True)
    category = Choice(IngredientCategory)
    is_short = Bool()
    q = Str(max_length=60)


class BatchIn(In):
    """What was in store before the books were opened."""

    canteen_id = Id(required=True)
    ingredient_id = Id(required=True)
    quantity_g = Int(required=True, minimum=1, maximum=MOST_G)
    cost_fen = Fen(required=True, minimum=0, maximum=MOST_FEN)
    reason = Str(required=True, min_length=1, max_length=200)
    lot = Str(max_length=40, load_default="")
    produced_on = Date(allow_none=True, load_default=None)
    expires_on = Date(allow_none=True, load_default=None)
    location = Str(max_length=40, load_default="")


class LocationIn(In):
    """Where a batch lies."""

    location = Str(required=True, max_length=40)


class ReasonIn(In):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=200)


class LossIn(In):
    """What is written off; without `grams` all that is left."""

    grams = Int(minimum=1, maximum=MOST_G, allow_none=True, load_default=None)
    cause = Choice(LossCause, required=True)
    reason = Str(required=True, min_length=1, max_length=200)
    photo_id = Id(allow_none=True, load_default=None)


class WantIn(In):
    """A line of an issue; another batch than the first to expire is named with a reason."""

    ingredient_id = Id(required=True)
    grams = Int(required=True, minimum=1, maximum=MOST_G)
    dish_id = Id(allow_none=True, load_default=None)
    batch_id = Id(allow_none=True, load_default=None)
    reason = Str(max_length=200, load_default="")

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Want:
        return Want(**data)


class StockIssueIn(In):
    """What goes to the kitchen, for a meal if that is known."""

    canteen_id = Id(required=True)
    meal_id = Id(allow_none=True, load_default=None)
    lines = Many(Part(WantIn), required=True, minimum=1, maximum=200)


class StockReturnIn(In):
    """What comes back of an issue."""

    grams = Int(required=True, minimum=1, maximum=MOST_G)
    reason = Str(max_length=200, load_default="")


class BatchOut(Out):
    """A batch; `usability` is that of today."""

    id = Int()
    code = Str()
    canteen_id = Int()
    canteen = Str()
    ingredient_id = Int()
    ingredient = Str()
    category = Str()
    supplier_id = Int(allow_none=True)
    supplier = Str()
    receipt_line_id = Int(allow_none=True)
    lot = Str()
    produced_on = Date(allow_none=True)
    expires_on = Date(allow_none=True)
    received_at = Instant()
    quantity_g = Int()
    remaining_g = Int()
    cost_fen = Int()
    remaining_cost_fen = Int()
    location = Str()
    is_blocked = Bool()
    hold = Str(allow_none=True)
    blocked_reason = Str()
    blocked_at = Instant(allow_none=True)
    usability = Choice(Usability)


class StockMovementOut(Out):
    """A movement; grams and fen are negative where something left the store."""

    id = Int()
    kind = Str()
    at = Instant()
    by_name = Str()
    canteen_id = Int()
    batch_id = Int()
    batch = Str()
    ingredient_id = Int()
    ingredient = Str()
    delta_g = Int()
    cost_fen = Int()
    meal_id = Int(allow_none=True)
    dish_id = Int(allow_none=True)
    dish = Str()
    served_on = Date(allow_none=True)
    period = Str(allow_none=True)
    issue_id = Int(allow_none=True)
    count_id = Int(allow_none=True)
    cause = Str(allow_none=True)
    reason = Str()
    photo = Part(PhotoLinksOut, allow_none=True)
    void_of = Int(allow_none=True)
    is_void = Bool()


class StockedOut(Out):
    """What a canteen has of an ingredient."""

    ingredient_id = Int()
    code = Str()
    ingredient = Str()
    category = Str()
    storage = Str()
    remaining_g = Int()
    usable_g = Int()
    expiring_g = Int()
    expired_g = Int()
    blocked_g = Int()
    value_fen = Int()
    batches = Int()
    expires_on = Date(allow_none=True)
    min_stock_g = Int(allow_none=True)
    is_short = Bool()


class TotalOut(Out):
    """What a canteen has in store altogether; `short` counts ingredients, the rest batches."""

    ingredients = Int()
    batches = Int()
    value_fen = Int()
    expiring = Int()
    expired = Int()
    blocked = Int()
    short = Int()


class StockOverviewOut(Out):
    """A canteen's store today, and what waits for somebody."""

    canteen_id = Int()
    canteen = Str()
    total = Part(TotalOut)
    receipts_waiting = Int()
    counts_waiting = Int()


class SumsOut(Out):
    """Grams and fen."""

    grams = Int()
    fen = Int()


class MonthlyOut(Out):
    """An ingredient in a month: opening + received − issued − lost + counted = closing."""

    ingredient_id = Int()
    ingredient = Str()
    category = Str()
    opening = Part(SumsOut)
    received = Part(SumsOut)
    issued = Part(SumsOut)
    lost = Part(SumsOut)
    counted = Part(SumsOut)
    closing = Part(SumsOut)
