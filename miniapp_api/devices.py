"""Scales and gateways: their clock and heartbeat, and the desk that registers them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.devices import queries, services
from backend.devices.policies import SignedRequest
from backend.devices.schemas import (
    DeviceIn,
    DeviceNameIn,
    DeviceOut,
    DevicesQuery,
    DeviceTimeOut,
    HeartbeatIn,
    HeartbeatOut,
    NewSecretOut,
)
from backend.endpoints import DEVICE, PUBLIC
from backend.http import endpoint

blueprint = Blueprint("devices", __name__, description="称重设备")


@endpoint(blueprint, "GET", "/devices/time", permission=PUBLIC, out=DeviceTimeOut)
def get_device_time() -> Any:
    """The server's clock, by which a device signs"""
    return services.tell_time()


@endpoint(blueprint, "POST", "/devices/heartbeat", permission=DEVICE, body=HeartbeatIn, out=HeartbeatOut)
def beat(device: SignedRequest, body: dict[str, Any]) -> Any:
    """A device is alive; its clock is measured"""
    return services.heartbeat(device, **body)


@endpoint(
    blueprint,
    "GET",
    "/admin/devices",
    permission=Permission.DEVICES_MANAGE,
    query=DevicesQuery,
    out=DeviceOut,
    many=True,
)
def list_devices(actor: Actor, query: dict[str, Any]) -> Any:
    """The devices within reach, with their states"""
    return queries.list_devices(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/admin/devices",
    permission=Permission.DEVICES_MANAGE,
    body=DeviceIn,
    out=NewSecretOut,
    status=201,
    keeps_answer=False,
)
def create_device(actor: Actor, body: dict[str, Any]) -> Any:
    """Register a device; its secret is told this once"""
    return services.create_device(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/admin/devices/<id:device_id>",
    permission=Permission.DEVICES_MANAGE,
    out=DeviceOut,
)
def get_device(actor: Actor, device_id: int) -> Any:
    """One device"""
    return queries.get_device(actor, device_id)


@endpoint(
    blueprint,
    "PUT",
    "/admin/devices/<id:device_id>",
    permission=Permission.DEVICES_MANAGE,
    body=DeviceNameIn,
    out=DeviceOut,
)
def rename_device(actor: Actor, device_id: int, body: dict[str, Any]) -> Any:
    """Call a device something else"""
    return services.rename_device(actor, device_id=device_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/devices/<id:device_id>/enable",
    permission=Permission.DEVICES_MANAGE,
    out=DeviceOut,
)
def enable_device(actor: Actor, device_id: int) -> Any:
    """Take a device's requests again"""
    return services.enable_device(actor, device_id=device_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/devices/<id:device_id>/disable",
    permission=Permission.DEVICES_MANAGE,
    out=DeviceOut,
)
def disable_device(actor: Actor, device_id: int) -> Any:
    """Refuse a device's requests from now on"""
    return services.disable_device(actor, device_id=device_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/devices/<id:device_id>/secret",
    permission=Permission.DEVICES_MANAGE,
    out=NewSecretOut,
    keeps_answer=False,
)
def renew_device_secret(actor: Actor, device_id: int) -> Any:
    """Give a device a new secret, told this once; the old one ends"""
    return services.renew_secret(actor, device_id=device_id)
