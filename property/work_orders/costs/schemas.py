"""Wire shapes of materials, stores and bills. Quantities are JSON numbers of at most two decimals."""

from typing import Any

from marshmallow import post_load

from backend.wire import (
    Bool,
    Choice,
    Date,
    Fen,
    Hundredths,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
)
from property.work_orders.costs import policies
from property.work_orders.costs.models import CostKind, EstimateState, MovementKind
from property.work_orders.costs.policies import Quantity


class Quantities(Hundredths):
    """How much of a material: more than nothing."""

    def __init__(self, *, minimum: int = 1, **kwargs: Any) -> None:
        super().__init__(minimum=minimum, maximum=policies.MOST_HUNDREDTHS, **kwargs)


class Price(Fen):
    """A price in fen."""

    def __init__(self, *, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(minimum=minimum, maximum=policies.MOST_PRICE_FEN, **kwargs)


# Materials


class MaterialsQuery(PageQuery):
    """Which materials; with a store, what it has of each."""

    q = Str(load_default="", max_length=40)
    store_id = Id()
    is_active = Bool()


class MaterialChangeIn(In):
    """How a material is described."""

    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    spec = Str(load_default="", max_length=policies.LONGEST_SPEC)
    unit = Str(required=True, min_length=1, max_length=policies.LONGEST_UNIT)
    is_active = Bool(required=True)


class MaterialIn(In):
    """A new material."""

    code = Str(required=True, min_length=1, max_length=policies.LONGEST_CODE)
    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    spec = Str(load_default="", max_length=policies.LONGEST_SPEC)
    unit = Str(required=True, min_length=1, max_length=policies.LONGEST_UNIT)
    price_fen = Price(required=True)


class MaterialPriceIn(In):
    """What a unit costs from now on."""

    price_fen = Price(required=True)
    reason = Str(load_default="", max_length=200)


class MaterialOut(Out):
    """A material; `in_stock` where a store was named."""

    id = Id()
    code = Str()
    name = Str()
    spec = Str()
    unit = Str()
    price_fen = Int()
    is_active = Bool()
    in_stock = Hundredths(allow_none=True)


class MaterialPriceOut(Out):
    """A price, and who set it."""

    price_fen = Int()
    set_at = Instant()
    set_by_name = Str()
    reason = Str()


class MaterialChangeOut(Out):
    """What importing a row does: `new`, `changed`, `repriced`."""

    code = Str()
    name = Str()
    what = Str()
    before_fen = Int(allow_none=True)
    price_fen = Int()


class MaterialsImportedOut(Out):
    """What an import of the list does; the first of its changes."""

    new = Int()
    changed = Int()
    repriced = Int()
    unchanged = Int()
    changes = Many(Part(MaterialChangeOut))


# Stores


class StoreIn(In):
    """A new store, on a campus or in one of its buildings."""

    name = Str(required=True, min_length=1, max_length=40)
    campus_id = Id(required=True)
    building_id = Id(load_default=None, allow_none=True)


class StoreChangeIn(In):
    """How a store is called, and whether it is in use."""

    name = Str(required=True, min_length=1, max_length=40)
    is_active = Bool(required=True)


class StoreOut(Out):
    """A store."""

    id = Id()
    name = Str()
    campus_id = Id()
    building_id = Int()
    is_active = Bool()


class StockQuery(PageQuery):
    """Which of a store's materials."""

    q = Str(load_default="", max_length=40)
    is_low = Bool(load_default=False)


class StockOut(Out):
    """What a store has of a material."""

    material_id = Id()
    code = Str()
    name = Str()
    spec = Str()
    unit = Str()
    price_fen = Int()
    in_stock = Hundredths()
    least = Hundredths()
    is_low = Bool()
    value_fen = Int()


class LeastIn(In):
    """Below how much a material should be bought."""

    least = Quantities(required=True, minimum=0)


class MovementsQuery(PageQuery):
    """Which movements of a store; both days included."""

    material_id = Id()
    kind = Choice(MovementKind)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")


class MovementOut(Out):
    """What changed a stock, and what there was then."""

    id = Id()
    kind = Choice(MovementKind)
    kind_name = Str()
    material_id = Id()
    code = Str()
    name = Str()
    spec = Str()
    unit = Str()
    quantity = Hundredths()
    after = Hundredths()
    price_fen = Int()
    order_id = Id(allow_none=True)
    order_number = Str()
    at = Instant()
    by_name = Str()
    document = Str()


class DeliveryLineIn(In):
    """How much of a material came; without a price at the list's."""

    material_id = Id(required=True)
    quantity = Quantities(required=True)
    price_fen = Price(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Quantity:
        """The line as the use case takes it."""
        return Quantity(data["material_id"], data["quantity"], data["price_fen"])


class DeliveryIn(In):
    """What came to a store, with the number of its papers."""

    document = Str(load_default="", max_length=200)
    lines = Many(Part(DeliveryLineIn), required=True, minimum=1, maximum=200)


class DeliveryImportQuery(Query):
    """The number of a delivery's papers."""

    document = Str(load_default="", max_length=200)


class StockCountLineIn(In):
    """How much of a material was counted."""

    material_id = Id(required=True)
    quantity = Quantities(required=True, minimum=0)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Quantity:
        """The line as the use case takes it."""
        return Quantity(data["material_id"], data["quantity"])


class StockCountIn(In):
    """What was counted, and on what occasion."""

    reason = Str(required=True, min_length=1, max_length=200)
    lines = Many(Part(StockCountLineIn), required=True, minimum=1, maximum=200)


class StockBookedOut(Out):
    """How many materials a delivery or a count named, and how many were not as they should be."""

    lines = Int()
    wrong = Int()


# Bills


class MaterialLineIn(In):
    """Material out of a store."""

    material_id = Id(required=True)
    store_id = Id(required=True)
    quantity = Quantities(required=True)


class LabourLineIn(In):
    """A worker's minutes, by default one's own."""

    minutes = Int(required=True, minimum=1, maximum=policies.MOST_MINUTES)
    worker_id = Id(load_default=None, allow_none=True)


class OtherLineIn(In):
    """Any other expense."""

    text = Str(required=True, min_length=1, max_length=200)
    amount_fen = Price(required=True, minimum=1)


class EstimateIn(In):
    """What an order is going to cost in all, and why."""

    amount_fen = Price(required=True, minimum=1)
    reason = Str(required=True, min_length=1, max_length=500)


class EstimateDecisionIn(In):
    """What the approver says; a refusal says why."""

    text = Str(load_default="", max_length=500)


class WarrantyIn(In):
    """Whether the work is under warranty, and why."""

    is_warranty = Bool(required=True)
    reason = Str(required=True, min_length=1, max_length=200)


class BillLineOut(Out):
    """A line of a bill."""

    id = Id()
    kind = Choice(CostKind)
    title = Str()
    unit = Str()
    quantity = Hundredths()
    minutes = Int()
    unit_fen = Int()
    amount_fen = Int()
    material_id = Id(allow_none=True)
    store_id = Id(allow_none=True)
    store_name = Str()
    worker_id = Id(allow_none=True)
    cycle = Int()
    added_at = Instant()
    added_by_name = Str()


class EstimateOut(Out):
    """An estimate, and what became of it."""

    id = Id()
    order_id = Id()
    order_number = Str()
    amount_fen = Int()
    reason = Str()
    state = Choice(EstimateState)
    asked_at = Instant()
    asked_by_name = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    decision = Str()


class BillOut(Out):
    """What an order costs, and what the caller may do about it."""

    order_id = Id()
    order_number = Str()
    materials = Many(Part(BillLineOut))
    labour = Many(Part(BillLineOut))
    others = Many(Part(BillLineOut))
    materials_fen = Int()
    labour_fen = Int()
    others_fen = Int()
    total_fen = Int()
    minutes = Int()
    cost_fen = Int()
    is_warranty = Bool()
    warranty_reason = Str()
    limit_fen = Int()
    approved_fen = Int()
    needs_approval = Bool()
    estimates = Many(Part(EstimateOut))
    can = Many(Str())


class WaitingEstimateOut(Out):
    """An estimate that waits, with its order."""

    estimate = Part(EstimateOut)
    place = Str()
    description = Str()
    cost_fen = Int()
