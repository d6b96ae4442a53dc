"""Statistics of repairs, within reach; no figure is told of a person."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from property.statistics import queries
from property.statistics.schemas import PropertyStatisticsOut, PropertyStatisticsQuery

blueprint = Blueprint("property_statistics", __name__, description="物业统计")


@endpoint(
    blueprint,
    "GET",
    "/property/statistics",
    permission=Permission.PROPERTY_READ,
    query=PropertyStatisticsQuery,
    out=PropertyStatisticsOut,
)
def get_property_statistics(actor: Actor, query: dict[str, Any]) -> Any:
    """Volume, punctuality, rework, cost and backlog, by category, building, contractor, group or month"""
    return queries.report(actor, **query)
