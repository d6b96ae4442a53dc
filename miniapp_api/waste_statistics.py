"""Statistics of waste: for those who run canteens, and what everybody may read."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.endpoints import Shared
from backend.http import endpoint
from canteen.waste.statistics import documents, public, reports
from canteen.waste.statistics.rules import TOPIC
from canteen.waste.statistics.schemas import (
    PublicWasteOut,
    UnmeasuredMealOut,
    UnmeasuredQuery,
    WasteDepartmentOut,
    WasteDishesQuery,
    WasteDishHistoryOut,
    WasteDishOut,
    WasteDishQuery,
    WasteMealsQuery,
    WastePointOut,
    WasteQuery,
    WasteStageOut,
    WasteSummaryOut,
    WasteSummaryQuery,
    WasteTrendQuery,
)

blueprint = Blueprint("waste_statistics", __name__, description="食物浪费统计")


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/summary",
    permission=Permission.CANTEEN_READ,
    query=WasteSummaryQuery,
    out=WasteSummaryOut,
)
def get_waste_summary(actor: Actor, query: dict[str, Any]) -> Any:
    """All figures of a span, with what they are set beside"""
    return reports.report(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/trend",
    permission=Permission.CANTEEN_READ,
    query=WasteTrendQuery,
    out=WastePointOut,
    many=True,
)
def list_waste_trend(actor: Actor, query: dict[str, Any]) -> Any:
    """The figures by day, week, month, period or canteen"""
    return reports.trend(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/stages",
    permission=Permission.CANTEEN_READ,
    query=WasteMealsQuery,
    out=WasteStageOut,
    many=True,
)
def list_waste_stages(actor: Actor, query: dict[str, Any]) -> Any:
    """What was thrown away, by stage"""
    return reports.stages(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/dishes",
    permission=Permission.CANTEEN_READ,
    query=WasteDishesQuery,
    out=WasteDishOut,
    many=True,
)
def list_waste_dishes(actor: Actor, query: dict[str, Any]) -> Any:
    """The dishes, the worst first"""
    return reports.dishes(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/dishes/<id:dish_id>",
    permission=Permission.CANTEEN_READ,
    query=WasteDishQuery,
    out=WasteDishHistoryOut,
)
def get_waste_dish(actor: Actor, dish_id: int, query: dict[str, Any]) -> Any:
    """A dish over a span, and meal by meal"""
    return reports.dish_history(actor, dish_id=dish_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/departments",
    permission=Permission.CANTEEN_READ,
    query=WasteQuery,
    out=WasteDepartmentOut,
    many=True,
)
def list_waste_departments(actor: Actor, query: dict[str, Any]) -> Any:
    """The departments of five and more diners at a meal"""
    return reports.departments(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/unmeasured",
    permission=Permission.CANTEEN_READ,
    query=UnmeasuredQuery,
    out=UnmeasuredMealOut,
    many=True,
)
def list_unmeasured_meals(actor: Actor, query: dict[str, Any]) -> Any:
    """The meals that nobody weighed"""
    return reports.unmeasured(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/workbook",
    permission=Permission.CANTEEN_READ,
    query=WasteMealsQuery,
    file=XLSX,
)
def export_waste_statistics(actor: Actor, query: dict[str, Any]) -> File:
    """The statistics of a span as an Excel workbook"""
    found = reports.statistics(actor, **query)
    return File(documents.statistics_workbook(found), f"{found.title}.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/canteen/canteens/<id:canteen_id>/waste",
    permission=Permission.SELF,
    out=PublicWasteOut,
    shared=Shared(TOPIC, seconds=60),
)
def get_public_waste(canteen_id: int) -> Any:
    """A canteen's public figures of waste"""
    return public.figures_of(canteen_id)
