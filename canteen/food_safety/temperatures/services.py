"""Use cases of temperatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic
from backend.devices import operations as device_operations
from backend.devices import policies as device_policies
from backend.devices.models import DeviceKind
from backend.devices.policies import SignedRequest
from backend.errors import AppError
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from canteen.food_safety import reach
from canteen.food_safety.temperatures import listing, operations, policies, queries
from canteen.food_safety.temperatures.errors import (
    FridgeNotFound,
    ReadingNotManual,
    ReadingVoided,
    ThermometerUnknown,
)
from canteen.food_safety.temperatures.listing import ReadingView
from canteen.food_safety.temperatures.messages import TEMPERATURE_OUT
from canteen.food_safety.temperatures.models import Fridge, FridgeKind, TemperatureExcursion
from canteen.food_safety.temperatures.policies import Entered
from canteen.food_safety.temperatures.queries import ExcursionView, FridgeView
from canteen.food_safety.temperatures.titles import celsius
from canteen.menu import queries as menu_queries

RESULTS: Final = ("accepted", "duplicate", "conflict", "rejected")


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings that were entered together."""

    readings: Sequence[ReadingView]


@atomic
def create_fridge(
    actor: Actor,
    *,
    canteen_id: int,
    name: str,
    kind: FridgeKind,
    location: str = "",
    minimum_dc: int | None = None,
    maximum_dc: int | None = None,
    device_id: int | None = None,
    probe: str = "",
) -> FridgeView:
    """A new fridge; without limits those of its kind.

    Raises CanteenNotFound, LimitsInvalid, ThermometerUnknown, FridgeExists or ProbeTaken.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    now = clock.now()
    fridge = Fridge(canteen_id=canteen_id, created_at=now)
    _write(fridge, name, kind, location, minimum_dc, maximum_dc, device_id, probe, is_active=True)
    _record(actor, "canteen.fridge_added", fridge)
    return queries.fridge_views([fridge])[0]


@atomic
def change_fridge(
    actor: Actor,
    *,
    fridge_id: int,
    name: str,
    kind: FridgeKind,
    is_active: bool,
    location: str = "",
    minimum_dc: int | None = None,
    maximum_dc: int | None = None,
    device_id: int | None = None,
    probe: str = "",
) -> FridgeView:
    """Write what a fridge is now; readings keep the limits of their moment.

    Raises FridgeNotFound, LimitsInvalid, ThermometerUnknown, FridgeExists or ProbeTaken.
    """
    queries.find_fridge(actor, fridge_id, Permission.SAFETY_MANAGE)
    fridge = operations.lock_fridges([fridge_id])[fridge_id]
    _write(fridge, name, kind, location, minimum_dc, maximum_dc, device_id, probe, is_active=is_active)
    _record(actor, "canteen.fridge_changed", fridge, is_active=is_active)
    return queries.fridge_views([fridge])[0]


def _write(
    fridge: Fridge,
    name: str,
    kind: FridgeKind,
    location: str,
    minimum_dc: int | None,
    maximum_dc: int | None,
    device_id: int | None,
    probe: str,
    *,
    is_active: bool,
) -> None:
    if device_id is not None and not queries.is_measuring(fridge.canteen_id, device_id):
        raise ThermometerUnknown
    limits = policies.limits_of(kind, minimum_dc, maximum_dc)
    fridge.name, fridge.kind, fridge.location = name, kind.value, location
    fridge.minimum_dc, fridge.maximum_dc = limits
    fridge.device_id, fridge.probe = device_id, probe if device_id is not None else ""
    fridge.is_active, fridge.changed_at = is_active, clock.now()
    operations.save_fridge(fridge)


@atomic
def enter(actor: Actor, *, canteen_id: int, readings: Sequence[Entered]) -> Readings:
    """Enter what somebody read off a canteen's fridges: all of it, or nothing.

    Raises CanteenNotFound, FridgeNotFound or ReadingTimeInvalid.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    fridges = operations.lock_fridges({item.fridge_id for item in readings})
    now = clock.now()
    for item in readings:
        fridge = fridges.get(item.fridge_id)
        if fridge is None or fridge.canteen_id != canteen_id or not fridge.is_active:
            raise FridgeNotFound
        policies.ensure_time(item.measured_at or now, now)
    rows = operations.enter(fridges, readings, by=actor.staff_id)
    return Readings(listing.reading_views(actor, rows))


@atomic
def void(actor: Actor, *, reading_id: int, reason: str) -> ReadingView:
    """Take back what was entered wrongly: one's own of today, or any as a manager.

    Raises ReadingNotFound, ReadingNotManual, NotOwnReading or ReadingVoided.
    """
    reading = listing.get_reading(actor, reading_id)
    if reading.entered_by is None:
        raise ReadingNotManual
    canteen = menu_queries.get_canteen(reading.canteen_id)
    policies.ensure_may_void(
        is_own=reading.entered_by == actor.staff_id,
        entered_on=clock.local(reading.received_at).date(),
        today=clock.today(),
        manages=reach.may(actor, canteen, Permission.SAFETY_MANAGE),
    )
    operations.lock_fridges([reading.fridge_id])
    if listing.is_void(reading_id):
        raise ReadingVoided
    operations.void(reading, reason=reason, by=actor.staff_id)
    audit.record(
        actor,
        "canteen.reading_voided",
        "fridge",
        reading.fridge_id,
        canteen_id=reading.canteen_id,
        reason=reason,
        temperature=celsius(reading.temperature_dc),
    )
    return listing.reading_views(actor, [reading])[0]


@atomic
def act(actor: Actor, *, excursion_id: int, action: str) -> ExcursionView:
    """Write what was done about an excursion; said again, the later word stands. Raises ExcursionNotFound."""
    excursion, fridge = queries.find_excursion(actor, excursion_id)
    excursion.action, excursion.acted_at, excursion.acted_by = action, clock.now(), actor.staff_id
    audit.record(
        actor,
        "canteen.excursion_answered",
        "fridge",
        fridge.id,
        canteen_id=excursion.canteen_id,
        reason=action,
    )
    return queries.excursion_views([(excursion, fridge)])[0]


@atomic
def ingest(device: SignedRequest, *, sent_at: datetime, readings: list[Any]) -> Mapping[str, Any]:
    """Take a batch of a thermometer or a gateway; counts by result, and an item for each in their order.

    A reading that is wrong is answered by its item and spoils no other; one that came before counts once.
    Raises WrongDeviceKind, RequestReplayed or SignatureRefused.
    """
    device_policies.ensure_kind(device, DeviceKind.THERMOMETER, DeviceKind.GATEWAY)
    accepted = device_operations.accept(device, own_clock=sent_at)
    items = operations.take(
        device_id=accepted.id,
        received_at=device.received_at,
        skew=sent_at - device.received_at,
        readings=readings,
    )
    highest = max((item.seq or 0 for item in items if item.result == "accepted"), default=0)
    accepted.last_seq = max(accepted.last_seq, highest)
    counts = dict.fromkeys(RESULTS, 0)
    for item in items:
        counts[item.result] += 1
    return {
        **counts,
        "items": [_told(index, item.seq, item.result, item.error) for index, item in enumerate(items)],
    }


def _told(index: int, seq: int | None, result: str, error: AppError | None) -> dict[str, Any]:
    if error is None:
        return {"seq": seq, "result": result}
    return {"seq": seq, "index": index, "result": result, "code": error.code, "msg": error.msg}


@atomic
def tell_of_excursions() -> int:
    """Tell the kitchen, once, of excursions that last longer than it bears; returns how many messages.

    Somebody's reading beyond the limits that nobody has followed up counts as lasting.
    """
    now = clock.now()
    canteens = {canteen.id: canteen for canteen in reach.active_canteens()}
    found = queries.untold((each, now - queries.bears(each)) for each in canteens)
    concerned = [canteens[excursion.canteen_id] for excursion, _ in found]
    keepers = reach.keepers_of(concerned, Permission.SAFETY_RECORD)
    messages = []
    for excursion, fridge in found:
        excursion.told_at, excursion.needs_action = now, True
        fields = _fields(canteens[excursion.canteen_id].name, excursion, fridge)
        messages += [
            Message(staff_id, fields, str(excursion.id)) for staff_id in sorted(keepers[excursion.canteen_id])
        ]
    return len(notifications.notify_each(TEMPERATURE_OUT, messages))


def _fields(canteen: str, excursion: TemperatureExcursion, fridge: Fridge) -> dict[str, str]:
    return {
        "canteen": canteen,
        "fridge": fridge.name,
        "since": clock.local(excursion.began_at).strftime("%m月%d日 %H:%M"),
        "side": "高" if excursion.extreme_dc > fridge.minimum_dc else "低",
        "temperature": celsius(excursion.extreme_dc),
        "limits": f"{celsius(fridge.minimum_dc)} 至 {celsius(fridge.maximum_dc)}",
    }


def _record(actor: Actor, action: str, fridge: Fridge, **details: Any) -> None:
    limits = f"{celsius(fridge.minimum_dc)} 至 {celsius(fridge.maximum_dc)}"
    audit.record(
        actor,
        action,
        "fridge",
        fridge.id,
        canteen_id=fridge.canteen_id,
        name=fridge.name,
        limits=limits,
        **details,
    )
