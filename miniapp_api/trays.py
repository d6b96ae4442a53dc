"""Trays over HTTP: bound at a counter or a reader, and one's own."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.devices.policies import SignedRequest
from backend.endpoints import DEVICE
from backend.http import endpoint
from canteen.waste.trays import queries, services
from canteen.waste.trays.schemas import (
    BindTrayIn,
    DeviceBindTrayIn,
    DeviceTrayBoundOut,
    TrayBoundOut,
    TrayConsentIn,
    TrayConsentOut,
    TrayMonthOut,
    TrayMonthQuery,
)

blueprint = Blueprint("trays", __name__, description="餐盘")


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/trays/bind",
    permission=Permission.CANTEEN_VERIFY,
    body=BindTrayIn,
    out=TrayBoundOut,
    status=201,
)
def bind_tray(actor: Actor, body: dict[str, Any]) -> Any:
    """Bind a tray to a diner"""
    return services.bind(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/devices/trays/bind",
    permission=DEVICE,
    body=DeviceBindTrayIn,
    out=DeviceTrayBoundOut,
)
def bind_tray_by_device(device: SignedRequest, body: dict[str, Any]) -> Any:
    """Bind a tray at a reader of the serving line"""
    return services.bind_by_device(device, **body)


@endpoint(blueprint, "GET", "/canteen/me/tray-consent", permission=Permission.SELF, out=TrayConsentOut)
def get_consent(actor: Actor) -> Any:
    """Whether one sees one's own trays"""
    return queries.get_consent(actor)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/me/tray-consent",
    permission=Permission.SELF,
    body=TrayConsentIn,
    out=TrayConsentOut,
)
def choose(actor: Actor, body: dict[str, Any]) -> Any:
    """Choose to see one's own trays, or no longer"""
    return services.choose(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/me/trays",
    permission=Permission.SELF,
    query=TrayMonthQuery,
    out=TrayMonthOut,
)
def list_own(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own trays of a month"""
    return queries.month_of(actor, **query)
