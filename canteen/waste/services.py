"""Use cases of weighing: batches of devices, and decisions of managers."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record as audit
from backend.db import atomic
from backend.devices import operations as device_operations
from backend.devices import policies as device_policies
from backend.devices.models import DeviceKind
from backend.devices.policies import SignedRequest
from backend.errors import AppError
from backend.rollups import Difference
from canteen.menu.models import Period
from canteen.waste import operations, queries, rebuilding
from canteen.waste.errors import (
    AlreadyVoided,
    GramsNeeded,
    MealIncomplete,
    MealNotBegun,
    NotQuarantined,
    StillQuarantined,
)
from canteen.waste.models import Disposition, Edible, Kind, Quarantine, Stage, Status, Weighing
from canteen.waste.operations import Item
from canteen.waste.queries import WeighingView

# What the scale said then are no grams of anything.
_WITHOUT_GRAMS = frozenset({Quarantine.OVERLOAD.value, Quarantine.TARE_GT_GROSS.value})
RESULTS = ("accepted", "duplicate", "quarantined", "conflict", "rejected")


@atomic
def ingest(device: SignedRequest, *, sent_at: datetime, events: list[Any]) -> Mapping[str, Any]:
    """Take a batch of events; returns the counts by result and an item for each event, in their order.

    An event that is wrong is answered by its item and spoils no other. Raises WrongDeviceKind,
    RequestReplayed or SignatureRefused.
    """
    device_policies.ensure_kind(device, DeviceKind.SCALE, DeviceKind.GATEWAY)
    accepted = device_operations.accept(device, own_clock=sent_at)
    assert accepted.canteen_id is not None  # noqa: S101 # A constraint of the table says so of its kind.
    taken = operations.take(
        device_id=accepted.id,
        canteen_id=accepted.canteen_id,
        received_at=device.received_at,
        skew=sent_at - device.received_at,
        events=events,
        highest_seq=accepted.last_seq,
    )
    highest = max(
        (item.seq or 0 for item in taken.items if item.result in ("accepted", "quarantined")), default=0
    )
    if highest > accepted.last_seq:
        accepted.last_seq = highest
    counts = dict.fromkeys(RESULTS, 0)
    items = []
    for index, item in enumerate(taken.items):
        counts[item.result] += 1
        items.append(
            {"seq": item.seq, "result": item.result} if item.error is None else _told(index, item, item.error)
        )
    return {**counts, "items": items}


def _told(index: int, item: Item, error: AppError) -> dict[str, Any]:
    return {
        "seq": item.seq,
        "index": index,
        "result": item.result,
        "code": error.code,
        "msg": error.msg,
    }


@atomic
def release(
    actor: Actor,
    *,
    weighing_id: int,
    reason: str,
    net_g: int | None = None,
    served_on: date | None = None,
    period: Period | None = None,
) -> WeighingView:
    """Let a quarantined weighing count, as it is or with other grams or another meal.

    Raises WeighingNotFound, NotQuarantined, AlreadyVoided, MealIncomplete, MealNotBegun or, of what the
    scale gave no grams of, GramsNeeded.
    """
    weighing = _find_quarantined(actor, weighing_id)
    return _put_in_place(actor, weighing, "waste.released", reason, net_g, served_on, period)


@atomic
def discard(actor: Actor, *, weighing_id: int, reason: str) -> WeighingView:
    """Decide that a quarantined weighing never counts. Raises WeighingNotFound, NotQuarantined or …"""
    weighing = _find_quarantined(actor, weighing_id)
    return _take_back(actor, weighing, "waste.discarded", reason)


@atomic
def take_back(actor: Actor, *, weighing_id: int, reason: str) -> WeighingView:
    """Take a weighing that counts back. Raises WeighingNotFound, StillQuarantined or AlreadyVoided."""
    return _take_back(actor, _find_counting(actor, weighing_id), "waste.taken_back", reason)


@atomic
def correct(
    actor: Actor,
    *,
    weighing_id: int,
    reason: str,
    net_g: int | None = None,
    served_on: date | None = None,
    period: Period | None = None,
) -> WeighingView:
    """Put other grams or another meal in the place of a weighing that counts; returns what stands now.

    Raises WeighingNotFound, StillQuarantined, AlreadyVoided, MealIncomplete or MealNotBegun.
    """
    weighing = _find_counting(actor, weighing_id)
    return _put_in_place(actor, weighing, "waste.corrected", reason, net_g, served_on, period)


def _find_quarantined(actor: Actor, weighing_id: int) -> Weighing:
    weighing = queries.find_managed(actor, weighing_id)
    if weighing.status != Status.QUARANTINED:
        raise NotQuarantined
    return weighing


def _find_counting(actor: Actor, weighing_id: int) -> Weighing:
    weighing = queries.find_managed(actor, weighing_id)
    if weighing.status == Status.QUARANTINED:
        raise StillQuarantined
    if weighing.status == Status.VOID:
        raise AlreadyVoided
    return weighing


def _take_back(actor: Actor, weighing: Weighing, action: str, reason: str) -> WeighingView:
    operations.void(weighing.id, by=actor.staff_id, reason=reason)
    audit(actor, action, "weighing", weighing.id, canteen_id=weighing.canteen_id, reason=reason)
    return queries.get_view(weighing.id)


def _put_in_place(
    actor: Actor,
    weighing: Weighing,
    action: str,
    reason: str,
    net_g: int | None,
    served_on: date | None,
    period: Period | None,
) -> WeighingView:
    if (served_on is None) != (period is None):
        raise MealIncomplete
    # What was prepared for a meal to come stays with it.
    if served_on is not None and served_on > max(clock.today(), weighing.served_on):
        raise MealNotBegun
    if net_g is None and weighing.quarantine_code in _WITHOUT_GRAMS:
        raise GramsNeeded
    operations.void(weighing.id, by=actor.staff_id, reason=reason)
    grams = max(weighing.net_g, 0) if net_g is None else net_g
    standing_id = operations.record(
        canteen_id=weighing.canteen_id,
        served_on=served_on or weighing.served_on,
        period=period.value if period is not None else weighing.period,
        kind=Kind(weighing.kind),
        stage=Stage(weighing.stage),
        edible=Edible(weighing.edible),
        net_g=grams,
        # Other grams than the scale's are a person's.
        gross_g=weighing.gross_g if grams == weighing.net_g else None,
        tare_g=weighing.tare_g if grams == weighing.net_g else None,
        container_id=weighing.container_id,
        dish_id=weighing.dish_id,
        captured_at=weighing.captured_at,
        entered_by=actor.staff_id,
        reason=reason,
        photo_id=weighing.photo_id,
        disposition=Disposition(weighing.disposition),
        replaces=weighing.id,
        cost_fen_per_kg=weighing.cost_fen_per_kg,
    )
    audit(
        actor,
        action,
        "weighing",
        weighing.id,
        canteen_id=weighing.canteen_id,
        reason=reason,
        before={"net_g": weighing.net_g, "date": weighing.served_on.isoformat(), "period": weighing.period},
        after={
            "net_g": grams,
            "date": (served_on or weighing.served_on).isoformat(),
            "period": period.value if period is not None else weighing.period,
        },
    )
    return queries.get_view(standing_id)


def rebuild(
    *, canteen_id: int | None = None, from_on: date | None = None, until_on: date | None = None
) -> Iterator[tuple[int, date, list[Difference]]]:
    """Make the rollups anew from the facts, a unit of work for each (canteen, day); both dates included.

    Yields what was not right before, day by day. Batches wait while a day is being rebuilt.
    """
    for canteen, day in rebuilding.days(canteen_id, from_on, until_on):
        yield canteen, day, _rebuild_day(canteen, day)


@atomic
def _rebuild_day(canteen_id: int, day: date) -> list[Difference]:
    return rebuilding.rebuild_day(canteen_id, day)


def check(
    *, canteen_id: int | None = None, from_on: date | None = None, until_on: date | None = None
) -> Iterator[Difference]:
    """What of the rollups is not what the facts make of it; changes nothing."""
    for canteen, day in rebuilding.days(canteen_id, from_on, until_on):
        yield from _check_day(canteen, day)


@atomic
def _check_day(canteen_id: int, day: date) -> list[Difference]:
    # In a unit, so that facts and rollups are those of one moment.
    return rebuilding.check_day(canteen_id, day)
