"""Rules of devices: pure functions."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.actor import Actor, Permission
from backend.devices import signing
from backend.devices.errors import (
    DeviceCodeInvalid,
    DevicePlaceMismatch,
    RequestStale,
    SignatureRefused,
    WrongDeviceKind,
)
from backend.devices.models import DeviceKind

HEARTBEAT_S: Final = 60
# What one request of events may hold.
BATCH_EVENTS: Final = 1000
# A code is read out, typed and printed: capitals and digits that nobody takes for one another.
CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}")
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PREFIXES: Final = {
    DeviceKind.SCALE: "CZ",
    DeviceKind.GATEWAY: "WG",
    DeviceKind.PLATFORM: "PT",
    DeviceKind.THERMOMETER: "WD",
}
# No clock is further off than this, but a column has an end.
_MOST_SKEW_S: Final = 10**9
# An unknown device is compared with something, too, so that it takes as long to refuse.
_NO_SECRET: Final = secrets.token_urlsafe(32)


class DeviceState(StrEnum):
    """How a device stands. A platform is `ready`: it reports when it has something to report."""

    ONLINE = "online"
    OFFLINE = "offline"
    READY = "ready"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A device with what proves it."""

    device_id: int
    code: str
    name: str
    kind: DeviceKind
    canteen_id: int | None
    is_enabled: bool
    secret: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose signature was verified: what a view of a device's endpoint gets as `device`.

    `sent_at` is the server's clock as the device reckons it, `received_at` the server's own. The nonce is
    not spent yet: `operations.accept` does that, in the unit of work of what the request is about.
    """

    device_id: int
    code: str
    name: str
    kind: DeviceKind
    canteen_id: int | None
    nonce: str
    sent_at: datetime
    received_at: datetime


def verify(
    found: Credentials | None,
    headers: Mapping[str, str],
    method: str,
    target: str,
    body: bytes,
    *,
    now: datetime,
    window: timedelta,
) -> SignedRequest:
    """The request as signed by its device. Raises SignatureRefused or RequestStale.

    Only who signs rightly is told that the clock is wrong.
    """
    timestamp, nonce = headers.get(signing.TIMESTAMP_HEADER, ""), headers.get(signing.NONCE_HEADER, "")
    is_whole = signing.TIMESTAMP.fullmatch(timestamp) and signing.NONCE.fullmatch(nonce)
    secret = found.secret if found is not None else _NO_SECRET
    signature = headers.get(signing.SIGNATURE_HEADER, "")
    is_signed = signing.is_signed(secret, signature, method, target, timestamp, nonce, body)
    if found is None or not (is_whole and is_signed and found.is_enabled):
        raise SignatureRefused
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(now - sent_at) > window:
        raise RequestStale(server_time=int(now.timestamp()))
    return SignedRequest(
        found.device_id, found.code, found.name, found.kind, found.canteen_id, nonce, sent_at, now
    )


def nonce_expiry(signed: SignedRequest, window: timedelta) -> datetime:
    """From when on the window alone refuses a replay, with as much to spare for a clock that is set back."""
    return signed.sent_at + 2 * window


def skew_s(own_clock: datetime, received_at: datetime) -> int:
    """The device's own clock less the server's, in whole seconds."""
    seconds = round((own_clock - received_at).total_seconds())
    return max(-_MOST_SKEW_S, min(seconds, _MOST_SKEW_S))


def ensure_kind(signed: SignedRequest, *kinds: DeviceKind) -> None:
    """Raise WrongDeviceKind unless the device is of one of these kinds."""
    if signed.kind not in kinds:
        raise WrongDeviceKind


def ensure_place(kind: DeviceKind, canteen_id: int | None) -> None:
    """Raise DevicePlaceMismatch unless what measures stands in a canteen, and a platform in none."""
    if (kind is DeviceKind.PLATFORM) != (canteen_id is None):
        raise DevicePlaceMismatch


def manages(actor: Actor, *, campus_id: int, canteen_id: int | None) -> bool:
    """Whether the actor manages devices there; those of no canteen are for who reaches everywhere."""
    reach = actor.reach(Permission.DEVICES_MANAGE)
    if canteen_id is None:
        return reach.everywhere
    return reach.covers(campus_id=campus_id, canteen_id=canteen_id)


def state_of(
    kind: DeviceKind, is_enabled: bool, seen_at: datetime | None, now: datetime, silent_after: timedelta
) -> DeviceState:
    """How a device stands that was last heard at `seen_at`; None if it never was."""
    if not is_enabled:
        return DeviceState.DISABLED
    if kind is DeviceKind.PLATFORM:
        return DeviceState.READY
    if seen_at is None or now - seen_at > silent_after:
        return DeviceState.OFFLINE
    return DeviceState.ONLINE


def rehearsal_code(canteen_id: int) -> str:
    """The code of the gateway that stands before a canteen's simulated scale."""
    return f"WG-SIM-{canteen_id}"


def ensure_code(code: str | None) -> None:
    """Raise DeviceCodeInvalid for a code that cannot be typed without a doubt."""
    if code and not CODE.fullmatch(code):
        raise DeviceCodeInvalid


def new_code(kind: DeviceKind) -> str:
    """A code for a device that nobody has named."""
    return f"{_PREFIXES[kind]}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def new_secret() -> str:
    """256 bits, as text."""
    return secrets.token_urlsafe(32)
