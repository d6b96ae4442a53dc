"""Meals by weight over HTTP: one's own, objections to them, and what managers answer."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.waste.serving import services, views
from canteen.waste.serving.schemas import (
    ManagedWeighedMealOut,
    ObjectionIn,
    WeighedDecisionIn,
    WeighedMealOut,
    WeighedMealsQuery,
)

blueprint = Blueprint("weighed_meals", __name__, description="按克计费")


@endpoint(
    blueprint,
    "GET",
    "/canteen/me/weighed-meals",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=WeighedMealOut,
    many=True,
)
def list_own(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own meals by weight"""
    return views.page_own(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/me/weighed-meals/<id:order_id>",
    permission=Permission.CANTEEN_ORDER,
    out=WeighedMealOut,
)
def get_own(actor: Actor, order_id: int) -> Any:
    """One of one's own meals by weight"""
    return views.get_own(actor, order_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/me/weighed-meals/<id:order_id>/objection",
    permission=Permission.CANTEEN_ORDER,
    body=ObjectionIn,
    out=WeighedMealOut,
)
def object_to(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say that the weights or the price are wrong, once"""
    return services.object_to(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/weighed-meals",
    permission=Permission.CANTEEN_MANAGE,
    query=WeighedMealsQuery,
    out=ManagedWeighedMealOut,
    many=True,
)
def list_managed(actor: Actor, query: dict[str, Any]) -> Any:
    """The meals by weight of the canteens that one manages"""
    return views.page_managed(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/weighed-meals/<id:order_id>/decision",
    permission=Permission.CANTEEN_MANAGE,
    body=WeighedDecisionIn,
    out=ManagedWeighedMealOut,
    key_required=True,
)
def decide(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Let go of part of what a meal by weight costs, or of nothing, and answer"""
    return services.decide(actor, order_id=order_id, **body)
