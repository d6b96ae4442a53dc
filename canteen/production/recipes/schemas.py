"""Wire shapes of recipes. Weights are grams, costs fen, nutrition per what the field says."""

from typing import Any

from marshmallow import post_load

from backend.wire import (
    Bool,
    Choice,
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
from canteen.menu.models import Category
from canteen.menu.schemas import NutritionOut
from canteen.production.recipes import policies
from canteen.production.recipes.models import Station
from canteen.production.recipes.policies import Fact, LineView, RecipeSpec, Step
from canteen.production.recipes.views import Shown


class RecipesQuery(PageQuery):
    """Which dishes: those with a current recipe, with a draft, or with none in force (missing).

    `q` is part of the name of the dish, or of an ingredient.
    """

    canteen_id = Id(required=True)
    q = Str(max_length=50)
    state = Choice(Shown)
    station = Choice(Station)
    category = Choice(Category)


class RecipesOfQuery(Query):
    """All recipes of a canteen."""

    canteen_id = Id(required=True)


class StepIn(In):
    """A step, with the minutes that it takes if that is said."""

    text = Str(required=True, min_length=1, max_length=policies.LONGEST_STEP)
    minutes = Int(minimum=0, maximum=policies.MOST_MINUTES, allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Step:
        """The step as the use case takes it."""
        return Step(**data)


class RecipeLineIn(In):
    """Raw grams of an ingredient, as bought and before cleaning."""

    ingredient_id = Id(required=True)
    raw_g = Int(required=True, minimum=1, maximum=policies.MOST_G)
    note = Str(max_length=policies.LONGEST_LINE_NOTE, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LineView:
        """The line as the use case takes it."""
        return LineView(**data)


class RecipeIn(In):
    """All that is said of a version; `yield_g` cooked grams come of all lines together."""

    yield_g = Int(required=True, minimum=1, maximum=policies.MOST_G)
    station = Choice(Station, required=True)
    steps = Many(Part(StepIn), load_default=(), maximum=policies.MOST_STEPS)
    note = Str(max_length=policies.LONGEST_NOTE, load_default="")
    lines = Many(Part(RecipeLineIn), required=True, minimum=1, maximum=policies.MOST_LINES)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RecipeSpec:
        """The version as the use case takes it."""
        steps, lines = tuple(data.pop("steps")), tuple(data.pop("lines"))
        return RecipeSpec(steps=steps, lines=lines, **data)


class ApprovalsIn(In):
    """Drafts to approve."""

    recipe_ids = Many(Id(), required=True, minimum=1, maximum=200)


class TakeOverIn(In):
    """What the dish is to take over."""

    wanted = Many(Choice(Fact), required=True, minimum=1, maximum=len(Fact), data_key="fields")


class StepOut(Out):
    """A step."""

    text = Str()
    minutes = Int(allow_none=True)


class DishRecipeOut(Out):
    """A dish with its recipe: the current version, else the draft, else none."""

    dish_id = Id()
    dish_name = Str()
    category = Str()
    recipe_id = Id(allow_none=True)
    version = Int(allow_none=True)
    state = Str(allow_none=True)
    station = Str(allow_none=True)
    yield_g = Int(allow_none=True)
    line_count = Int()
    draft_id = Id(allow_none=True)
    cost_fen_per_kg = Int(allow_none=True)
    changed_at = Instant(allow_none=True)


class VersionOut(Out):
    """A version in the history of a dish's recipe."""

    id = Id()
    dish_id = Id()
    version = Int()
    state = Str()
    yield_g = Int()
    station = Str()
    changed_at = Instant()
    changed_by_name = Str()
    approved_at = Instant(allow_none=True)
    approved_by_name = Str()


class RecipeLineOut(Out):
    """A line; `edible_g` is left after cleaning, `cost_fen` null if no price and no batch is known."""

    ingredient_id = Id()
    name = Str()
    category = Str()
    raw_g = Int()
    edible_percent = Int()
    edible_g = Int()
    note = Str()
    cost_fen = Int(allow_none=True)


class CostOut(Out):
    """What the recipe costs; null where the cost of an ingredient (`missing`) is not known."""

    basis = Str(allow_none=True)
    total_fen = Int(allow_none=True)
    fen_per_kg = Int(allow_none=True)
    fen_per_portion = Int(allow_none=True)
    missing = Many(Str())


class DifferenceOut(Out):
    """Where the dish says something else than its recipe, in words."""

    field = Str()
    name = Str()
    dish = Str()
    recipe = Str()


class RecipeOut(Out):
    """All that is known of a version of a recipe; what an ingredient does not say is null."""

    id = Id()
    dish_id = Id()
    dish_name = Str()
    canteen_id = Id()
    version = Int()
    state = Str()
    yield_g = Int()
    station = Str()
    steps = Many(Part(StepOut))
    note = Str()
    lines = Many(Part(RecipeLineOut))
    nutrition_per_100g = Part(NutritionOut)
    nutrition_per_portion = Part(NutritionOut)
    portion_g = Int()
    missing_nutrition = Many(Str())
    allergens = Many(Str(), allow_none=True)
    undeclared = Many(Str())
    is_halal = Bool(allow_none=True)
    cost = Part(CostOut)
    differences = Many(Part(DifferenceOut))
    changed_at = Instant()
    changed_by_name = Str()
    approved_at = Instant(allow_none=True)
    approved_by_name = Str()


class RecipeDiscardedOut(Out):
    """The draft that is no more."""

    id = Id()
    dish_id = Id()


class TakenOverOut(Out):
    """What the dish says otherwise now."""

    dish_id = Id()
    changed = Many(Str())


class RecipesImportedOut(Out):
    """How many dishes got a first draft, how many a draft of a new version, and how many stay."""

    created = Int()
    updated = Int()
    unchanged = Int()
