"""Recipes of dishes: versions, what follows from them, and their Excel sheet."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.production.recipes import documents, services, views
from canteen.production.recipes.policies import RecipeSpec
from canteen.production.recipes.schemas import (
    ApprovalsIn,
    DishRecipeOut,
    RecipeDiscardedOut,
    RecipeIn,
    RecipeOut,
    RecipesImportedOut,
    RecipesOfQuery,
    RecipesQuery,
    TakenOverOut,
    TakeOverIn,
    VersionOut,
)

blueprint = Blueprint("kitchen_recipes", __name__, description="菜谱配方")

READ, MANAGE = Permission.CANTEEN_READ, Permission.PRODUCTION_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/canteen/recipes",
    permission=READ,
    query=RecipesQuery,
    out=DishRecipeOut,
    many=True,
)
def list_recipes(actor: Actor, query: dict[str, Any]) -> Any:
    """The active dishes of a canteen with their recipes"""
    return views.page_dishes(actor, **query)


@endpoint(blueprint, "GET", "/canteen/recipes/<id:recipe_id>", permission=READ, out=RecipeOut)
def get_recipe(actor: Actor, recipe_id: int) -> Any:
    """A version of a recipe with its nutrition, allergens and cost, and what the dish says otherwise"""
    return views.get_detail(actor, recipe_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/dishes/<id:dish_id>/recipes",
    permission=READ,
    query=PageQuery,
    out=VersionOut,
    many=True,
)
def list_versions(actor: Actor, dish_id: int, query: dict[str, Any]) -> Any:
    """All versions of a dish's recipe, the latest first"""
    return views.page_versions(actor, dish_id, **query)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/dishes/<id:dish_id>/recipe-draft",
    permission=MANAGE,
    body=RecipeIn,
    out=RecipeOut,
)
def save_draft(actor: Actor, dish_id: int, body: RecipeSpec) -> Any:
    """Write the draft of a dish's next recipe; the current one stays in force until it is approved"""
    return services.save_draft(actor, dish_id=dish_id, spec=body)


@endpoint(blueprint, "POST", "/canteen/recipes/<id:recipe_id>/approve", permission=MANAGE, out=RecipeOut)
def approve_recipe(actor: Actor, recipe_id: int) -> Any:
    """Let a draft become the dish's current recipe"""
    return services.approve(actor, recipe_id=recipe_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/recipes/approve",
    permission=MANAGE,
    body=ApprovalsIn,
    out=VersionOut,
    many=True,
)
def approve_recipes(actor: Actor, body: dict[str, Any]) -> Any:
    """Let several drafts become current: all or none"""
    return services.approve_all(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/recipes/<id:recipe_id>/discard",
    permission=MANAGE,
    out=RecipeDiscardedOut,
)
def discard_recipe(actor: Actor, recipe_id: int) -> Any:
    """Throw a draft away"""
    return services.discard(actor, recipe_id=recipe_id)


@endpoint(blueprint, "POST", "/canteen/recipes/<id:recipe_id>/retire", permission=MANAGE, out=RecipeOut)
def retire_recipe(actor: Actor, recipe_id: int) -> Any:
    """Take the current recipe out of use"""
    return services.retire(actor, recipe_id=recipe_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/recipes/<id:recipe_id>/take-over",
    permission=MANAGE,
    body=TakeOverIn,
    out=TakenOverOut,
)
def take_over(actor: Actor, recipe_id: int, body: dict[str, Any]) -> Any:
    """Let the dish say what follows from its recipe; the actor manages the menu, too"""
    return services.take_over(actor, recipe_id=recipe_id, **body)


@endpoint(blueprint, "GET", "/canteen/recipes/export", permission=READ, query=RecipesOfQuery, file=XLSX)
def export_recipes(actor: Actor, query: dict[str, Any]) -> File:
    """All recipes of a canteen as an Excel sheet, which the import takes"""
    found = views.export(actor, **query)
    data = documents.recipes_workbook(found.canteen, found.recipes, found.ingredients)
    return File(data, f"{found.canteen}菜谱配方.xlsx")


@endpoint(
    blueprint,
    "POST",
    "/canteen/canteens/<id:canteen_id>/recipes/import",
    permission=MANAGE,
    upload="file",
    out=RecipesImportedOut,
)
def import_recipes(actor: Actor, canteen_id: int, file: BinaryIO) -> Any:
    """Write drafts of what an Excel sheet in the field `file` says otherwise: all or nothing"""
    return services.import_sheet(actor, canteen_id=canteen_id, data=file.read())
