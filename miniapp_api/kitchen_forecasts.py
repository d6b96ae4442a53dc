"""Forecasts: how many will come, and of what they will take how much."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.production.forecasts import queries, services
from canteen.production.forecasts.schemas import (
    ForecastAccuracyOut,
    ForecastAccuracyQuery,
    ForecastIn,
    ForecastOut,
    ForecastsQuery,
    ForecastWithDishesOut,
    MealAttendanceOut,
    MealAttendanceQuery,
)

blueprint = Blueprint("kitchen_forecasts", __name__, description="备餐预测")


@endpoint(
    blueprint,
    "GET",
    "/canteen/forecasts",
    permission=Permission.CANTEEN_READ,
    query=ForecastsQuery,
    out=ForecastOut,
    many=True,
)
def list_forecasts(actor: Actor, query: dict[str, Any]) -> Any:
    """The newest forecast of each meal, by day"""
    return queries.page_forecasts(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/forecasts",
    permission=Permission.PRODUCTION_MANAGE,
    body=ForecastIn,
    out=ForecastWithDishesOut,
    status=201,
)
def make_forecast(actor: Actor, body: dict[str, Any]) -> Any:
    """Forecast a meal anew"""
    return services.make(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/forecasts/<id:forecast_id>",
    permission=Permission.CANTEEN_READ,
    out=ForecastWithDishesOut,
)
def get_forecast(actor: Actor, forecast_id: int) -> Any:
    """A forecast with its dishes"""
    return queries.get_forecast(actor, forecast_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/forecasts/accuracy",
    permission=Permission.CANTEEN_READ,
    query=ForecastAccuracyQuery,
    out=ForecastAccuracyOut,
)
def get_forecast_accuracy(actor: Actor, query: dict[str, Any]) -> Any:
    """How a canteen's forecasts did, beside naive ones"""
    return queries.get_accuracy(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/forecasts/attendance",
    permission=Permission.CANTEEN_READ,
    query=MealAttendanceQuery,
    out=MealAttendanceOut,
    many=True,
)
def list_attendance(actor: Actor, query: dict[str, Any]) -> Any:
    """Who was booked and who came, the latest first"""
    return queries.page_attendance(actor, **query)
