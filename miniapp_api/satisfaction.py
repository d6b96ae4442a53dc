"""What all ratings say of all services."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.flows.satisfaction_providers import SOURCES, dishes_in_reach
from backend.http import endpoint
from canteen.pickups.ratings import DISH, DISH_OF_MEAL
from feedback.satisfaction import documents, queries, rated
from feedback.satisfaction.schemas import (
    DishRankingOut,
    DishRankingQuery,
    SatisfactionQuery,
    SatisfactionReportOut,
    SatisfactionTrendOut,
    SatisfactionTrendQuery,
)

blueprint = Blueprint("satisfaction", __name__, description="满意度")

READ = Permission.FEEDBACK_READ


@endpoint(
    blueprint,
    "GET",
    "/feedback/satisfaction",
    permission=READ,
    query=SatisfactionQuery,
    out=SatisfactionReportOut,
)
def get_satisfaction(actor: Actor, query: dict[str, Any]) -> Any:
    """All services by provider, campus and contractor, beside the months before and a year ago"""
    return queries.report(actor, SOURCES, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/satisfaction/workbook",
    permission=READ,
    query=SatisfactionQuery,
    file=MEDIA_TYPE,
)
def get_satisfaction_workbook(actor: Actor, query: dict[str, Any]) -> File:
    """The same as a workbook"""
    report = queries.report(actor, SOURCES, **query)
    return File(documents.report_workbook(report), f"{documents.report_title(report)}.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/feedback/satisfaction/trend",
    permission=READ,
    query=SatisfactionTrendQuery,
    out=SatisfactionTrendOut,
)
def get_satisfaction_trend(actor: Actor, query: dict[str, Any]) -> Any:
    """A service, or one provider of it, month by month"""
    return queries.trend(actor, SOURCES, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/satisfaction/dishes",
    permission=READ,
    query=DishRankingQuery,
    out=DishRankingOut,
)
def rank_dishes(actor: Actor, query: dict[str, Any]) -> Any:
    """Dishes by a Bayesian average; those with fewer than five ratings are left out"""
    known = dishes_in_reach(actor, query.pop("canteen_id"))
    return rated.rank(known, service=DISH_OF_MEAL.key, kind=DISH, **query)
