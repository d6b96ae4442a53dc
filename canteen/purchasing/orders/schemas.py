"""Wire shapes of requests and orders. Weights are grams, money is fen."""

from typing import Any

from marshmallow import post_load

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
    Tenths,
)
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.orders.models import OrderState, RequestOrigin, RequestState
from canteen.purchasing.orders.policies import Wanted

_MOST_G = 100_000_000
_MOST_FEN = 100_000_000


class PurchaseRequestsQuery(PageQuery):
    """Which requests."""

    canteen_id = Id(load_default=None)
    state = Choice(RequestState, load_default=None)
    origin = Choice(RequestOrigin, load_default=None)
    wanted_from = Date(load_default=None)
    wanted_until = Date(load_default=None)


class NeededIn(In):
    """So much of an ingredient."""

    ingredient_id = Id(required=True)
    needed_g = Int(required=True, minimum=1, maximum=_MOST_G)


class PurchaseRequestIn(In):
    """What a canteen needs by a day; unless `subtracts` nothing is taken off for stock and orders."""

    canteen_id = Id(required=True)
    wanted_on = Date(required=True)
    lines = Many(Part(NeededIn), required=True, minimum=1, maximum=300)
    note = Str(max_length=200, load_default="")
    subtracts = Bool(load_default=True)


class MinimumIn(In):
    """For which canteen the minimum stocks are filled up, and by when."""

    canteen_id = Id(required=True)
    wanted_on = Date(required=True)


class ChoiceIn(In):
    """Of whom an ingredient is ordered."""

    ingredient_id = Id(required=True)
    supplier_id = Id(required=True)


class SplitIn(In):
    """When the orders are expected (the request's day), and of whom, where it is not the best price."""

    expected_on = Date(allow_none=True, load_default=None)
    choices = Many(Part(ChoiceIn), load_default=(), maximum=300)


class RequestLineOut(Out):
    """A line of a request; `supplier_name` was the cheapest when it was made."""

    id = Id()
    ingredient_id = Id()
    ingredient_name = Str()
    category = Choice(IngredientCategory)
    needed_g = Int()
    stock_g = Int()
    on_order_g = Int()
    pack_g = Int(allow_none=True)
    supplier_id = Id(allow_none=True)
    supplier_name = Str()
    wanted_g = Int()
    ordered_g = Int()
    note = Str()


class MadeOrderOut(Out):
    """An order that was made from a request."""

    id = Id()
    number = Str()


class PurchaseRequestOut(Out):
    """A request."""

    id = Id()
    number = Str()
    canteen_id = Id()
    canteen_name = Str()
    wanted_on = Date()
    origin = Choice(RequestOrigin)
    origin_id = Id(allow_none=True)
    state = Choice(RequestState)
    note = Str()
    created_at = Instant()
    created_by_name = Str()
    ended_at = Instant(allow_none=True)
    ended_by_name = Str()
    lines = Many(Part(RequestLineOut))
    orders = Many(Part(MadeOrderOut))


class PurchaseOrdersQuery(PageQuery):
    """Which orders; `is_open`: something is still to be done or to come, `is_late`: it should have come."""

    canteen_id = Id(load_default=None)
    supplier_id = Id(load_default=None)
    state = Choice(OrderState, load_default=None)
    is_open = Bool(load_default=None)
    is_late = Bool(load_default=None)
    expected_from = Date(load_default=None)
    expected_until = Date(load_default=None)
    q = Str(max_length=20, load_default="")


class PurchaseLineIn(In):
    """Packs of an ingredient; without a price that of the supplier's list counts."""

    ingredient_id = Id(required=True)
    pack_g = Int(required=True, minimum=1, maximum=1_000_000)
    packs = Int(required=True, minimum=1, maximum=100_000)
    price_fen = Fen(minimum=0, maximum=_MOST_FEN, allow_none=True, load_default=None)
    note = Str(max_length=100, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """What the use case takes."""
        return Wanted(**data)


class NewPurchaseOrderIn(In):
    """An order of one supplier."""

    canteen_id = Id(required=True)
    supplier_id = Id(required=True)
    expected_on = Date(required=True)
    lines = Many(Part(PurchaseLineIn), required=True, minimum=1, maximum=300)
    note = Str(max_length=200, load_default="")


class PurchaseOrderIn(In):
    """A draft anew."""

    revision = Int(required=True, minimum=1)
    expected_on = Date(required=True)
    lines = Many(Part(PurchaseLineIn), required=True, minimum=1, maximum=300)
    note = Str(max_length=200, load_default="")


class OrderStepIn(In):
    """A step; with `revision` only if the order is as it was seen."""

    revision = Int(minimum=1, allow_none=True, load_default=None)


class ApprovalIn(OrderStepIn):
    """An approval, with a word if there is something to say."""

    word = Str(max_length=200, load_default="")


class ReasonedStepIn(OrderStepIn):
    """A step that needs a reason."""

    reason = Str(required=True, min_length=2, max_length=200)


class PurchaseLineOut(Out):
    """A line of an order; `rest_g` is still expected."""

    id = Id()
    ingredient_id = Id()
    ingredient_name = Str()
    category = Choice(IngredientCategory)
    pack_g = Int()
    packs = Int()
    price_fen = Fen()
    amount_fen = Fen()
    ordered_g = Int()
    received_g = Int()
    refused_g = Int()
    closed_g = Int()
    rest_g = Int()
    note = Str()


class PurchaseOrderOut(Out):
    """An order; `problems` say why its supplier may not supply now."""

    id = Id()
    number = Str()
    canteen_id = Id()
    canteen_name = Str()
    supplier_id = Id()
    supplier_name = Str()
    problems = Many(Str())
    request_id = Id(allow_none=True)
    state = Choice(OrderState)
    revision = Int()
    expected_on = Date()
    is_late = Bool()
    total_fen = Fen()
    note = Str()
    created_at = Instant()
    created_by_name = Str()
    submitted_at = Instant(allow_none=True)
    submitted_by_name = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    decision = Str()
    ended_at = Instant(allow_none=True)
    ended_by_name = Str()
    ended_reason = Str()
    may_decide = Bool()
    lines = Many(Part(PurchaseLineOut))


class SplitOut(Out):
    """The orders that a request was split into, and the ingredients that nobody offers."""

    orders = Many(Part(PurchaseOrderOut))
    left = Many(Str())


class CanteenPurchasesQuery(Query):
    """Of which canteen."""

    canteen_id = Id(required=True)


class MinimumOut(Out):
    """An ingredient of which there is too little."""

    ingredient_id = Id()
    ingredient_name = Str()
    needed_g = Int()
    stock_g = Int()
    on_order_g = Int()
    wanted_g = Int()


class SpendingQuery(Query):
    """Of which canteen, from day to day."""

    canteen_id = Id(required=True)
    first = Date(required=True)
    last = Date(required=True)


class CategorySumOut(Out):
    """What was spent on a category."""

    category = Choice(IngredientCategory)
    net_g = Int()
    amount_fen = Int()


class MonthSpendingOut(Out):
    """What was spent in a month, beside its budget and what is still to come."""

    month = Month()
    amount_fen = Int()
    expected_fen = Int()
    budget_fen = Int(allow_none=True)
    used_percent = Tenths(allow_none=True)
    categories = Many(Part(CategorySumOut))


class AssistanceQuery(Query):
    """From day to day, of a canteen or of all that one reads."""

    first = Date(required=True)
    last = Date(required=True)
    canteen_id = Id(load_default=None)


class SupplierSumOut(Out):
    """What was bought of a supplier."""

    supplier_id = Id()
    supplier_name = Str()
    region = Str()
    is_assistance = Bool()
    amount_fen = Int()


class AssistanceOut(Out):
    """The share of assistance (消费扶贫) of what was bought."""

    first = Date()
    last = Date()
    total_fen = Int()
    assistance_fen = Int()
    percent = Tenths(allow_none=True)
    sources = Many(Part(SupplierSumOut))


def request_of(body: dict[str, Any]) -> dict[str, Any]:
    """What the use case takes of `PurchaseRequestIn`: an ingredient that stands twice is added up."""
    needs: dict[int, int] = {}
    for line in body["lines"]:
        needs[line["ingredient_id"]] = needs.get(line["ingredient_id"], 0) + line["needed_g"]
    return {**{name: value for name, value in body.items() if name != "lines"}, "needs": needs}


def split_of(body: dict[str, Any]) -> dict[str, Any]:
    """What the use case takes of `SplitIn`."""
    chosen = {one["ingredient_id"]: one["supplier_id"] for one in body["choices"]}
    return {"expected_on": body["expected_on"], "choices": chosen}
