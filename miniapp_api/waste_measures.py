"""Measures against waste, and what came of them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.waste.measures import queries, services
from canteen.waste.measures.schemas import EffectOut, MeasureIn, MeasureOut, MeasuresQuery, NewMeasureIn

blueprint = Blueprint("waste_measures", __name__, description="减少浪费的措施")


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/measures",
    permission=Permission.CANTEEN_READ,
    query=MeasuresQuery,
    out=MeasureOut,
    many=True,
)
def list_measures(actor: Actor, query: dict[str, Any]) -> Any:
    """What was done against waste, the latest first"""
    return queries.list_measures(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/waste/measures",
    permission=Permission.WASTE_MANAGE,
    body=NewMeasureIn,
    out=MeasureOut,
    status=201,
)
def create_measure(actor: Actor, body: dict[str, Any]) -> Any:
    """Write down a measure"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/admin/waste/measures/<id:measure_id>",
    permission=Permission.WASTE_MANAGE,
    body=MeasureIn,
    out=MeasureOut,
)
def change_measure(actor: Actor, measure_id: int, body: dict[str, Any]) -> Any:
    """Correct a measure, or say when it ended"""
    return services.change(actor, measure_id=measure_id, **body)


@endpoint(
    blueprint,
    "DELETE",
    "/canteen/admin/waste/measures/<id:measure_id>",
    permission=Permission.WASTE_MANAGE,
    out=MeasureOut,
)
def withdraw_measure(actor: Actor, measure_id: int) -> Any:
    """Take back a measure that was entered in error"""
    return services.withdraw(actor, measure_id=measure_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/measures/<id:measure_id>/effect",
    permission=Permission.CANTEEN_READ,
    out=EffectOut,
)
def get_measure_effect(actor: Actor, measure_id: int) -> Any:
    """What came of a measure"""
    return queries.get_effect(actor, measure_id=measure_id)
