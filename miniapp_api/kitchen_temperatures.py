"""Temperatures of fridges: limits, readings of people and thermometers, and what was beyond the limits."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.devices.policies import SignedRequest
from backend.endpoints import DEVICE
from backend.http import endpoint
from canteen.food_safety.temperatures import boards, documents, listing, queries, services
from canteen.food_safety.temperatures.schemas import (
    ActionIn,
    DeviceReadingsIn,
    DeviceReadingsOut,
    ExcursionOut,
    ExcursionsQuery,
    FridgeChangeIn,
    FridgeOut,
    FridgeRecordQuery,
    FridgeSheetOut,
    FridgeSheetQuery,
    FridgesQuery,
    NewFridgeIn,
    ReadingOut,
    ReadingReasonIn,
    ReadingsIn,
    ReadingsQuery,
    ReadingsTakenOut,
    ThermometerOut,
    ThermometersQuery,
)

blueprint = Blueprint("kitchen_temperatures", __name__, description="冷藏温度")

_KITCHEN: Final = "/canteen/kitchen"
FRIDGES: Final = f"{_KITCHEN}/fridges"
TEMPERATURES: Final = f"{_KITCHEN}/temperatures"
EXCURSIONS: Final = f"{_KITCHEN}/temperature-excursions"
PDF: Final = "application/pdf"
READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE
SELF: Final = Permission.SELF


@endpoint(
    blueprint,
    "POST",
    "/devices/temperatures",
    permission=DEVICE,
    body=DeviceReadingsIn,
    out=DeviceReadingsOut,
)
def post_temperatures(device: SignedRequest, body: dict[str, Any]) -> Any:
    """Send up to 1,000 readings; each is answered for itself, and repeating it changes nothing"""
    return services.ingest(device, **body)


@endpoint(blueprint, "GET", FRIDGES, permission=SELF, query=FridgesQuery, out=FridgeOut, many=True)
def list_fridges(actor: Actor, query: dict[str, Any]) -> Any:
    """The fridges where one works or oversees"""
    return queries.list_fridges(actor, **query)


@endpoint(blueprint, "POST", FRIDGES, permission=MANAGE, body=NewFridgeIn, out=FridgeOut, status=201)
def create_fridge(actor: Actor, body: dict[str, Any]) -> Any:
    """A new fridge with its limits"""
    return services.create_fridge(actor, **body)


@endpoint(
    blueprint, "PUT", f"{FRIDGES}/<id:fridge_id>", permission=MANAGE, body=FridgeChangeIn, out=FridgeOut
)
def change_fridge(actor: Actor, fridge_id: int, body: dict[str, Any]) -> Any:
    """What a fridge is now"""
    return services.change_fridge(actor, fridge_id=fridge_id, **body)


@endpoint(blueprint, "GET", f"{FRIDGES}/sheet", permission=SELF, query=FridgeSheetQuery, out=FridgeSheetOut)
def get_fridge_sheet(actor: Actor, query: dict[str, Any]) -> Any:
    """A day of a canteen's fridges"""
    return boards.get_sheet(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{FRIDGES}/thermometers",
    permission=MANAGE,
    query=ThermometersQuery,
    out=ThermometerOut,
    many=True,
)
def list_thermometers(actor: Actor, query: dict[str, Any]) -> Any:
    """The devices that can report of a canteen's fridges"""
    return queries.list_thermometers(actor, **query)


@endpoint(
    blueprint,
    "POST",
    TEMPERATURES,
    permission=RECORD,
    body=ReadingsIn,
    out=ReadingsTakenOut,
    status=201,
)
def enter_temperatures(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter what somebody read off fridges: all of it, or nothing"""
    return services.enter(actor, **body)


@endpoint(blueprint, "GET", TEMPERATURES, permission=READ, query=ReadingsQuery, out=ReadingOut, many=True)
def list_temperatures(actor: Actor, query: dict[str, Any]) -> Any:
    """A fridge's readings, the latest first"""
    return listing.list_readings(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{TEMPERATURES}/<id:reading_id>/void",
    permission=RECORD,
    body=ReadingReasonIn,
    out=ReadingOut,
)
def void_temperature(actor: Actor, reading_id: int, body: dict[str, Any]) -> Any:
    """Take back what was entered wrongly"""
    return services.void(actor, reading_id=reading_id, **body)


@endpoint(blueprint, "GET", EXCURSIONS, permission=SELF, query=ExcursionsQuery, out=ExcursionOut, many=True)
def list_excursions(actor: Actor, query: dict[str, Any]) -> Any:
    """When fridges were beyond their limits, the latest first"""
    return queries.list_excursions(actor, **{**query, "state": query["state"].value})


@endpoint(
    blueprint,
    "POST",
    f"{EXCURSIONS}/<id:excursion_id>/action",
    permission=RECORD,
    body=ActionIn,
    out=ExcursionOut,
)
def act_on_excursion(actor: Actor, excursion_id: int, body: dict[str, Any]) -> Any:
    """Write what was done about it"""
    return services.act(actor, excursion_id=excursion_id, **body)


@endpoint(blueprint, "GET", f"{TEMPERATURES}/pdf", permission=SELF, query=FridgeRecordQuery, file=PDF)
def print_temperature_record(actor: Actor, query: dict[str, Any]) -> File:
    """The day's record of a canteen's fridges"""
    record = boards.get_record(actor, **query)
    content = documents.record_pdf(record, printed_by=actor.name)
    return File(content, f"{documents.record_title(record)}.pdf", PDF)
