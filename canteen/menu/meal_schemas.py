"""Wire shapes of meals: drafts, what publishing and copying found. Caps are in standard portions."""

from typing import Any

from marshmallow import post_load

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
    Tenths,
)
from canteen.menu.models import Period
from canteen.menu.policies import WantedLine

MAX_CAP = 10_000


class MealAddress(Query):
    """The day and period of a meal, as the path names them."""

    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)


class MealLineIn(In):
    """A dish with its cap in standard portions; null is uncapped."""

    dish_id = Id(required=True)
    cap = Int(required=True, minimum=0, maximum=MAX_CAP, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> WantedLine:
        """The line as the use case takes it."""
        return WantedLine(**data)


class MealIn(In):
    """The dishes of a meal in the order in which they are shown.

    `revision` is that of the meal as its author saw it, 0 if there was none; if it is another by now, the
    change is refused. Left out, whatever stands is replaced.
    """

    lines = Many(Part(MealLineIn), required=True, data_key="dishes")
    revision = Int(minimum=0, allow_none=True, load_default=None)


class MealsQuery(Query):
    """Which days of a canteen, both included."""

    canteen_id = Id(required=True)
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class MealLineOut(Out):
    """A dish on a meal. `taken` is in standard portions, of which half and small ones take a part."""

    dish_id = Id()
    name = Str()
    category = Str()
    price_fen = Int(allow_none=True)
    is_active = Bool()
    cap = Int(allow_none=True)
    taken = Tenths(attribute="taken_portions")
    remaining = Int(allow_none=True)


class MealOut(Out):
    """A meal as its manager sees it: draft, published or frozen. Drafts have no instants yet."""

    meal_id = Id(attribute="meal.meal_id")
    canteen_id = Id(attribute="meal.canteen_id")
    served_on = Date(attribute="meal.served_on", data_key="date")
    period = Str(attribute="meal.period")
    state = Str(attribute="meal.state")
    revision = Int(attribute="meal.revision")
    order_closes_at = Instant(attribute="meal.order_closes_at", allow_none=True)
    cancel_closes_at = Instant(attribute="meal.cancel_closes_at", allow_none=True)
    pickup_from = Instant(attribute="meal.pickup_from", allow_none=True)
    serves_from = Instant(attribute="meal.serves_from", allow_none=True)
    serves_until = Instant(attribute="meal.serves_until", allow_none=True)
    published_at = Instant(attribute="meal.published_at", allow_none=True)
    frozen_at = Instant(attribute="meal.frozen_at", allow_none=True)
    dishes = Many(Part(MealLineOut))


class PublishIn(In):
    """What to publish: a day, or all days up to `end_date`, and of these one period or all."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    until_on = Date(data_key="end_date", allow_none=True)
    period = Choice(Period, allow_none=True)


class PublishPreviewQuery(Query):
    """Which drafts: those of a day, or of all days up to `end_date`, and of these one period or all."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    until_on = Date(data_key="end_date")
    period = Choice(Period)


class MenuProblemOut(Out):
    """What publishing found about a meal, or about one of its dishes."""

    served_on = Date(data_key="date")
    period = Str()
    dish_id = Id(allow_none=True)
    dish = Str(allow_none=True)
    finding = Str(data_key="problem")
    msg = Str()


class DraftMealOut(Out):
    """A draft that would be published."""

    id = Id(data_key="meal_id")
    served_on = Date(data_key="date")
    period = Str()
    name = Str()
    dishes = Int()


class PublishPreviewOut(Out):
    """What publishing would find: problems stand against it, warnings do not."""

    meals = Many(Part(DraftMealOut))
    problems = Many(Part(MenuProblemOut))
    warnings = Many(Part(MenuProblemOut))


class PublishedMealOut(Out):
    """A meal that was published, with the instants that hold from now on."""

    id = Id(data_key="meal_id")
    served_on = Date(data_key="date")
    period = Str()
    order_closes_at = Instant()
    cancel_closes_at = Instant()
    serves_from = Instant()
    serves_until = Instant()


class PublishedOut(Out):
    """What was published; meals that were published before are not in it."""

    published = Many(Part(PublishedMealOut))
    warnings = Many(Part(MenuProblemOut))


class CopyWeekIn(In):
    """From which week to which; any day of a week names it."""

    canteen_id = Id(required=True)
    from_on = Date(required=True, data_key="from_date")
    to_on = Date(required=True, data_key="to_date")


class CopiedMealOut(Out):
    """A draft that was made."""

    served_on = Date(data_key="date")
    period = Str()
    msg = Str()


class CopySkippedOut(Out):
    """A day, or one period of it: past, closed, empty, exists or period_not_configured."""

    served_on = Date(data_key="date")
    period = Str(allow_none=True)
    reason = Str()
    name = Str()
    msg = Str()


class CopyLeftOutOut(Out):
    """A dish that is no longer active."""

    served_on = Date(data_key="date")
    period = Str()
    dish_id = Id()
    dish = Str()
    msg = Str()


class CopyOut(Out):
    """What copying a week did. `is_provisional`: some day's calendar is not published yet."""

    created = Many(Part(CopiedMealOut))
    skipped = Many(Part(CopySkippedOut))
    left_out = Many(Part(CopyLeftOutOut))
    is_provisional = Bool()
