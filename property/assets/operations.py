"""Writes of the register of equipment, within an open unit of work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from backend.actor import Actor
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from backend.places import policies as place_policies
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from property.assets import policies, queries
from property.assets.errors import AssetNotFound
from property.assets.models import Asset, AssetEvent, AssetEventKind, AssetKind, RetiredPlate
from property.assets.policies import Names


def lock(asset_id: int) -> Asset:
    """The row of an asset, locked. Raises AssetNotFound."""
    unit()
    asset = db.session.get(Asset, asset_id, populate_existing=True, with_for_update=True)
    if asset is None:
        raise AssetNotFound
    return asset


def lock_numbers(numbers: Collection[str]) -> Sequence[Asset]:
    """The rows of the assets that bear these numbers, locked."""
    unit()
    statement = select(Asset).where(Asset.number.in_(numbers)).order_by(Asset.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def add_assets(
    actor: Actor,
    rows: Sequence[Mapping[str, Any]],
    places: Mapping[Ref, PlaceView],
    names: Names,
    *,
    at: datetime,
) -> dict[str, int]:
    """New assets, each with a plate and the beginning of its history; their ids by number.

    Their places are among `places`. Two statements, however many there are.
    """
    connection = unit()
    if not rows:
        return {}
    added = [
        {"plate": place_policies.new_token(), "revision": 0, "created_at": at, **_columns(row, places)}
        for row in rows
    ]
    # The session's own flush would send one for each.
    made: Any = connection.execute(insert(Asset).returning(Asset.number, Asset.id), added)
    ids: dict[str, int] = dict(made.all())
    events = [
        _event(
            actor,
            ids[row["number"]],
            AssetEventKind.CREATED,
            {"place": ["", names.say("place", row["place"])]},
            at=at,
        )
        for row in rows
    ]
    connection.execute(insert(AssetEvent), events)
    return ids


def change_assets(
    actor: Actor,
    wanted: Sequence[tuple[Asset, Mapping[str, Any]]],
    places: Mapping[Ref, PlaceView],
    names: Names,
    *,
    at: datetime,
    text: str = "",
) -> dict[str, list[str]]:
    """Say anew what is wanted of locked assets; returns what became different of the last, in words.

    New places are among `places`, their paths and those of the old ones among the `names`.
    """
    connection = unit()
    told: dict[str, list[str]] = {}
    events = []
    for asset, said in wanted:
        before = queries.said_of(asset)
        changes, told = policies.differences(before, said), {}
        if not changes:
            continue
        for column, value in _columns(changes, places).items():
            setattr(asset, column, value)
        asset.revision += 1
        for kind, details in policies.events_of(before, changes, names).items():
            events.append(_event(actor, asset.id, kind, details, at=at, text=text))
            told |= details
    if events:
        db.session.flush()  # What a constraint refuses is not told.
        connection.execute(insert(AssetEvent), events)
    return told


def replace_plate(actor: Actor, asset: Asset, *, at: datetime) -> None:
    """Give a locked asset another plate; the old one is known as replaced."""
    unit()
    db.session.add(
        RetiredPlate(token=asset.plate, asset_id=asset.id, retired_at=at, retired_by=actor.staff_id)
    )
    asset.plate = place_policies.new_token()
    asset.revision += 1
    _tell(actor, asset.id, AssetEventKind.PLATE, {}, at=at)


def set_photos(actor: Actor, asset: Asset, photo_ids: Sequence[int], *, at: datetime) -> bool:
    """Attach the actor's new photos, and let go of those that are not wanted; whether anything differs.

    Raises PhotoNotFound.
    """
    unit()
    owned = media_queries.photos_of_owners(policies.PHOTO_OWNER, [asset.id]).get(asset.id, [])
    present = {photo.id for photo in owned}
    wanted = list(dict.fromkeys(photo_ids))
    gone, new = present - set(wanted), [photo_id for photo_id in wanted if photo_id not in present]
    if gone:
        media_operations.detach(policies.PHOTO_OWNER, asset.id, gone)
    for photo_id in new:
        media_operations.attach(
            actor, photo_id, policies.PHOTO_OWNER, asset.id, position=wanted.index(photo_id)
        )
    if not gone and not new:
        return False
    asset.revision += 1
    _tell(actor, asset.id, AssetEventKind.PHOTOS, {}, at=at, text=f"新增 {len(new)} 张，移除 {len(gone)} 张")
    return True


def add_kinds(names: Sequence[str]) -> dict[str, int]:
    """New kinds of these names, which nobody bears; their ids by name."""
    unit()
    kinds = [AssetKind(name=name, is_active=True) for name in names]
    db.session.add_all(kinds)
    db.session.flush()
    return {kind.name: kind.id for kind in kinds}


def settle() -> int:
    """Let every asset say on which campus and in which building its place lies; returns how many did not.

    A place that moves takes its assets along, but knows nothing of them.
    """
    unit()
    tree = place_queries.load_tree()
    moved = 0
    columns = (Asset.id, Asset.place_kind, Asset.place_id, Asset.campus_id, Asset.building_id)
    for asset_id, kind, place_id, campus_id, building_id in db.session.execute(select(*columns)).all():
        place = tree.find(Ref(PlaceKind(kind), place_id))
        if place is not None and (place.campus_id, place.building_id) != (campus_id, building_id):
            asset = lock(asset_id)
            asset.campus_id, asset.building_id = place.campus_id, place.building_id
            moved += 1
    return moved


def _tell(
    actor: Actor,
    asset_id: int,
    kind: AssetEventKind,
    details: Mapping[str, Sequence[str]],
    *,
    at: datetime,
    text: str = "",
) -> None:
    """One entry of an asset's history."""
    db.session.add(AssetEvent(**_event(actor, asset_id, kind, details, at=at, text=text)))


def _event(
    actor: Actor,
    asset_id: int,
    kind: AssetEventKind,
    details: Mapping[str, Sequence[str]],
    *,
    at: datetime,
    text: str = "",
) -> dict[str, Any]:
    return {
        "asset_id": asset_id,
        "at": at,
        "kind": kind.value,
        "actor_id": actor.staff_id,
        "actor_name": actor.name,
        "text": text,
        "details": dict(details),
    }


def _columns(said: Mapping[str, Any], places: Mapping[Ref, PlaceView]) -> dict[str, Any]:
    """What people say of an asset as columns of its row."""
    columns = {name: getattr(value, "value", value) for name, value in said.items() if name != "place"}
    if "place" in said:
        place = places[said["place"]]
        columns |= {
            "place_kind": place.kind.value,
            "place_id": place.id,
            "campus_id": place.campus_id,
            "building_id": place.building_id,
        }
    return columns
