"""What a plan needs of the store, and what its cooks work by: needs, issue slip (领料单) and prep sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, Meal
from canteen.production.plans import policies, queries
from canteen.production.plans.models import MealPlan, PlanDish
from canteen.production.plans.views import BatchView, batches_of
from canteen.production.recipes import policies as recipe_policies
from canteen.production.recipes.models import Station
from canteen.production.recipes.policies import RecipeView, Step
from canteen.production.recipes.titles import STATION_NAMES
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock import queries as stock_queries


@dataclass(frozen=True, slots=True)
class DishNeed:
    """How much of an ingredient a dish takes."""

    dish_id: int
    name: str
    raw_g: int


@dataclass(frozen=True, slots=True)
class Need:
    """How much of an ingredient the meal takes, and what of it is there.

    `short_g` is what neither was issued nor is free in store on the day of the meal.
    """

    ingredient_id: int
    name: str
    category: str
    need_g: int
    issued_g: int
    free_g: int
    short_g: int
    dishes: Sequence[DishNeed]


@dataclass(frozen=True, slots=True)
class Bare:
    """A dish that is planned and has no recipe, so that nobody knows what it needs."""

    dish_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a plan needs."""

    lines: Sequence[Need]
    without_recipe: Sequence[Bare]


@dataclass(frozen=True, slots=True)
class SlipLine:
    """How much of an ingredient a dish takes, how much was issued for it, and what is still wanted."""

    dish_id: int
    dish: str
    ingredient_id: int
    name: str
    need_g: int
    issued_g: int
    wanted_g: int


@dataclass(frozen=True, slots=True)
class Short:
    """An ingredient of which less is free than is still wanted."""

    ingredient_id: int
    name: str
    wanted_g: int
    free_g: int


@dataclass(frozen=True, slots=True)
class Slip:
    """The issue slip of a plan as it stands."""

    plan_id: int
    lines: Sequence[SlipLine]
    short: Sequence[Short]


@dataclass(frozen=True, slots=True)
class SheetIngredient:
    """What of an ingredient goes into the dish."""

    name: str
    raw_g: int
    note: str


@dataclass(frozen=True, slots=True)
class SheetDish:
    """A dish on the prep sheet. `allergens` None: not declared."""

    dish_id: int
    name: str
    portions: int
    portion_g: int
    planned_g: int
    note: str
    allergens: Sequence[str] | None
    batches: Sequence[BatchView]
    ingredients: Sequence[SheetIngredient]
    steps: Sequence[Step]
    recipe_note: str
    cooked_g: int | None
    left_g: int | None
    reused_g: int | None


@dataclass(frozen=True, slots=True)
class SheetStation:
    """What one station makes."""

    station: str
    name: str
    dishes: Sequence[SheetDish]


@dataclass(frozen=True, slots=True)
class PrepSheet:
    """What the kitchen's stations make for a meal."""

    plan_id: int
    canteen: str
    name: str
    served_on: date
    period: str
    state: str
    diners: int
    confirmed_by_name: str
    stations: Sequence[SheetStation]


def needs_by_dish(plan: MealPlan) -> dict[tuple[int, int], int]:
    """Raw grams by (dish, ingredient): each ingredient rounded up once over all dishes."""
    planned = {dish.dish_id: dish.planned_g for dish in plan.dishes}
    found = recipe_policies.shares(queries.recipes_of(plan.dishes), planned)
    return {key: grams for key, grams in found.items() if grams}


def get_needs(actor: Actor, plan_id: int) -> Needs:
    """What the plan needs, by ingredient. Raises PlanNotFound."""
    plan, meal, _ = queries.get_plan(actor, plan_id)
    by_dish, issued = needs_by_dish(plan), _issued_by_ingredient(meal)
    needed: dict[int, list[tuple[int, int]]] = {}
    for (dish_id, ingredient_id), grams in sorted(by_dish.items()):
        needed.setdefault(ingredient_id, []).append((dish_id, grams))
    free = stock_queries.free_stock(meal.canteen_id, set(needed), meal.served_on)
    named, dishes = _ingredients(needed), queries.dishes_of({dish.dish_id for dish in plan.dishes})
    lines = []
    for ingredient_id, parts in needed.items():
        need_g, has_g = sum(grams for _, grams in parts), issued.get(ingredient_id, 0)
        free_g = free.get(ingredient_id, 0)
        lines.append(
            Need(
                ingredient_id=ingredient_id,
                name=named[ingredient_id].name,
                category=named[ingredient_id].category,
                need_g=need_g,
                issued_g=has_g,
                free_g=free_g,
                short_g=max(need_g - max(has_g, 0) - free_g, 0),
                dishes=[DishNeed(dish_id, dishes[dish_id].name, grams) for dish_id, grams in parts],
            )
        )
    bare = [
        Bare(dish.dish_id, dishes[dish.dish_id].name)
        for dish in plan.dishes
        if dish.recipe_id is None and dish.planned_g
    ]
    return Needs(sorted(lines, key=lambda line: (line.category, line.name)), bare)


def _issued_by_ingredient(meal: Meal) -> dict[int, int]:
    found: dict[int, int] = {}
    for (_, ingredient_id), grams in queries.issued_for(meal.id).items():
        found[ingredient_id] = found.get(ingredient_id, 0) + grams
    return found


def _ingredients(ids: Any) -> dict[int, Any]:
    rows = db.session.execute(
        select(Ingredient.id, Ingredient.name, Ingredient.category).where(Ingredient.id.in_(set(ids)))
    )
    return {row.id: row for row in rows}


def get_slip(actor: Actor, plan_id: int) -> Slip:
    """The issue slip of a plan, for whoever keeps the store. Raises PlanNotFound."""
    plan, meal, _ = queries.get_plan(actor, plan_id, Permission.STOCK_RECORD)
    return slip_of(plan, meal)


def slip_of(plan: MealPlan, meal: Meal) -> Slip:
    """What each dish takes of the store, what it has got, and what there is too little of."""
    needs, issued = needs_by_dish(plan), queries.issued_for(meal.id)
    wanted = policies.remaining(needs, issued)
    ids = {ingredient_id for _, ingredient_id in needs}
    named, dishes = _ingredients(ids), queries.dishes_of({dish_id for dish_id, _ in needs})
    lines = [
        SlipLine(
            dish_id=dish_id,
            dish=dishes[dish_id].name,
            ingredient_id=ingredient_id,
            name=named[ingredient_id].name,
            need_g=need_g,
            issued_g=max(need_g - wanted[dish_id, ingredient_id], issued.get((dish_id, ingredient_id), 0)),
            wanted_g=wanted[dish_id, ingredient_id],
        )
        for (dish_id, ingredient_id), need_g in needs.items()
    ]
    return Slip(plan.id, lines, _short(meal, wanted, named))


def _short(meal: Meal, wanted: Mapping[tuple[int, int], int], named: Mapping[int, Any]) -> list[Short]:
    sums: dict[int, int] = {}
    for (_, ingredient_id), grams in wanted.items():
        sums[ingredient_id] = sums.get(ingredient_id, 0) + grams
    # What may be issued today, which is when the slip is for.
    free = stock_queries.free_stock(meal.canteen_id, set(sums), clock.today())
    return [
        Short(ingredient_id, named[ingredient_id].name, grams, free.get(ingredient_id, 0))
        for ingredient_id, grams in sorted(sums.items())
        if grams > free.get(ingredient_id, 0)
    ]


def get_sheet(actor: Actor, plan_id: int, station: Station | None = None) -> PrepSheet:
    """What the stations make, or one of them; dishes of which nothing is planned are left out.

    Raises PlanNotFound.
    """
    plan, meal, canteen = queries.get_plan(actor, plan_id)
    recipes, needs = queries.recipes_of(plan.dishes), needs_by_dish(plan)
    dishes = queries.dishes_of({dish.dish_id for dish in plan.dishes})
    named = _ingredients({ingredient_id for _, ingredient_id in needs})
    by_station: dict[Station, list[SheetDish]] = {}
    for row in plan.dishes:
        if not row.portions:
            continue
        recipe, dish = recipes.get(row.dish_id), dishes[row.dish_id]
        made_at = Station(recipe.station) if recipe else policies.station_for(dish.category)
        by_station.setdefault(made_at, []).append(_sheet_dish(row, dish, recipe, needs, named))
    stations = [
        SheetStation(one.value, STATION_NAMES[one], by_station[one])
        for one in Station
        if one in by_station and station in (None, one)
    ]
    return PrepSheet(
        plan_id=plan.id,
        canteen=canteen.name,
        name=menu_queries.meal_name(meal.canteen_id, meal.served_on, meal.period),
        served_on=meal.served_on,
        period=meal.period,
        state=plan.state,
        diners=plan.diners,
        confirmed_by_name=plan.confirmed_by_name,
        stations=stations,
    )


def _sheet_dish(
    row: PlanDish,
    dish: Dish,
    recipe: RecipeView | None,
    needs: Mapping[tuple[int, int], int],
    named: Mapping[int, Any],
) -> SheetDish:
    return SheetDish(
        dish_id=row.dish_id,
        name=dish.name,
        portions=row.portions,
        portion_g=row.portion_g,
        planned_g=row.planned_g,
        note=row.note,
        allergens=dish.allergens,
        batches=batches_of(row),
        ingredients=[
            SheetIngredient(named[line.ingredient_id].name, needs[row.dish_id, line.ingredient_id], line.note)
            for line in (recipe.lines if recipe else ())
            if (row.dish_id, line.ingredient_id) in needs
        ],
        steps=recipe.steps if recipe else (),
        recipe_note=recipe.note if recipe else "",
        cooked_g=row.cooked_g,
        left_g=row.left_g,
        reused_g=row.reused_g,
    )
