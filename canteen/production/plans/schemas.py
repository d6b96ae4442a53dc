"""Wire shapes of preparation plans. Weights are grams, costs fen, portions whole standard ones."""

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
)
from canteen.production.plans import policies
from canteen.production.plans.operations import Wanted
from canteen.production.plans.views import Shown
from canteen.production.recipes.models import Station
from canteen.production.recipes.schemas import StepOut

MOST_DISHES = 200


class PlansQuery(PageQuery):
    """The published meals of a canteen; without days those of the week before and two weeks ahead."""

    canteen_id = Id(required=True)
    from_on = Date()
    until_on = Date()
    state = Choice(Shown)


class NutritionQuery(Query):
    """The days of a canteen, both included."""

    canteen_id = Id(required=True)
    from_on = Date(required=True)
    until_on = Date(required=True)


class SheetQuery(Query):
    """All stations, or one."""

    station = Choice(Station)


class PlanBatchIn(In):
    """So many portions that are ready at an instant."""

    at = Instant(required=True)
    portions = Int(required=True, minimum=1, maximum=policies.MOST_PORTIONS)


class WantedIn(In):
    """What is wanted of a dish; without batches these follow from the rule."""

    dish_id = Id(required=True)
    portions = Int(required=True, minimum=0, maximum=policies.MOST_PORTIONS)
    portion_g = Int(minimum=1, maximum=10_000, allow_none=True, load_default=None)
    batches = Many(Part(PlanBatchIn), maximum=policies.MOST_BATCHES, allow_none=True, load_default=None)
    note = Str(max_length=200, allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """What the use case takes."""
        batches = data.pop("batches")
        given = None if batches is None else tuple((one["at"], one["portions"]) for one in batches)
        return Wanted(batches=given, **data)


class MealPlanIn(In):
    """How a draft is to be; `revision` is that of the plan as its author saw it."""

    revision = Int(minimum=1)
    diners = Int(required=True, minimum=0, maximum=policies.MOST_PORTIONS)
    dishes = Many(Part(WantedIn), required=True, maximum=MOST_DISHES)


class RevisionIn(In):
    """The plan as it was seen."""

    revision = Int(minimum=1)


class ConfirmIn(RevisionIn):
    """A reason is needed where less is planned than is booked."""

    shortage_reason = Str(max_length=200, load_default="")


class IssueIn(In):
    """For which dishes; without them for all."""

    dish_ids = Many(Id(), minimum=1, maximum=MOST_DISHES, allow_none=True, load_default=None)


class OutcomeIn(In):
    """What came of a dish: of the cooked grams, what was left, and of this what is kept for another meal."""

    cooked_g = Int(required=True, minimum=0, maximum=policies.MOST_G)
    left_g = Int(required=True, minimum=0, maximum=policies.MOST_G)
    reused_g = Int(load_default=0, minimum=0, maximum=policies.MOST_G)
    ran_out_at = Instant(allow_none=True, load_default=None)
    note = Str(max_length=200, load_default="")


class PlanRowOut(Out):
    """A published meal, with its plan if it has one."""

    meal_id = Id()
    served_on = Date()
    period = Str()
    name = Str()
    meal_state = Str()
    plan_id = Id(allow_none=True)
    state = Str(allow_none=True)
    diners = Int(allow_none=True)
    confirmed_at = Instant(allow_none=True)
    done_at = Instant(allow_none=True)


class ProposedDishOut(Out):
    """What a dish would begin with."""

    dish_id = Id()
    name = Str()
    booked = Int()
    proposed_portions = Int()
    portion_g = Int()
    has_recipe = Bool()


class ProposalOut(Out):
    """What a plan would begin with, and why."""

    meal_id = Id()
    basis = Str()
    reason = Str()
    diners = Int()
    dishes = Many(Part(ProposedDishOut))


class PlanBatchOut(Out):
    """A first batch (first, 大锅备菜) or a refill (refill, 小锅续供)."""

    kind = Str()
    at = Instant()
    portions = Int()
    cooked_g = Int()


class PlanDishOut(Out):
    """A dish of a plan; what came of it is null until it is entered."""

    dish_id = Id()
    name = Str()
    category = Str()
    booked = Int()
    recipe_id = Id(allow_none=True)
    recipe_version = Int(allow_none=True)
    station = Str()
    proposed_portions = Int()
    portions = Int()
    portion_g = Int()
    planned_g = Int()
    note = Str()
    batches = Many(Part(PlanBatchOut))
    cooked_g = Int(allow_none=True)
    left_g = Int(allow_none=True)
    reused_g = Int(allow_none=True)
    ran_out_at = Instant(allow_none=True)
    outcome_note = Str()
    recorded_at = Instant(allow_none=True)
    recorded_by_name = Str()


class MealPlanOut(Out):
    """A plan with its dishes."""

    id = Id()
    meal_id = Id()
    canteen_id = Id()
    served_on = Date()
    period = Str()
    name = Str()
    meal_state = Str()
    serves_from = Instant(allow_none=True)
    serves_until = Instant(allow_none=True)
    state = Str()
    revision = Int()
    basis = Str()
    basis_reason = Str()
    proposed_diners = Int()
    diners = Int()
    booked_people = Int()
    made_at = Instant()
    made_by_name = Str()
    confirmed_at = Instant(allow_none=True)
    confirmed_by_name = Str()
    shortage_reason = Str()
    done_at = Instant(allow_none=True)
    purchase_request_id = Id(allow_none=True)
    dishes = Many(Part(PlanDishOut))


class DishNeedOut(Out):
    """How much of an ingredient a dish takes."""

    dish_id = Id()
    name = Str()
    raw_g = Int()


class NeedOut(Out):
    """How much of an ingredient the meal takes, and what of it is there."""

    ingredient_id = Id()
    name = Str()
    category = Str()
    need_g = Int()
    issued_g = Int()
    free_g = Int()
    short_g = Int()
    dishes = Many(Part(DishNeedOut))


class BareOut(Out):
    """A dish without a recipe."""

    dish_id = Id()
    name = Str()


class NeedsOut(Out):
    """What a plan needs."""

    lines = Many(Part(NeedOut), data_key="list")
    without_recipe = Many(Part(BareOut))


class RequestedOut(Out):
    """The purchase request that stands for the plan."""

    plan_id = Id()
    request_id = Id()
    number = Str()


class SlipLineOut(Out):
    """What of an ingredient is wanted for a dish."""

    dish_id = Id()
    dish = Str()
    ingredient_id = Id()
    name = Str()
    need_g = Int()
    issued_g = Int()
    wanted_g = Int()


class ShortOut(Out):
    """An ingredient of which less is free than is wanted."""

    ingredient_id = Id()
    name = Str()
    wanted_g = Int()
    free_g = Int()


class SlipOut(Out):
    """The issue slip."""

    plan_id = Id()
    lines = Many(Part(SlipLineOut))
    short = Many(Part(ShortOut))


class SheetIngredientOut(Out):
    """What of an ingredient goes into the dish."""

    name = Str()
    raw_g = Int()
    note = Str()


class PrepSheetDishOut(Out):
    """A dish on the prep sheet."""

    dish_id = Id()
    name = Str()
    portions = Int()
    portion_g = Int()
    planned_g = Int()
    note = Str()
    allergens = Many(Str(), allow_none=True)
    batches = Many(Part(PlanBatchOut))
    ingredients = Many(Part(SheetIngredientOut))
    steps = Many(Part(StepOut))
    recipe_note = Str()
    cooked_g = Int(allow_none=True)
    left_g = Int(allow_none=True)
    reused_g = Int(allow_none=True)


class SheetStationOut(Out):
    """What a station makes."""

    station = Str()
    name = Str()
    dishes = Many(Part(PrepSheetDishOut))


class PrepSheetOut(Out):
    """What the kitchen's stations make for a meal."""

    plan_id = Id()
    canteen = Str()
    name = Str()
    served_on = Date()
    period = Str()
    state = Str()
    diners = Int()
    confirmed_by_name = Str()
    stations = Many(Part(SheetStationOut))


class DishCostOut(Out):
    """What a dish was reckoned to cost, and what it cost."""

    dish_id = Id()
    name = Str()
    portions = Int()
    planned_fen = Int(allow_none=True)
    actual_fen = Int()
    issued_g = Int()
    fen_per_portion = Int(allow_none=True)
    fen_per_kg = Int(allow_none=True)


class MealCostOut(Out):
    """What a meal cost by the store's issues; `shared_fen` was issued for it without a dish."""

    dishes = Many(Part(DishCostOut))
    shared_fen = Int()
    total_fen = Int()
    diners = Int()
    per_diner_fen = Int(allow_none=True)


class NutrientsOut(Out):
    """Per person; `known` of so many dishes are in the sums."""

    energy_kcal = Tenths(allow_none=True)
    protein_g = Tenths(allow_none=True)
    fat_g = Tenths(allow_none=True)
    carbohydrate_g = Tenths(allow_none=True)
    sodium_mg = Tenths(allow_none=True)
    dishes = Int()
    known = Int()
    coverage_percent = Int(allow_none=True)


class MealNutritionOut(Out):
    """What a meal gives a diner."""

    meal_id = Id()
    period = Str()
    name = Str()
    diners = Int()
    is_planned = Bool()
    nutrients = Part(NutrientsOut)


class DayNutritionOut(Out):
    """What a day gives a person who eats at all of its meals."""

    date = Date()
    nutrients = Part(NutrientsOut)
    meals = Many(Part(MealNutritionOut))
