"""Wire shapes of traces."""

from backend.wire import Bool, Choice, Date, Id, Instant, Int, Many, Out, Part, Query, Str
from canteen.menu.models import Period
from canteen.purchasing.stock.receipt_schemas import ReceiptLineOut
from canteen.purchasing.stock.schemas import BatchOut


class DishQuery(Query):
    """A dish at a meal."""

    dish_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


class ReachedDishOut(Out):
    """A dish that a batch reached, certainly or perhaps."""

    meal_id = Int()
    dish_id = Int()
    name = Str()
    grams = Int()
    is_certain = Bool()


class ReachedMealOut(Out):
    """A meal that a batch reached."""

    meal_id = Int()
    canteen_id = Int()
    canteen = Str()
    served_on = Date()
    period = Str()
    grams = Int()
    is_named = Bool()
    dishes = Many(Part(ReachedDishOut))
    diners = Int()
    guests = Int()
    booked = Int()


class ReachOut(Out):
    """What a batch reached; `diners` counts each person once, `unnamed_g` was issued for no named meal."""

    batches = Many(Part(BatchOut))
    issued_g = Int()
    unnamed_g = Int()
    meals = Many(Part(ReachedMealOut))
    dish_count = Int()
    diners = Int()
    guests = Int()
    booked = Int()


class DinerOut(Out):
    """Who ate of what a batch reached."""

    staff_id = Int()
    staff_no = Str()
    name = Str()
    department = Str()
    meal_id = Int()
    served_on = Date()
    period = Str()
    how = Str()
    eaten_at = Instant(allow_none=True)


class SourceOut(Out):
    """The receipt by which a batch came."""

    id = Int()
    number = Str()
    supplier_name = Str()
    supplier_address = Str()
    supplier_contact = Str()
    purchased_on = Date()
    received_at = Instant()
    received_by_name = Str()
    checked_by_name = Str()


class TracedIngredientOut(Out):
    """A batch of which a dish was made."""

    batch = Part(BatchOut)
    grams = Int()
    is_certain = Bool()
    receipt = Part(SourceOut, allow_none=True)
    line = Part(ReceiptLineOut, allow_none=True)


class MadeOut(Out):
    """Of which batches a dish, or a whole meal, was made."""

    meal_id = Int()
    canteen_id = Int()
    canteen = Str()
    served_on = Date()
    period = Str()
    dish_id = Int(allow_none=True)
    dish = Str()
    ingredients = Many(Part(TracedIngredientOut))
