"""Use cases of the register of equipment."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.places import queries as place_queries
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.refusals import refusing_clashes
from property.assets import operations, policies, queries
from property.assets.errors import (
    AssetChanged,
    AssetContractorInvalid,
    AssetKindInvalid,
    AssetKindNotFound,
    AssetKindTaken,
    AssetNumberTaken,
    AssetPlaceInvalid,
    AssetScrapped,
)
from property.assets.models import Asset, AssetKind, AssetState
from property.assets.queries import KindView, Pictured
from property.categories import queries as category_queries
from property.contractors.models import Contractor

OBJECT = "asset"


@atomic
def create(
    actor: Actor,
    *,
    number: str,
    name: str,
    kind_id: int,
    place_kind: PlaceKind,
    place_id: int,
    state: AssetState = AssetState.IN_USE,
    model: str = "",
    maker: str = "",
    serial_no: str = "",
    contractor_id: int | None = None,
    installed_on: date | None = None,
    warranty_until: date | None = None,
    price_fen: int | None = None,
    note: str = "",
) -> Pictured:
    """Enter an asset in the register, with a plate of its own.

    Raises Forbidden, AssetPlaceInvalid, AssetKindInvalid, AssetContractorInvalid, AssetDatesInvalid or
    AssetNumberTaken.
    """
    place = _usable_place(actor, Ref(place_kind, place_id))
    _ensure_kind(kind_id)
    _ensure_contractor(contractor_id)
    policies.ensure_dates(installed_on, warranty_until)
    said = {
        "number": number,
        "name": name,
        "kind_id": kind_id,
        "place": place.ref,
        "state": state.value,
        "model": model,
        "maker": maker,
        "serial_no": serial_no,
        "contractor_id": contractor_id,
        "installed_on": installed_on,
        "warranty_until": warranty_until,
        "price_fen": price_fen,
        "note": note,
    }
    names = queries.names_of_all({place.ref: place.path})
    with refusing_clashes(AssetNumberTaken(number=number)):
        ids = operations.add_assets(actor, [said], {place.ref: place}, names, at=clock.now())
    asset_id = ids[number]
    record(actor, "property.asset_created", OBJECT, asset_id, number=number, name=name, path=place.path)
    return queries.pictured(queries.find(asset_id))


@atomic
def change(
    actor: Actor,
    *,
    asset_id: int,
    revision: int,
    number: str,
    name: str,
    kind_id: int,
    model: str,
    maker: str,
    serial_no: str,
    contractor_id: int | None,
    installed_on: date | None,
    warranty_until: date | None,
    price_fen: int | None,
    note: str,
) -> Pictured:
    """Describe an asset anew, all but its place and state; `revision` says which description was read.

    Raises AssetNotFound, Forbidden, AssetChanged, AssetKindInvalid, AssetContractorInvalid, AssetDatesInvalid
    or AssetNumberTaken.
    """
    asset = _managed(actor, asset_id)
    if asset.revision != revision:
        raise AssetChanged
    if kind_id != asset.kind_id:
        _ensure_kind(kind_id)
    if contractor_id != asset.contractor_id:
        _ensure_contractor(contractor_id)
    policies.ensure_dates(installed_on, warranty_until)
    said = {
        "number": number,
        "name": name,
        "kind_id": kind_id,
        "model": model,
        "maker": maker,
        "serial_no": serial_no,
        "contractor_id": contractor_id,
        "installed_on": installed_on,
        "warranty_until": warranty_until,
        "price_fen": price_fen,
        "note": note,
    }
    return _change(actor, asset, "property.asset_changed", said)


@atomic
def move(actor: Actor, *, asset_id: int, place_kind: PlaceKind, place_id: int, text: str = "") -> Pictured:
    """Say where an asset stands now; the actor manages both places. To where it stands already: nothing.

    Raises AssetNotFound, Forbidden, AssetScrapped or AssetPlaceInvalid.
    """
    asset = _managed(actor, asset_id)
    if not policies.can_report(AssetState(asset.state)):
        raise AssetScrapped(asset=asset.name)
    place = _usable_place(actor, Ref(place_kind, place_id))
    return _change(actor, asset, "property.asset_moved", {"place": place.ref}, place=place, text=text)


@atomic
def set_state(actor: Actor, *, asset_id: int, state: AssetState, text: str = "") -> Pictured:
    """Stop an asset, put it back into use, or scrap it.

    Raises AssetNotFound, Forbidden, AssetStateWrong, or AssetReasonNeeded to scrap it or to bring it back.
    """
    asset = _managed(actor, asset_id)
    policies.ensure_step(AssetState(asset.state), state, text)
    return _change(actor, asset, "property.asset_state_changed", {"state": state.value}, text=text)


@atomic
def set_photos(actor: Actor, *, asset_id: int, photo_ids: Sequence[int]) -> Pictured:
    """Say which photos belong to an asset: those it has that shall stay, and new ones of the actor's.

    Raises AssetNotFound, Forbidden or PhotoNotFound.
    """
    asset = _managed(actor, asset_id)
    if operations.set_photos(actor, asset, photo_ids, at=clock.now()):
        record(actor, "property.asset_photos_changed", OBJECT, asset_id, photos=len(set(photo_ids)))
    db.session.flush()
    return queries.pictured(queries.find(asset_id))


@atomic
def replace_plate(actor: Actor, *, asset_id: int) -> Pictured:
    """Give an asset another plate, because the old one was lost or published; the old one is gone for ever.

    Raises AssetNotFound, Forbidden or AssetScrapped.
    """
    asset = _managed(actor, asset_id)
    if not policies.can_report(AssetState(asset.state)):
        raise AssetScrapped(asset=asset.name)
    operations.replace_plate(actor, asset, at=clock.now())
    record(actor, "property.asset_plate_replaced", OBJECT, asset_id, number=asset.number)
    db.session.flush()
    return queries.pictured(queries.find(asset_id))


@atomic
def create_kind(
    actor: Actor, *, name: str, category_id: int | None = None, is_active: bool = True
) -> KindView:
    """A new kind of equipment, for the whole compound.

    Raises Forbidden, CategoryNotFound or AssetKindTaken.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    if category_id is not None:
        category_queries.find(category_id)
    kind = AssetKind(name=name, category_id=category_id, is_active=is_active)
    with refusing_clashes(AssetKindTaken(name=name)):
        db.session.add(kind)
    record(actor, "property.asset_kind_created", "asset_kind", kind.id, name=name)
    return queries.get_kind(kind.id)


@atomic
def change_kind(
    actor: Actor, *, kind_id: int, name: str, category_id: int | None, is_active: bool
) -> KindView:
    """Describe a kind of equipment anew, or take it out of use: what is of the kind stays of it.

    Raises Forbidden, AssetKindNotFound, CategoryNotFound or AssetKindTaken.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    kind = db.session.get(AssetKind, kind_id, populate_existing=True, with_for_update=True)
    if kind is None:
        raise AssetKindNotFound
    if category_id is not None:
        category_queries.find(category_id)
    wanted = {"name": name, "category_id": category_id, "is_active": is_active}
    changes = {
        key: [getattr(kind, key), value] for key, value in wanted.items() if getattr(kind, key) != value
    }
    with refusing_clashes(AssetKindTaken(name=name)):
        for key, value in wanted.items():
            setattr(kind, key, value)
    if changes:
        record(actor, "property.asset_kind_changed", "asset_kind", kind_id, changes=changes)
    return queries.get_kind(kind_id)


@atomic
def settle() -> int:
    """Bring campus and building of all assets up to date with where their places lie; how many were not."""
    return operations.settle()


def _change(
    actor: Actor,
    asset: Asset,
    action: str,
    said: dict[str, Any],
    *,
    place: PlaceView | None = None,
    text: str = "",
) -> Pictured:
    standing = Ref(PlaceKind(asset.place_kind), asset.place_id)
    places = {place.ref: place} if place is not None else {}
    paths = place_queries.paths({standing, *places}) if place is not None else {}
    names = queries.names_of_all({ref: found.path for ref, found in paths.items()})
    with refusing_clashes(AssetNumberTaken(number=said.get("number", asset.number))):
        changes = operations.change_assets(actor, [(asset, said)], places, names, at=clock.now(), text=text)
    if changes:
        more: dict[str, Any] = {"reason": text} if text else {}
        record(actor, action, OBJECT, asset.id, number=asset.number, changes=changes, **more)
    db.session.flush()
    return queries.pictured(queries.find(asset.id))


def _managed(actor: Actor, asset_id: int) -> Asset:
    """The asset, locked. Who may only read it hears Forbidden, who may not even that AssetNotFound."""
    asset = operations.lock(asset_id)
    where = {"campus_id": asset.campus_id, "building_id": asset.building_id}
    if not policies.covers(actor, Permission.PROPERTY_MANAGE, **where):
        queries.get(actor, asset_id)
        raise Forbidden
    return asset


def _usable_place(actor: Actor, ref: Ref) -> PlaceView:
    try:
        place = place_queries.find_place(ref)
    except PlaceNotFound as unknown:
        raise AssetPlaceInvalid from unknown
    where = {"campus_id": place.campus_id, "building_id": place.building_id}
    if not policies.covers(actor, Permission.PROPERTY_MANAGE, **where):
        raise Forbidden
    if not place.is_in_use:
        raise AssetPlaceInvalid
    return place


def _ensure_kind(kind_id: int) -> None:
    kind = db.session.get(AssetKind, kind_id)
    if kind is None or not kind.is_active:
        raise AssetKindInvalid


def _ensure_contractor(contractor_id: int | None) -> None:
    if contractor_id is None:
        return
    contractor = db.session.get(Contractor, contractor_id)
    if contractor is None or not contractor.is_active:
        raise AssetContractorInvalid
