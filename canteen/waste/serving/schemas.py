"""Wire shapes of meals by weight. Amounts are fen, weights grams."""

from backend.wire import Bool, Choice, Date, Fen, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from canteen.waste.serving.models import LONGEST_TEXT
from canteen.waste.serving.views import WeighedState

MOST_FEN = 1_000_000


class WeighedLineOut(Out):
    """All that was taken of one dish."""

    dish_id = Id()
    dish_name = Str()
    weight_g = Int()
    price_fen_per_kg = Int()
    amount_fen = Int()


class ObjectionOut(Out):
    """What the diner said, and what was answered."""

    reason = Str()
    objected_at = Instant()
    answer = Str()
    answered_at = Instant(allow_none=True)


class WeighedMealOut(Out):
    """A meal by weight: total = amount − waived, paid = total − owed; `state` is paid or owed."""

    order_id = Id()
    number = Str()
    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    meal_name = Str()
    lines = Many(Part(WeighedLineOut))
    amount_fen = Int()
    waived_fen = Int()
    total_fen = Int()
    paid_fen = Int()
    owed_fen = Int()
    state = Str()
    objection = Part(ObjectionOut, allow_none=True)
    answer = Str()
    can_object = Bool()
    objection_closes_at = Instant()
    settled_at = Instant()


class ManagedWeighedMealOut(WeighedMealOut):
    """A meal by weight as a canteen's manager sees it."""

    staff_no = Str()
    staff_name = Str()
    is_own = Bool()


class WeighedMealsQuery(PageQuery):
    """Which meals by weight of the canteens that one manages."""

    canteen_id = Id()
    served_on = Date(data_key="date")
    state = Choice(WeighedState, load_default=WeighedState.ALL)


class ObjectionIn(In):
    """What is wrong."""

    reason = Str(required=True, min_length=1, max_length=LONGEST_TEXT)


class WeighedDecisionIn(In):
    """How much of the meal is let go in all, 0 for nothing; the person concerned reads the answer."""

    waived_fen = Fen(required=True, minimum=0, maximum=MOST_FEN)
    answer = Str(required=True, min_length=1, max_length=LONGEST_TEXT)
