"""Use cases of devices, and of those who manage them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend import clock, errors
from backend.actor import Actor
from backend.audit import operations as audit
from backend.config import settings
from backend.db import atomic
from backend.devices import operations, policies, queries
from backend.devices.errors import DevicePlaceUnknown
from backend.devices.models import Device, DeviceKind
from backend.devices.policies import SignedRequest
from backend.devices.queries import DeviceView
from backend.rules.registry import Place


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A device with the secret that is shown this once."""

    device: DeviceView
    secret: str


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    """What a device is told: the server's clock, how far its own is off, and how to behave.

    `last_seq` is the highest number of an event that was taken from it.
    """

    server_time: int
    clock_skew_s: int | None
    last_seq: int
    config: "DeviceConfig"


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """Seconds between heartbeats, events of a batch at most, seconds of the signature's window."""

    heartbeat_s: int
    batch_events: int
    window_s: int


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """The server's clock."""

    at: datetime

    @property
    def server_time(self) -> int:
        """In unix seconds."""
        return int(self.at.timestamp())

    @property
    def server_time_ms(self) -> int:
        """In unix milliseconds."""
        return int(self.at.timestamp() * 1000)


def tell_time() -> DeviceTime:
    """The server's clock, for who has none to trust."""
    return DeviceTime(clock.now())


@atomic
def arrive(signed: SignedRequest) -> None:
    """Take a signed request that only reads. Raises RequestReplayed or SignatureRefused."""
    operations.accept(signed)


@atomic
def heartbeat(
    signed: SignedRequest,
    *,
    sent_at: datetime,
    firmware: str | None = None,
    waiting: int | None = None,
    battery_percent: int | None = None,
) -> HeartbeatAnswer:
    """A device is alive; `sent_at` is its own clock. Raises RequestReplayed or SignatureRefused."""
    device = operations.accept(signed, firmware=firmware, waiting=waiting, battery_percent=battery_percent)
    device.clock_skew_s = policies.skew_s(sent_at, signed.received_at)
    config = DeviceConfig(policies.HEARTBEAT_S, policies.BATCH_EVENTS, settings().device_window_s)
    return HeartbeatAnswer(int(signed.received_at.timestamp()), device.clock_skew_s, device.last_seq, config)


@atomic
def create_device(
    actor: Actor, *, kind: DeviceKind, name: str, canteen_id: int | None = None, code: str | None = None
) -> NewSecret:
    """Register a device; its secret is in the answer and nowhere else.

    Platforms need the permission for the whole compound. Raises DeviceCodeInvalid, DevicePlaceMismatch,
    DevicePlaceUnknown, Forbidden or DeviceCodeTaken.
    """
    policies.ensure_code(code)
    policies.ensure_place(kind, canteen_id)
    if canteen_id is None:
        if not policies.manages(actor, campus_id=0, canteen_id=None):
            raise errors.Forbidden
    elif canteen_id not in {place.id for place in queries.managed_canteens(actor)}:
        raise DevicePlaceUnknown
    device, secret = operations.add_device(kind=kind, name=name, canteen_id=canteen_id, code=code)
    _record(actor, "devices.created", device, name=name, kind=kind.value, device_code=device.code)
    return NewSecret(queries.view_of(actor, device), secret)


@atomic
def rehearsal_gateway(actor: Actor, *, canteen_id: int) -> NewSecret:
    """The gateway of a canteen's simulated scale, registered when it is first asked for, with a new secret.

    Raises DevicePlaceUnknown.
    """
    if canteen_id not in {place.id for place in queries.managed_canteens(actor)}:
        raise DevicePlaceUnknown
    code = policies.rehearsal_code(canteen_id)
    device = operations.find_by_code(code)
    if device is not None:
        secret = operations.renew_secret(device)
        _record(actor, "devices.secret_renewed", device)
    else:
        device, secret = operations.add_device(
            kind=DeviceKind.GATEWAY, name="模拟网关", canteen_id=canteen_id, code=code
        )
        _record(actor, "devices.created", device, name=device.name, kind=device.kind, device_code=code)
    return NewSecret(queries.view_of(actor, device), secret)


@atomic
def rename_device(actor: Actor, *, device_id: int, name: str) -> DeviceView:
    """Call a device something else. Raises DeviceNotFound."""
    device = _managed(actor, device_id)
    if device.name != name:
        _record(actor, "devices.renamed", device, before=device.name, after=name)
        device.name = name
    return queries.view_of(actor, device)


@atomic
def enable_device(actor: Actor, *, device_id: int) -> DeviceView:
    """Take a device's requests again. Raises DeviceNotFound."""
    return _switch(actor, device_id, "devices.enabled", is_enabled=True)


@atomic
def disable_device(actor: Actor, *, device_id: int) -> DeviceView:
    """Refuse a device's requests from now on; what it sent stays. Raises DeviceNotFound."""
    return _switch(actor, device_id, "devices.disabled", is_enabled=False)


@atomic
def renew_secret(actor: Actor, *, device_id: int) -> NewSecret:
    """Give a device a new secret; the old one is worth nothing from now on. Raises DeviceNotFound."""
    device = _managed(actor, device_id)
    secret = operations.renew_secret(device)
    _record(actor, "devices.secret_renewed", device)
    return NewSecret(queries.view_of(actor, device), secret)


@atomic
def tell_of_silence(places: Collection[Place]) -> int:
    """Tell who keeps the devices of canteens that serve now which of them are silent; returns how many."""
    return operations.tell_of_silence(places)


@atomic
def forget_nonces() -> int:
    """Drop the nonces that the window refuses by itself; returns how many."""
    return operations.forget_nonces(clock.now())


def _managed(actor: Actor, device_id: int) -> Device:
    device = operations.find_locked(device_id)
    queries.view_of(actor, device)
    return device


def _switch(actor: Actor, device_id: int, action: str, *, is_enabled: bool) -> DeviceView:
    device = _managed(actor, device_id)
    if device.is_enabled is not is_enabled:
        device.is_enabled = is_enabled
        _record(actor, action, device)
    return queries.view_of(actor, device)


def _record(actor: Actor, action: str, device: Device, **details: Any) -> None:
    where: dict[str, Any] = {"canteen_id": device.canteen_id} if device.canteen_id is not None else {}
    audit.record(actor, action, "device", device.id, **where, **details)
