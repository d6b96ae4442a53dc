"""Wire shapes of the counter."""

from typing import Any

from marshmallow import post_load, validates_schema

from backend.ratings.schemas import DimensionOut, FiguresOut, GivenRatingOut, RatingIn, RatingOut, scores_of
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
    PageQuery,
    Part,
    Query,
    Str,
    ValidationError,
)
from canteen.accounts.schemas import MoveOut
from canteen.menu.models import Period
from canteen.ordering.schemas import OrderOut
from canteen.pickups.ratings import MEAL

MealScores = scores_of(MEAL)


class PickupCodeOut(Out):
    """A code to show at the counter."""

    token = Str()
    expires_at = Instant()
    qr_svg = Str(max_length=20_000)


class OrderMealOut(Out):
    """The meal of an order, what can be done with it and until when, and what has paid for it.

    `paid` is net of refunds.
    """

    canteen_name = Str(attribute="order.canteen_name")
    period_name = Str(attribute="order.period_name")
    state_name = Str(attribute="order.state_name")
    pickup_from = Instant(attribute="order.pickup_from", allow_none=True)
    serves_from = Instant(attribute="order.serves_from", allow_none=True)
    serves_until = Instant(attribute="order.serves_until", allow_none=True)
    can_show_code = Bool(attribute="order.can_show_code")
    can_change = Bool(attribute="order.can_change")
    changes_until = Instant(attribute="order.changes_until", allow_none=True)
    can_cancel = Bool(attribute="order.can_cancel")
    cancels_until = Instant(attribute="order.cancels_until", allow_none=True)
    paid = Many(Part(MoveOut))


class PickupIn(In):
    """Either a code (with the counter's canteen, if wanted), or a card for one meal of today."""

    token = Str(min_length=1, max_length=100)
    card_no = Str(min_length=1, max_length=32)
    canteen_id = Id()
    period = Choice(Period)

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """One way or the other, and whole."""
        if ("token" in data) == ("card_no" in data):
            raise ValidationError("请提供取餐码或饭卡号其中之一")
        missing = {"canteen_id", "period"} - data.keys()
        if "card_no" in data and missing:
            raise ValidationError({name: ["必填"] for name in sorted(missing)})


class PickedUpOut(OrderOut):
    """The order that was handed out, and whose it is."""

    staff_name = Str()
    canteen_name = Str()


class DishScoreIn(In):
    """What a diner says of a dish of the meal."""

    dish_id = Id(required=True)
    score = Int(required=True, minimum=1, maximum=5)


class MealRatingIn(RatingIn):
    """What a diner says of a meal and, if they like, of single dishes of it."""

    scores = Part(MealScores, required=True)
    dishes = Many(Part(DishScoreIn), load_default=list, maximum=50)

    @post_load
    def by_dish(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The scores by dish; of two for one dish the last."""
        return {**data, "dishes": {each["dish_id"]: each["score"] for each in data["dishes"]}}


class MealRatingOut(RatingOut):
    """One's own rating of a meal."""

    order_id = Id(attribute="subject_id")
    scores = Part(MealScores)


class RatedDishOut(Out):
    """A dish of one's own order, with the score that one gave it."""

    dish_id = Id()
    name = Str()
    score = Int(allow_none=True)


class OrderRatingOut(Out):
    """Whether one's own order can be rated now, until when, in what, and how it was."""

    can_rate = Bool()
    closes_at = Instant(allow_none=True)
    dimensions = Many(Part(DimensionOut))
    rating = Part(MealRatingOut, allow_none=True)
    dishes = Many(Part(RatedDishOut))


class RatingReportQuery(Query):
    """Which canteen, or all within reach; the days are those of the meals, both included."""

    canteen_id = Id()
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class CanteenFiguresOut(Out):
    """What was said of one canteen."""

    canteen_id = Id()
    canteen_name = Str()
    figures = Part(FiguresOut)


class RatingReportOut(Out):
    """What was said of each canteen, and of all together."""

    from_date = Date(attribute="from_on")
    to_date = Date(attribute="until_on")
    canteens = Many(Part(CanteenFiguresOut))
    total = Part(FiguresOut)


class GivenRatingsQuery(PageQuery, RatingReportQuery):
    """Which of the single ratings."""

    only_with_text = Bool(load_default=False)
    grade = Int(minimum=1, maximum=5)


class GivenMealRatingOut(GivenRatingOut):
    """A rating of a meal without any name."""

    canteen_id = Id(attribute="provider_id")
    scores = Part(MealScores)
