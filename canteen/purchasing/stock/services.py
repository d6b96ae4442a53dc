"""Use cases of batches: issuing, giving back, writing off, blocking."""

from collections.abc import Sequence
from datetime import date

import structlog

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic
from backend.media import operations as media
from backend.media import queries as media_queries
from backend.media.errors import PhotoNotFound
from backend.notifications import operations as notifications
from canteen.menu import queries as menu_queries
from canteen.menu.errors import UnknownPhoto
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.stock import corrections, listing, operations, queries
from canteen.purchasing.stock.listing import MovementView
from canteen.purchasing.stock.messages import EXPIRING
from canteen.purchasing.stock.models import LossCause
from canteen.purchasing.stock.operations import Arrival, Want
from canteen.purchasing.stock.queries import BatchView

log = structlog.get_logger(__name__)

# What owns the photos of losses.
LOSS_PHOTO_OWNER = "stock_movement"
_RECORD, _APPROVE = Permission.STOCK_RECORD, Permission.PURCHASING_APPROVE


@atomic
def open_batch(
    actor: Actor,
    *,
    canteen_id: int,
    ingredient_id: int,
    quantity_g: int,
    cost_fen: int,
    reason: str,
    lot: str = "",
    produced_on: date | None = None,
    expires_on: date | None = None,
    location: str = "",
) -> BatchView:
    """Take into the books what was in store already when they were opened (期初).

    Raises CanteenNotFound or UnknownIngredient.
    """
    queries.ensure_reads(actor, canteen_id, _APPROVE)
    ingredient_queries.ensure_known([ingredient_id])
    arrival = Arrival(
        canteen_id=canteen_id,
        ingredient_id=ingredient_id,
        quantity_g=quantity_g,
        cost_fen=cost_fen,
        lot=lot,
        produced_on=produced_on,
        expires_on=expires_on,
        location=location,
    )
    (batch,) = operations.add_batches(actor, [arrival], at=clock.now(), reason=reason)
    record(
        actor,
        "canteen.batch_opened",
        "stock_batch",
        batch.id,
        canteen_id=canteen_id,
        net_g=quantity_g,
        cost_fen=cost_fen,
        reason=reason,
    )
    return queries.get_batch(actor, batch.id)


@atomic
def issue(
    actor: Actor, *, canteen_id: int, lines: Sequence[Want], meal_id: int | None = None
) -> list[MovementView]:
    """Issue ingredients to the kitchen, all of the lines or none.

    Raises CanteenNotFound and what `operations.issue_many` raises.
    """
    queries.ensure_reads(actor, canteen_id, _RECORD)
    movements = operations.issue_many(actor, canteen_id, lines, meal_id=meal_id)
    return listing.movement_views([movement.id for movement in movements])


@atomic
def give_back(actor: Actor, *, movement_id: int, grams: int, reason: str = "") -> MovementView:
    """Bring back to store what an issue did not use. Raises as `operations.give_back`."""
    listing.find_movement(actor, movement_id, _RECORD)
    back = operations.give_back(actor, movement_id, grams, reason=reason)
    return listing.movement_views([back.id])[0]


@atomic
def write_off(
    actor: Actor,
    *,
    batch_id: int,
    cause: LossCause,
    reason: str,
    grams: int | None = None,
    photo_id: int | None = None,
) -> MovementView:
    """Write off grams of a batch, or all that is left. Raises BatchNotFound, BatchShort or UnknownPhoto."""
    batch = queries.find_batch(actor, batch_id, _RECORD)
    ensure_own_photo(actor, photo_id)
    lost = operations.write_off(actor, batch_id, grams, cause=cause, reason=reason, photo_id=photo_id)
    if photo_id is not None:
        media.attach(actor, photo_id, LOSS_PHOTO_OWNER, lost.id)
    record(
        actor,
        "canteen.stock_lost",
        "stock_batch",
        batch_id,
        canteen_id=batch.canteen_id,
        net_g=-lost.delta_g,
        cost_fen=-lost.cost_fen,
        cause=cause.value,
        reason=reason,
    )
    return listing.movement_views([lost.id])[0]


@atomic
def void(actor: Actor, *, movement_id: int, reason: str) -> MovementView:
    """Take back an issue, a return or a loss that was a mistake. Raises as `corrections.void`."""
    mistaken = listing.find_movement(actor, movement_id, _RECORD)
    back = corrections.void(actor, movement_id, reason=reason)
    record(
        actor,
        "canteen.stock_movement_voided",
        "stock_movement",
        movement_id,
        canteen_id=mistaken.canteen_id,
        kind=mistaken.kind,
        net_g=mistaken.delta_g,
        reason=reason,
    )
    return listing.movement_views([back.id])[0]


@atomic
def relocate(actor: Actor, *, batch_id: int, location: str) -> BatchView:
    """Say where a batch lies. Raises BatchNotFound."""
    queries.find_batch(actor, batch_id, _RECORD)
    operations.relocate(batch_id, location)
    return queries.get_batch(actor, batch_id)


@atomic
def block(actor: Actor, *, batch_id: int, reason: str) -> BatchView:
    """Block a batch; one that is blocked already stays as it is. Raises BatchNotFound."""
    queries.find_batch(actor, batch_id, _RECORD)
    if operations.block(actor, [batch_id], reason=reason):
        record(actor, "canteen.batch_blocked", "stock_batch", batch_id, reason=reason)
    return queries.get_batch(actor, batch_id)


@atomic
def unblock(actor: Actor, *, batch_id: int, reason: str) -> BatchView:
    """Let go of a batch that the store has blocked. Raises BatchNotFound or HeldByIncident."""
    queries.find_batch(actor, batch_id, _APPROVE)
    if operations.unblock([batch_id]):
        record(actor, "canteen.batch_unblocked", "stock_batch", batch_id, reason=reason)
    return queries.get_batch(actor, batch_id)


def ensure_own_photo(actor: Actor, photo_id: int | None) -> None:
    """Raise UnknownPhoto unless the actor has uploaded the photo and it belongs to nothing yet."""
    if photo_id is None:
        return
    try:
        media_queries.get_loose(actor, photo_id)
    except PhotoNotFound as unknown:
        raise UnknownPhoto(fields={"photo_id": [UnknownPhoto.message]}) from unknown


def warn_of_expiry() -> int:
    """Tell the keepers of each canteen what expires soon or has expired; returns how many messages are new.

    Once a day for each canteen, in a unit of work of its own.
    """
    told = 0
    failures: list[Exception] = []
    for canteen_id in queries.canteens_with_expiring():
        try:
            told += _warn(canteen_id)
        except Exception as failure:
            log.exception("keepers not told", canteen_id=canteen_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return told


@atomic
def _warn(canteen_id: int) -> int:
    canteen = menu_queries.get_canteen(canteen_id)
    soon, late = queries.expiring_names(canteen_id)
    people = queries.keepers(canteen, _RECORD) | queries.keepers(canteen, Permission.PURCHASING_MANAGE)
    if not people or not (soon or late):
        return 0
    fields = {"canteen": canteen.name, "expiring": _listed(soon), "expired": _listed(late)}
    dedupe = f"{canteen_id}:{clock.today().isoformat()}"
    return len(notifications.notify(EXPIRING, people, fields, dedupe=dedupe))


def _listed(names: Sequence[str]) -> str:
    """`3 批（鸡蛋、牛奶等）`."""
    if not names:
        return "无"
    first = "、".join(dict.fromkeys(names[:3]))
    return f"{len(names)} 批（{first}{'等' if len(names) > 3 else ''}）"
