"""Categories of repairs over HTTP: what phones choose from, and what property management keeps."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import Shared
from backend.http import endpoint
from property.categories import queries, services
from property.categories.schemas import (
    ManagedRepairBranchOut,
    NewRepairCategoryIn,
    RepairBranchOut,
    RepairCategoriesLoadedOut,
    RepairCategoriesOrderIn,
    RepairCategoryIn,
    RepairCategoryOut,
)

blueprint = Blueprint("repair_categories", __name__, description="报修类别")


@endpoint(
    blueprint,
    "GET",
    "/property/categories",
    permission=Permission.SELF,
    out=RepairBranchOut,
    many=True,
    shared=Shared(queries.TOPIC, seconds=5),
)
def list_categories() -> Any:
    """The categories in use, as a tree"""
    return queries.list_tree()


@endpoint(
    blueprint,
    "GET",
    "/property/categories/all",
    permission=Permission.PROPERTY_READ,
    out=ManagedRepairBranchOut,
    many=True,
)
def list_all_categories(actor: Actor) -> Any:
    """All categories, in use or not, as a tree"""
    return queries.manage_tree()


@endpoint(
    blueprint,
    "POST",
    "/property/categories",
    permission=Permission.PROPERTY_MANAGE,
    body=NewRepairCategoryIn,
    out=RepairCategoryOut,
    status=201,
)
def create_category(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a category"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/categories/<id:category_id>",
    permission=Permission.PROPERTY_MANAGE,
    body=RepairCategoryIn,
    out=RepairCategoryOut,
)
def change_category(actor: Actor, category_id: int, body: dict[str, Any]) -> Any:
    """Describe a category anew, move it, or take it out of use"""
    return services.change(actor, category_id=category_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/categories/order",
    permission=Permission.PROPERTY_MANAGE,
    body=RepairCategoriesOrderIn,
    out=RepairCategoryOut,
    many=True,
)
def order_categories(actor: Actor, body: dict[str, Any]) -> Any:
    """Say in which order the categories below one parent stand"""
    return services.reorder(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/categories/defaults",
    permission=Permission.PROPERTY_MANAGE,
    out=RepairCategoriesLoadedOut,
)
def load_default_categories(actor: Actor) -> Any:
    """Add the categories of the standard tree that are not there yet"""
    return services.load_defaults(actor)
