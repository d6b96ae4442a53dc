"""Weights and diner counts that people enter, over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import load
from backend.http import endpoint
from canteen.waste.entries import queries, services
from canteen.waste.entries.schemas import (
    DinersIn,
    NewWasteEntryIn,
    SheetAddress,
    TakeBackIn,
    WasteEntriesQuery,
    WasteEntryOut,
    WasteSheetIn,
    WasteSheetOut,
)

blueprint = Blueprint("waste_entries", __name__, description="浪费称重人工登记")

_ADDRESS = SheetAddress()
_MEAL = "/canteen/admin/waste/meals/<id:canteen_id>/<date>/<period>"


@endpoint(blueprint, "GET", f"{_MEAL}/sheet", permission=Permission.WASTE_RECORD, out=WasteSheetOut)
def get_sheet(actor: Actor, canteen_id: int, date: str, period: str) -> Any:
    """A meal's sheet: all that people enter of it"""
    return queries.get_sheet(actor, canteen_id=canteen_id, **load(_ADDRESS, {"date": date, "period": period}))


@endpoint(
    blueprint,
    "POST",
    f"{_MEAL}/sheet",
    permission=Permission.WASTE_RECORD,
    body=WasteSheetIn,
    out=WasteSheetOut,
    status=201,
)
def record_sheet(actor: Actor, canteen_id: int, date: str, period: str, body: dict[str, Any]) -> Any:
    """Add rows of all stages to a meal's sheet, all or none"""
    address = load(_ADDRESS, {"date": date, "period": period})
    return services.record_sheet(actor, canteen_id=canteen_id, **address, **body)


@endpoint(
    blueprint, "PUT", f"{_MEAL}/diners", permission=Permission.WASTE_RECORD, body=DinersIn, out=WasteSheetOut
)
def count_diners(actor: Actor, canteen_id: int, date: str, period: str, body: dict[str, Any]) -> Any:
    """Say how many diners were counted"""
    address = load(_ADDRESS, {"date": date, "period": period})
    return services.count_diners(actor, canteen_id=canteen_id, **address, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/waste/entries",
    permission=Permission.WASTE_RECORD,
    body=NewWasteEntryIn,
    out=WasteEntryOut,
    status=201,
)
def record_entry(actor: Actor, body: dict[str, Any]) -> Any:
    """Add one row to a meal's sheet"""
    return services.record_entry(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/waste/entries",
    permission=Permission.WASTE_RECORD,
    query=WasteEntriesQuery,
    out=WasteEntryOut,
    many=True,
)
def list_entries(actor: Actor, query: dict[str, Any]) -> Any:
    """What was entered by hand of a day"""
    return queries.page_entries(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/waste/entries/<id:entry_id>/take-back",
    permission=Permission.WASTE_RECORD,
    body=TakeBackIn,
    out=WasteEntryOut,
)
def take_back(actor: Actor, entry_id: int, body: dict[str, Any]) -> Any:
    """Take an entry back"""
    return services.take_back(actor, entry_id=entry_id, **body)
