"""Wire shapes of the ingredients. Weights are grams, nutrition is per 100 g of the edible part."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, PageQuery, Str, Tenths
from canteen.menu.models import Allergen
from canteen.purchasing.ingredients.models import IngredientCategory, Storage
from canteen.purchasing.ingredients.policies import MAX_GRAMS, NUTRIENTS, IngredientSpec


def _nutrient(name: str) -> Tenths:
    return Tenths(maximum=NUTRIENTS[name], allow_none=True, load_default=None)


class IngredientsQuery(PageQuery):
    """Which ingredients: `q` is part of a name or code, `month` finds what is in season then."""

    q = Str(max_length=60, load_default="")
    category = Choice(IngredientCategory, load_default=None)
    is_active = Bool(load_default=None)
    is_additive = Bool(load_default=None)
    month = Int(minimum=1, maximum=12, load_default=None)


class IngredientIn(In):
    """All that is said of an ingredient; what is left out becomes empty. An empty code is given by us."""

    code = Str(max_length=40, load_default="")
    name = Str(required=True, min_length=1, max_length=60)
    category = Choice(IngredientCategory, required=True)
    edible_percent = Int(minimum=1, maximum=100, load_default=100)
    energy_kcal = _nutrient("energy_kcal")
    protein_g = _nutrient("protein_g")
    fat_g = _nutrient("fat_g")
    carbohydrate_g = _nutrient("carbohydrate_g")
    sodium_mg = _nutrient("sodium_mg")
    allergens = Many(Choice(Allergen), allow_none=True, load_default=None)
    is_halal = Bool(allow_none=True, load_default=None)
    storage = Choice(Storage, load_default=Storage.AMBIENT)
    shelf_days = Int(minimum=1, maximum=10_000, allow_none=True, load_default=None)
    is_additive = Bool(load_default=False)
    min_stock_g = Int(minimum=0, maximum=MAX_GRAMS, allow_none=True, load_default=None)
    season_months = Many(Int(minimum=1, maximum=12), load_default=(), maximum=12)
    is_active = Bool(load_default=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> IngredientSpec:
        """What the use case takes."""
        given = data["allergens"]
        data["allergens"] = None if given is None else tuple(one for one in Allergen if one in given)
        data["season_months"] = tuple(sorted(set(data["season_months"])))
        return IngredientSpec(**data)


class IngredientOut(Out):
    """An ingredient."""

    id = Id()
    code = Str()
    name = Str()
    category = Choice(IngredientCategory)
    edible_percent = Int()
    energy_kcal = Tenths(allow_none=True)
    protein_g = Tenths(allow_none=True)
    fat_g = Tenths(allow_none=True)
    carbohydrate_g = Tenths(allow_none=True)
    sodium_mg = Tenths(allow_none=True)
    allergens = Many(Choice(Allergen), allow_none=True)
    is_halal = Bool(allow_none=True)
    storage = Choice(Storage)
    shelf_days = Int(allow_none=True)
    is_additive = Bool()
    min_stock_g = Int(allow_none=True)
    season_months = Many(Int())
    is_active = Bool()
    changed_at = Instant()


class SheetCountsOut(Out):
    """What the import of a workbook came to."""

    added = Int()
    changed = Int()
    unchanged = Int()
