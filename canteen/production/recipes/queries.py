"""Reads of recipes: by dish for whoever cooks by them, and what follows from their ingredients."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from canteen.menu.errors import DishNotFound
from canteen.menu.models import Canteen, Dish
from canteen.menu.policies import covers
from canteen.production.recipes import policies
from canteen.production.recipes.errors import RecipeNotFound
from canteen.production.recipes.models import Recipe, RecipeLine, RecipeState
from canteen.production.recipes.policies import Basis, Facts, Known, LineView, RecipeView, Step, UnitCost
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock import queries as stock_queries
from canteen.purchasing.suppliers import pricing


def current(dish_ids: Collection[int]) -> dict[int, RecipeView]:
    """The current recipes of these dishes, by dish; those that have none are left out. Two statements."""
    if not dish_ids:
        return {}
    rows = db.session.scalars(
        select(Recipe)
        .where(Recipe.dish_id.in_(dish_ids), Recipe.state == RecipeState.CURRENT.value)
        .options(selectinload(Recipe.lines))
    )
    return {row.dish_id: view_of(row) for row in rows}


def current_ids(dish_ids: Collection[int]) -> dict[int, int]:
    """The current versions of these dishes' recipes. One statement."""
    rows = db.session.execute(
        select(Recipe.dish_id, Recipe.id).where(
            Recipe.dish_id.in_(dish_ids), Recipe.state == RecipeState.CURRENT.value
        )
    )
    return {row[0]: row[1] for row in rows}


def those_with(recipe_ids: Collection[int], ingredient_id: int) -> set[int]:
    """Those of the versions that an ingredient goes into. One statement."""
    return set(
        db.session.scalars(
            select(RecipeLine.recipe_id).where(
                RecipeLine.ingredient_id == ingredient_id, RecipeLine.recipe_id.in_(recipe_ids)
            )
        )
    )


def versions(recipe_ids: Collection[int]) -> dict[int, RecipeView]:
    """These versions, whatever their state, by id. Two statements."""
    if not recipe_ids:
        return {}
    rows = db.session.scalars(
        select(Recipe).where(Recipe.id.in_(recipe_ids)).options(selectinload(Recipe.lines))
    )
    return {row.id: view_of(row) for row in rows}


def view_of(recipe: Recipe) -> RecipeView:
    """A version as a value."""
    return RecipeView(
        id=recipe.id,
        dish_id=recipe.dish_id,
        version=recipe.version,
        yield_g=recipe.yield_g,
        station=recipe.station,
        steps=tuple(_step(step) for step in recipe.steps),
        lines=tuple(LineView(line.ingredient_id, line.raw_g, line.note) for line in recipe.lines),
        note=recipe.note,
    )


def _step(stored: Mapping[str, Any]) -> Step:
    return Step(str(stored["text"]), stored["minutes"])


def ingredients_of(recipes: Iterable[RecipeView]) -> set[int]:
    """What these recipes are made of."""
    return {line.ingredient_id for recipe in recipes for line in recipe.lines}


def known(ingredient_ids: Collection[int]) -> dict[int, Known]:
    """What is known of these ingredients. One statement."""
    rows = db.session.execute(
        select(
            *(Ingredient.id, Ingredient.name, Ingredient.edible_percent, Ingredient.energy_kcal),
            *(Ingredient.protein_g, Ingredient.fat_g, Ingredient.carbohydrate_g, Ingredient.sodium_mg),
            *(Ingredient.allergens, Ingredient.is_halal),
        ).where(Ingredient.id.in_(ingredient_ids))
    )
    return {ingredient_id: Known(*rest) for ingredient_id, *rest in rows}


def unit_costs(canteen_id: int, ingredient_ids: Collection[int], on: date) -> dict[int, UnitCost]:
    """What a kilogram of each ingredient costs: by the best price of the day, else as the last batch did.

    Those of which neither is known are left out. A batch that cost nothing (a gift, opening stock without
    a price) says nothing.
    """
    prices = pricing.prices(ingredient_ids, on)
    found = {key: UnitCost(one.price_fen_per_kg, Basis.PRICES) for key, one in prices.items()}
    rest = set(ingredient_ids) - set(found)
    last = stock_queries.last_costs(canteen_id, rest)
    return found | {
        key: UnitCost(Fraction(fen * 1000, grams), Basis.BATCHES) for key, (fen, grams) in last.items() if fen
    }


def facts(recipes: Collection[RecipeView], canteen_id: int, on: date | None = None) -> dict[int, Facts]:
    """What follows from these recipes of a canteen's dishes, by recipe; costs as of a day, today by default.

    A constant number of statements.
    """
    ingredient_ids = ingredients_of(recipes)
    if not ingredient_ids:
        return {}
    of, costs = known(ingredient_ids), unit_costs(canteen_id, ingredient_ids, on or clock.today())
    return {recipe.id: policies.facts_of(recipe, of, costs) for recipe in recipes}


def get_dish(actor: Actor, dish_id: int, permission: Permission = Permission.CANTEEN_READ) -> Dish:
    """A dish of a canteen within reach of the permission. Raises DishNotFound."""
    found = db.session.execute(
        select(Dish, Canteen).join(Canteen, Canteen.id == Dish.canteen_id).where(Dish.id == dish_id)
    ).one_or_none()
    if found is None or not covers(actor, permission, found[1]):
        raise DishNotFound
    dish: Dish = found[0]
    return dish


def get_recipe(
    actor: Actor, recipe_id: int, permission: Permission = Permission.CANTEEN_READ
) -> tuple[Recipe, Dish]:
    """A version with its dish, of a canteen within reach of the permission. Raises RecipeNotFound."""
    found = db.session.execute(
        select(Recipe, Dish, Canteen)
        .join(Dish, Dish.id == Recipe.dish_id)
        .join(Canteen, Canteen.id == Dish.canteen_id)
        .where(Recipe.id == recipe_id)
        .options(selectinload(Recipe.lines))
    ).one_or_none()
    if found is None or not covers(actor, permission, found[2]):
        raise RecipeNotFound
    return found[0], found[1]
