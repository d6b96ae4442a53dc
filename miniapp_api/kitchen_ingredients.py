"""食材: the ingredients of the compound."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from canteen.purchasing.ingredients import documents, queries, services
from canteen.purchasing.ingredients.schemas import (
    IngredientIn,
    IngredientOut,
    IngredientsQuery,
    SheetCountsOut,
)

blueprint = Blueprint("kitchen_ingredients", __name__, description="食材")

_READ, _MANAGE = Permission.PURCHASING_READ, Permission.PURCHASING_MANAGE
_BASE = "/canteen/ingredients"


@endpoint(blueprint, "GET", _BASE, permission=_READ, query=IngredientsQuery, out=IngredientOut, many=True)
def list_ingredients(actor: Actor, query: dict[str, Any]) -> Any:
    """The ingredients, by category and name"""
    return queries.page_ingredients(**query)


@endpoint(blueprint, "POST", _BASE, permission=_MANAGE, body=IngredientIn, out=IngredientOut, status=201)
def create_ingredient(actor: Actor, body: Any) -> Any:
    """Enter an ingredient"""
    return services.create(actor, spec=body)


@endpoint(blueprint, "GET", f"{_BASE}/workbook", permission=_READ, file=sheets.MEDIA_TYPE)
def export_ingredients(actor: Actor) -> File:
    """All ingredients as a workbook, which may be changed and imported again"""
    return File(documents.ingredients_workbook(queries.all_ingredients()), "食材库.xlsx", sheets.MEDIA_TYPE)


@endpoint(blueprint, "POST", f"{_BASE}/import", permission=_MANAGE, upload="file", out=SheetCountsOut)
def import_ingredients(actor: Actor, file: BinaryIO) -> Any:
    """Enter and change ingredients by a workbook: all of it or nothing"""
    return services.import_sheet(actor, data=file.read())


@endpoint(blueprint, "GET", f"{_BASE}/<id:ingredient_id>", permission=_READ, out=IngredientOut)
def get_ingredient(actor: Actor, ingredient_id: int) -> Any:
    """One ingredient"""
    return queries.view_of_id(ingredient_id)


@endpoint(
    blueprint,
    "PUT",
    f"{_BASE}/<id:ingredient_id>",
    permission=_MANAGE,
    body=IngredientIn,
    out=IngredientOut,
)
def change_ingredient(actor: Actor, ingredient_id: int, body: Any) -> Any:
    """Say anew what an ingredient is"""
    return services.change(actor, ingredient_id=ingredient_id, spec=body)
