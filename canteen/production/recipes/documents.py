"""Recipes as a workbook, which an import takes as it is."""

from collections.abc import Mapping, Sequence

from backend.documents.sheets import Column, Kind, workbook
from canteen.production.recipes.models import Station
from canteen.production.recipes.policies import RecipeView
from canteen.production.recipes.recipe_sheets import (
    DISH,
    INGREDIENT,
    NOTE,
    RAW,
    STATION,
    STEPS,
    YIELD,
    steps_text,
)
from canteen.production.recipes.titles import STATION_NAMES


def recipes_workbook(
    canteen: str, recipes: Sequence[tuple[str, RecipeView]], ingredients: Mapping[int, str]
) -> bytes:
    """One row for each ingredient; `recipes` are pairs of a dish's name and its recipe."""
    columns = [
        *(Column(DISH, width=24), Column(STATION, width=8), Column(YIELD, Kind.INT)),
        *(Column(INGREDIENT, width=20), Column(RAW, Kind.INT), Column(NOTE), Column(STEPS, width=60)),
    ]
    rows: list[tuple[object, ...]] = []
    for name, recipe in recipes:
        head = STATION_NAMES[Station(recipe.station)], recipe.yield_g
        for place, line in enumerate(recipe.lines):
            steps = steps_text(recipe.steps) if place == 0 else ""
            rows.append((name, *head, ingredients[line.ingredient_id], line.raw_g, line.note, steps or None))
    return workbook(f"{canteen}菜谱配方", columns, rows)
