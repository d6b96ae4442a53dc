"""Wire shapes of ordering. Amounts are fen, weights grams."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from canteen.menu.models import Period, Portion
from canteen.ordering.models import Dining, OrderState
from canteen.ordering.placing import Request
from canteen.ordering.policies import MOST_LINES, Wish


class WishIn(In):
    """One dish in one portion."""

    dish_id = Id(required=True)
    portion = Choice(Portion, load_default=Portion.STANDARD)
    quantity = Int(required=True, minimum=1, maximum=99)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wish:
        """The line as the use case takes it."""
        return Wish(**data)


class OrderChangeIn(In):
    """The lines that an order shall have."""

    items = Many(Part(WishIn), required=True, minimum=1, maximum=MOST_LINES)
    dining = Choice(Dining, load_default=Dining.DINE_IN)
    note = Str(load_default="", max_length=200)
    # The beginning of a window in which a takeaway is collected.
    collect_from = Instant(load_default=None, allow_none=True)


class OrderIn(OrderChangeIn):
    """An order for one meal."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The order as the use case takes it."""
        return {
            "request": Request(
                canteen_id=data["canteen_id"],
                served_on=data["date"],
                period=data["period"],
                wishes=data["items"],
                dining=data["dining"],
                note=data["note"],
                collect_from=data["collect_from"],
            )
        }


class LineOut(Out):
    """One line with its price at the moment of ordering.

    Of a meal by weight: portion `weight`, quantity 1, what all of the dish weighed and cost, and the price
    of a kilogram; null for others.
    """

    dish_id = Id()
    name = Str(attribute="dish_name")
    portion = Str()
    quantity = Int()
    price_fen = Int()
    amount_fen = Int()
    weight_g = Int()
    price_fen_per_kg = Int(allow_none=True)


class OrderOut(Out):
    """An order."""

    id = Id()
    number = Str()
    state = Str()
    canteen_id = Id()
    date = Date()
    period = Str()
    dining = Str()
    note = Str()
    origin = Str()
    collect_from = Instant(allow_none=True)
    collect_until = Instant(allow_none=True)
    total_fen = Int()
    packaging_fen = Int()
    revision = Int()
    placed_at = Instant()
    cancelled_at = Instant(allow_none=True)
    pickup_no = Int(allow_none=True)
    picked_up_at = Instant(allow_none=True)
    items = Many(Part(LineOut))


class OrdersQuery(PageQuery):
    """Which of one's orders."""

    from_date = Date()
    to_date = Date()
    state = Choice(OrderState)


class WeekQuery(Query):
    """Which canteen, and the first of the seven days; today by default."""

    canteen_id = Id(required=True)
    from_on = Date(data_key="from")


class OwnMealOut(Out):
    """The diner's active order for a day and period, at whichever canteen."""

    id = Id()
    canteen_id = Id()
    state = Str()


class WeekMealOut(Out):
    """One period on one day; `state` is open, closed or unpublished."""

    period = Str()
    name = Str()
    state = Str()
    order_closes_at = Instant(allow_none=True)
    cancel_closes_at = Instant(allow_none=True)
    serves_from = Instant(allow_none=True)
    serves_until = Instant(allow_none=True)
    order = Part(OwnMealOut, allow_none=True)


class WeekDayOut(Out):
    """A day; `note` names a holiday or the like."""

    date = Date()
    is_open = Bool()
    note = Str()
    periods = Many(Part(WeekMealOut))


class WeekOut(Out):
    """Seven days of a canteen as one diner sees them."""

    canteen_id = Id()
    days = Many(Part(WeekDayOut))


class PrepListQuery(Query):
    """Which meal."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


class PrepDishOut(Out):
    """How often a dish is wanted in one portion."""

    dish_id = Id()
    name = Str(attribute="dish_name")
    portion = Str()
    quantity = Int()
    weight_g = Int()


class PrepReceptionDishOut(Out):
    """How many standard portions of a dish a reception takes."""

    dish_id = Id()
    name = Str(attribute="dish_name")
    quantity = Int()
    weight_g = Int()


class PrepReceptionOut(Out):
    """An official reception at the meal: `heads` people of a department and its guests."""

    id = Id()
    number = Str()
    department = Str()
    heads = Int()
    note = Str()
    dishes = Many(Part(PrepReceptionDishOut))


class PrepListOut(Out):
    """What the kitchen prepares; final once `is_frozen`."""

    canteen_id = Id()
    date = Date()
    period = Str()
    is_frozen = Bool()
    frozen_at = Instant(allow_none=True)
    orders = Int()
    dishes = Many(Part(PrepDishOut), maximum=10_000)
    receptions = Many(Part(PrepReceptionOut), maximum=1_000)
