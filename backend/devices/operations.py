"""Writes about devices, within an open unit of work."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from backend import clock, vault
from backend.config import settings
from backend.db import db, table, unit
from backend.devices import policies, queries
from backend.devices.errors import DeviceCodeTaken, DeviceNotFound, RequestReplayed, SignatureRefused
from backend.devices.messages import DEVICE_SILENT
from backend.devices.models import Device, DeviceKind, DeviceNonce
from backend.devices.policies import SignedRequest
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules.registry import Place
from backend.statements import insert_or_nothing

_NONCE = table(DeviceNonce)
_SPEND = insert_or_nothing(_NONCE, ["device_id", "nonce", "expires_at"], returning="nonce")


def accept(
    signed: SignedRequest,
    *,
    own_clock: datetime | None = None,
    firmware: str | None = None,
    waiting: int | None = None,
    battery_percent: int | None = None,
) -> Device:
    """Take a signed request, once: lock its device, spend its nonce, note what it says of itself.

    Requests of one device go one after another from here to the end of the unit; call it before anything
    else is locked. `own_clock` is the device's own clock when it sent the request; a gateway's is measured by
    its heartbeat alone, because it may reckon what it sends by ours. Raises RequestReplayed, or
    SignatureRefused if the device was disabled meanwhile.
    """
    device = _lock(signed.device_id)
    if device is None or not device.is_enabled:
        raise SignatureRefused
    window = timedelta(seconds=settings().device_window_s)
    nonce = {
        "device_id": device.id,
        "nonce": signed.nonce,
        "expires_at": policies.nonce_expiry(signed, window),
    }
    if _SPEND.row(unit(), nonce) is None:
        raise RequestReplayed
    device.last_seen_at = signed.received_at
    if own_clock is not None and signed.kind is not DeviceKind.GATEWAY:
        device.clock_skew_s = policies.skew_s(own_clock, signed.received_at)
    if firmware is not None:
        device.firmware = firmware
    if waiting is not None:
        device.waiting = waiting
    if battery_percent is not None:
        device.battery_percent = battery_percent
    return device


def _lock(device_id: int) -> Device | None:
    # Not FOR UPDATE: rows that name the device, such as weighings by others' hands, need not wait.
    return db.session.scalars(
        select(Device)
        .where(Device.id == device_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_locked(device_id: int) -> Device:
    """The device, locked. Raises DeviceNotFound."""
    unit()
    device = _lock(device_id)
    if device is None:
        raise DeviceNotFound
    return device


def find_by_code(code: str) -> Device | None:
    """The device of this code, or None."""
    unit()
    return db.session.scalars(select(Device).where(Device.code == code)).one_or_none()


def add_device(
    *, kind: DeviceKind, name: str, canteen_id: int | None, code: str | None
) -> tuple[Device, str]:
    """A new device and its secret. Raises DeviceCodeTaken."""
    unit()
    now, secret = clock.now(), policies.new_secret()
    device = Device(
        code=code or policies.new_code(kind),
        kind=kind.value,
        canteen_id=canteen_id,
        name=name,
        secret=vault.encrypt(secret),
        secret_set_at=now,
        created_at=now,
    )
    db.session.add(device)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise DeviceCodeTaken(device_code=device.code) from error
    return device, secret


def renew_secret(device: Device) -> str:
    """Give a locked device a new secret; from the commit on the old one is refused."""
    secret = policies.new_secret()
    device.secret, device.secret_set_at = vault.encrypt(secret), clock.now()
    return secret


def tell_of_silence(places: Collection[Place]) -> int:
    """Tell the keepers of these canteens' silent devices, once per silence; returns how many messages."""
    unit()
    by_canteen = {place.id: place for place in places}
    keepers: dict[int, set[int]] = {}
    messages = []
    for device in queries.silent_among(places):
        place = by_canteen[device.canteen_id or 0]
        if place.id not in keepers:
            keepers[place.id] = queries.keepers_of(place)
        fields = {
            "canteen": place.name,
            "device": device.name,
            "since": clock.local(device.heard_at).strftime("%m月%d日 %H:%M"),
        }
        dedupe = f"{device.id}:{int(device.heard_at.timestamp())}"
        messages += [Message(staff_id, fields, dedupe) for staff_id in keepers[place.id]]
    return len(notifications.notify_each(DEVICE_SILENT, messages))


def forget_nonces(before: datetime) -> int:
    """Drop the nonces that the window refuses by itself; returns how many."""
    return unit().execute(delete(_NONCE).where(_NONCE.c.expires_at < before)).rowcount
