"""The calendar over HTTP."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows import calendar_changes
from backend.http import endpoint
from backend.workdays import queries
from backend.workdays.schemas import DayOut, DaysQuery, OverrideIn, OverrideOut, OverridesQuery

blueprint = Blueprint("workdays", __name__, description="工作日历")


@endpoint(blueprint, "GET", "/workdays", permission=Permission.SELF, query=DaysQuery, out=DayOut, many=True)
def list_days(actor: Actor, query: dict[str, Any]) -> Any:
    """The days of a range: workdays, rest days, holidays and makeup days"""
    return queries.list_days(from_on=query["from_date"], until_on=query["to_date"])


@endpoint(
    blueprint,
    "GET",
    "/admin/workdays/overrides",
    permission=Permission.WORKDAYS_MANAGE,
    query=OverridesQuery,
    out=OverrideOut,
    many=True,
)
def list_overrides(actor: Actor, query: dict[str, Any]) -> Any:
    """The days of a year on which the compound departs from the calendar"""
    return queries.list_overrides(query["year"])


@endpoint(
    blueprint,
    "PUT",
    "/admin/workdays/overrides/<day:on_date>",
    permission=Permission.WORKDAYS_MANAGE,
    body=OverrideIn,
    out=OverrideOut,
)
def set_override(actor: Actor, on_date: date, body: dict[str, Any]) -> Any:
    """Open or close a day, or set its hours"""
    return calendar_changes.set_override(actor, on_date=on_date, **body)


@endpoint(
    blueprint, "DELETE", "/admin/workdays/overrides/<day:on_date>", permission=Permission.WORKDAYS_MANAGE
)
def remove_override(actor: Actor, on_date: date) -> Any:
    """Go back to the published calendar on that day"""
    return calendar_changes.remove_override(actor, on_date=on_date)
