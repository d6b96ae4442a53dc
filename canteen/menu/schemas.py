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
    Fen,
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
from canteen.menu.policies import Cutoff, DishSpec, PeriodRules, PortionSpec
from canteen.menu.rules import MAX_CUTOFF_DAYS, MAX_MINUTES, MAX_NAME

MAX_PRICE_FEN = 1_000_000
MAX_WEIGHT_G = 100_000


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
    price_fen = Fen(required=True, minimum=0, maximum=MAX_PRICE_FEN)
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
    """All that is said of a dish; what is left out becomes empty.

    `cost_fen_per_kg` is what a kilogram costs to make, for the cost of waste; `price_fen_per_kg` what it is
    sold at where the canteen serves by weight.
    """

    name = Str(required=True, min_length=1, max_length=50)
    category = Choice(Category, required=True)
    description = Str(load_default="", max_length=500)
    price_fen = Fen(minimum=0, maximum=MAX_PRICE_FEN, allow_none=True, load_default=None)
    weight_g = Int(required=True, minimum=1, maximum=MAX_WEIGHT_G)
    cost_fen_per_kg = Fen(minimum=0, maximum=MAX_PRICE_FEN, allow_none=True, load_default=None)
    price_fen_per_kg = Fen(minimum=1, maximum=MAX_PRICE_FEN, allow_none=True, load_default=None)
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
    cost_fen_per_kg = Int(allow_none=True)
    price_fen_per_kg = Int(allow_none=True)
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
