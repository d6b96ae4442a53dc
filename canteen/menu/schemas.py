"""Wire shapes of the menu. Amounts are fen, weights grams, caps standard portions, nutrition per 100 g.

Allergens are codes of the eight groups of GB 7718 and 其他: gluten 含麸质的谷物, crustacean 甲壳纲类动物,
fish 鱼类, egg 蛋类, peanut 花生, soybean 大豆, milk 乳, nut 坚果, other 其他. A null list means that nobody
has declared them yet, an empty one that there are none.
"""

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
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
    WallTime,
)
from canteen.menu.library import DishFilter, DishOrder, Missing
from canteen.menu.models import FULL_PORTION, Allergen, Category, Period, Portion, Tag
from canteen.menu.policies import Cutoff, DishSpec, PeriodRules, PortionSpec, WantedLine
from canteen.menu.rules import MAX_CUTOFF_DAYS, MAX_MINUTES, MAX_NAME

MAX_PRICE_FEN = 1_000_000
MAX_WEIGHT_G = 100_000
MAX_CAP = 10_000


class NutritionOut(Out):
    """Nutrition per 100 g; null where unknown."""

    energy_kcal = Tenths(allow_none=True)
    protein_g = Tenths(allow_none=True)
    fat_g = Tenths(allow_none=True)
    carbohydrate_g = Tenths(allow_none=True)
    sodium_mg = Tenths(allow_none=True)


class Flat(Part):
    """A nested object whose values lie on the outer one."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        return obj


class DishesQuery(PageQuery):
    """Which dishes; without a canteen, those of every canteen that the actor reads.

    `missing` finds those that lack a price, declared allergens, a nutrition value or a photo. `sort` goes
    down with a minus before it.
    """

    canteen_id = Id()
    category = Choice(Category)
    tag = Choice(Tag)
    q = Str(max_length=50)
    is_active = Bool()
    missing = Choice(Missing)
    sort = Choice(DishOrder)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the query takes."""
        paging = {name: data.pop(name) for name in ("page", "page_size")}
        return {"order": data.pop("sort", None), "which": DishFilter(**data), **paging}


class DishPortionIn(In):
    """A portion; the standard one may be left out, for it follows from the dish."""

    portion = Choice(Portion, required=True)
    price_fen = Int(required=True, minimum=0, maximum=MAX_PRICE_FEN)
    weight_g = Int(required=True, minimum=1, maximum=MAX_WEIGHT_G)
    share = Int(minimum=1, maximum=FULL_PORTION)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PortionSpec:
        """The portion as the use case takes it; a half or small one takes half of a cap's portion."""
        usual = FULL_PORTION if data["portion"] is Portion.STANDARD else FULL_PORTION // 2
        return PortionSpec(**{"share": usual, **data})


class NutritionIn(In):
    """Nutrition per 100 g."""

    energy_kcal = Tenths(maximum=1_000, allow_none=True, load_default=None)
    protein_g = Tenths(maximum=100, allow_none=True, load_default=None)
    fat_g = Tenths(maximum=100, allow_none=True, load_default=None)
    carbohydrate_g = Tenths(maximum=100, allow_none=True, load_default=None)
    sodium_mg = Tenths(maximum=50_000, allow_none=True, load_default=None)


class DishIn(In):
    """All that is said of a dish; what is left out becomes empty."""

    name = Str(required=True, min_length=1, max_length=50)
    category = Choice(Category, required=True)
    description = Str(load_default="", max_length=500)
    price_fen = Int(minimum=0, maximum=MAX_PRICE_FEN, allow_none=True, load_default=None)
    weight_g = Int(required=True, minimum=1, maximum=MAX_WEIGHT_G)
    portions = Many(Part(DishPortionIn), load_default=(), maximum=len(Portion))
    allergens = Many(Choice(Allergen), allow_none=True, load_default=None)
    tags = Many(Choice(Tag), load_default=())
    nutrition = Part(NutritionIn, load_default=lambda: NutritionIn().load({}))
    photo_id = Id(allow_none=True, load_default=None)
    is_active = Bool(load_default=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """The dish as the use case takes it, lists without repetition and in the vocabulary's order."""
        allergens = data.pop("allergens")
        return DishSpec(
            **data.pop("nutrition"),
            portions=tuple(data.pop("portions")),
            category=data.pop("category").value,
            allergens=None if allergens is None else _values(Allergen, allergens),
            tags=_values(Tag, data.pop("tags")),
            **data,
        )


def _values(vocabulary: Any, chosen: Any) -> tuple[str, ...]:
    return tuple(one.value for one in vocabulary if one in chosen)


class NewDishIn(DishIn):
    """A dish for the library of a canteen."""

    canteen_id = Id(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """What the use case takes."""
        return {"canteen_id": data.pop("canteen_id"), "spec": super().make(data)}


class DishPortionOut(Out):
    """A portion with its share of a cap in hundredths of a standard portion."""

    portion = Str()
    price_fen = Int()
    weight_g = Int()
    share = Int()


class DishOut(Out):
    """A dish of the library."""

    id = Id()
    canteen_id = Id()
    name = Str()
    category = Str()
    description = Str()
    price_fen = Int(allow_none=True)
    weight_g = Int()
    portions = Many(Part(DishPortionOut))
    allergens = Many(Str(), allow_none=True)
    tags = Many(Str())
    nutrition = Flat(NutritionOut)
    photo_id = Id(allow_none=True)
    is_active = Bool()
    created_at = Instant()
    changed_at = Instant()


class CutoffIn(In):
    """Either `time` on the day `days` calendar days before, or `minutes` before the window opens."""

    days = Int(minimum=0, maximum=MAX_CUTOFF_DAYS, load_default=0)
    at = WallTime(data_key="time", allow_none=True, load_default=None)
    minutes = Int(minimum=0, maximum=MAX_MINUTES, allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Cutoff:
        """The cutoff as the use case takes it."""
        return Cutoff(**data)


class PeriodRulesIn(In):
    """The rules of one period; `pickup_lead_minutes` null lets pick-up begin at once."""

    period = Choice(Period, required=True)
    name = Str(required=True, min_length=1, max_length=MAX_NAME)
    is_active = Bool(load_default=True)
    window_from = WallTime(required=True)
    window_until = WallTime(required=True)
    order_cutoff = Part(CutoffIn, required=True)
    cancel_cutoff = Part(CutoffIn, required=True)
    pickup_lead_minutes = Int(minimum=0, maximum=MAX_MINUTES, allow_none=True, load_default=30)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PeriodRules:
        """The rules as the use case takes them."""
        return PeriodRules(**data)


class PeriodsIn(In):
    """The rules of some of a canteen's periods, from now or `effective_at`; the others stay as they are."""

    canteen_id = Id(required=True)
    periods = Many(Part(PeriodRulesIn), required=True, minimum=1, maximum=len(Period))
    effective_at = Instant(allow_none=True, load_default=None)
    reason = Str(max_length=200, load_default="")


class PeriodsQuery(Query):
    """Whose periods."""

    canteen_id = Id(required=True)


class CutoffOut(Out):
    """Either `time` and `days`, or `minutes`."""

    days = Int()
    at = WallTime(data_key="time", allow_none=True)
    minutes = Int(allow_none=True)


class PeriodRulesOut(Out):
    """The rules of one period."""

    period = Str()
    name = Str()
    is_active = Bool()
    window_from = WallTime()
    window_until = WallTime()
    order_cutoff = Part(CutoffOut)
    cancel_cutoff = Part(CutoffOut)
    pickup_lead_minutes = Int(allow_none=True)


class PlannedPeriodOut(Out):
    """The rules of one period from an instant on."""

    id = Id(data_key="version_id")
    effective_at = Instant()
    rules = Part(PeriodRulesOut)


class PeriodsOut(Out):
    """The rules of a canteen's periods now, and what is planned."""

    canteen_id = Id()
    periods = Many(Part(PeriodRulesOut))
    planned = Many(Part(PlannedPeriodOut))


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
