"""Wire shapes of what diners read. Amounts are fen, weights grams, caps standard portions."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    WallTime,
)
from canteen.menu.models import Category
from canteen.menu.schemas import NutritionOut


class CanteenDayQuery(Query):
    """Which canteen, and which day."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")


class ServedPeriodOut(Out):
    """A period that a canteen serves."""

    period = Str()
    name = Str()
    window_from = WallTime()
    window_until = WallTime()


class CanteenOut(Out):
    """A canteen. Without `opens_on_rest_days` it serves on workdays only, makeup workdays included."""

    id = Id()
    name = Str()
    campus = Str()
    campus_id = Id()
    opens_on_rest_days = Bool()
    periods = Many(Part(ServedPeriodOut))


class OfferedPortionOut(Out):
    """A portion that can be ordered."""

    portion = Str()
    price_fen = Int()
    weight_g = Int()


class OfferedDishOut(Out):
    """A dish on a menu; price and weight are those of the standard portion.

    `price_fen_per_kg` is what a kilogram costs where the canteen serves by weight, null otherwise.
    """

    dish_id = Id(attribute="facts.dish_id")
    name = Str(attribute="facts.name")
    category = Str(attribute="facts.category")
    description = Str(attribute="facts.description")
    price_fen = Int(attribute="facts.price_fen", allow_none=True)
    weight_g = Int(attribute="facts.weight_g")
    price_fen_per_kg = Int(attribute="facts.price_fen_per_kg", allow_none=True)
    portions = Many(Part(OfferedPortionOut))
    allergens = Many(Str(), attribute="facts.allergens", allow_none=True)
    tags = Many(Str(), attribute="facts.tags")
    nutrition = Part(NutritionOut, attribute="facts")
    photo = Part(PhotoLinksOut, allow_none=True)


class OfferedMealOut(Out):
    """A meal on a menu. `state` is open or closed; it closes at `order_closes_at` itself."""

    period = Str()
    name = Str()
    meal_id = Id()
    order_closes_at = Instant()
    cancel_closes_at = Instant()
    serves_from = Instant()
    serves_until = Instant()
    state = Str()
    dishes = Many(Part(OfferedDishOut))


class MenuOut(Out):
    """A day's menu. `is_provisional`: the year's calendar is not published yet, so weekdays decide."""

    served_on = Date(data_key="date")
    canteen_id = Id()
    is_open = Bool()
    is_provisional = Bool()
    day_name = Str()
    periods = Many(Part(OfferedMealOut))


class RemainingPortionOut(Out):
    """How many of one portion are left; null without a cap."""

    portion = Str()
    remaining = Int(allow_none=True)


class RemainingDishOut(Out):
    """How much of a dish is left, in whole standard portions."""

    dish_id = Id()
    cap = Int(allow_none=True)
    remaining = Int(allow_none=True)
    portions = Many(Part(RemainingPortionOut))


class RemainingMealOut(Out):
    """How much of a meal is left."""

    period = Str()
    state = Str()
    dishes = Many(Part(RemainingDishOut))


class RemainingOut(Out):
    """How much of a day's meals is left at this moment."""

    served_on = Date(data_key="date")
    canteen_id = Id()
    periods = Many(Part(RemainingMealOut))


class SoldDishesQuery(PageQuery):
    """Which of a canteen's dishes; `q` is part of a name."""

    canteen_id = Id(required=True)
    q = Str(max_length=50, load_default="")
    category = Choice(Category)


class SoldDishOut(Out):
    """A dish that a canteen sells, on a menu or not."""

    dish_id = Id()
    name = Str()
    category = Str()
    tags = Many(Str())
    portions = Many(Part(OfferedPortionOut))
    photo = Part(PhotoLinksOut, allow_none=True)
