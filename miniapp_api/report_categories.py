"""Categories of demands over HTTP: what phones choose from, and what the desk keeps."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import Shared
from backend.flows import report_categories
from backend.http import endpoint
from feedback.categories import queries, services
from feedback.categories.schemas import (
    DemandCategoriesLoadedOut,
    DemandCategoriesOrderIn,
    DemandCategoryIn,
    DemandCategoryOut,
    ManagedDemandCategoryOut,
    NewDemandCategoryIn,
)

blueprint = Blueprint("report_categories", __name__, description="诉求类别")


@endpoint(
    blueprint,
    "GET",
    "/feedback/categories",
    permission=Permission.SELF,
    out=DemandCategoryOut,
    many=True,
    shared=Shared(queries.TOPIC, seconds=5),
)
def list_categories() -> Any:
    """The categories in use"""
    return queries.list_active()


@endpoint(
    blueprint,
    "GET",
    "/feedback/categories/all",
    permission=Permission.FEEDBACK_READ,
    out=ManagedDemandCategoryOut,
    many=True,
)
def list_all_categories(actor: Actor) -> Any:
    """All categories, in use or not"""
    return queries.list_all()


@endpoint(
    blueprint,
    "POST",
    "/feedback/categories",
    permission=Permission.FEEDBACK_MANAGE,
    body=NewDemandCategoryIn,
    out=ManagedDemandCategoryOut,
    status=201,
)
def create_category(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a category"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/categories/<id:category_id>",
    permission=Permission.FEEDBACK_MANAGE,
    body=DemandCategoryIn,
    out=ManagedDemandCategoryOut,
)
def change_category(actor: Actor, category_id: int, body: dict[str, Any]) -> Any:
    """Describe a category anew, or take it out of use"""
    return services.change(actor, category_id=category_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/categories/order",
    permission=Permission.FEEDBACK_MANAGE,
    body=DemandCategoriesOrderIn,
    out=ManagedDemandCategoryOut,
    many=True,
)
def order_categories(actor: Actor, body: dict[str, Any]) -> Any:
    """Say in which order the categories of a kind stand"""
    return services.reorder(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/categories/defaults",
    permission=Permission.FEEDBACK_MANAGE,
    out=DemandCategoriesLoadedOut,
)
def load_default_categories(actor: Actor) -> Any:
    """Add the standard categories that are not there yet"""
    return report_categories.load_defaults(actor)
