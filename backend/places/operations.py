"""Writes of the places, within an open unit of work."""

from collections.abc import Collection, Sequence
from typing import cast

from sqlalchemy import case, insert, select, update

from backend import clock, revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, on_commit, table, unit
from backend.places import policies, queries
from backend.places.errors import PlaceNotFound, PlateAlreadyRevoked, PlateNotFound
from backend.places.models import PlaceKind, Plate, Room, SpotKind
from backend.places.policies import Ref
from backend.places.queries import MODELS, Place
from backend.statements import insert_or_nothing

_PLATE = table(Plate)
_PLATE_COLUMNS = ("place_kind", "place_id", "token", "code", "issued_at", "issued_by")
_HANG = insert_or_nothing(_PLATE, _PLATE_COLUMNS, returning="id")
# Two plates of the same code are a matter of luck once in thousands of years; five in a row are a fault.
_ATTEMPTS = 5


def add_place(
    kind: PlaceKind, *, name: str, position: int, spot_kind: SpotKind | None, parent: Ref | None
) -> Place:
    """A new place, not yet flushed."""
    unit()
    column = policies.parent_column(kind, parent.kind if parent else None)
    columns: dict[str, object] = {"name": name, "position": position, "is_active": True}
    if parent is not None:
        columns[column] = parent.id
    if spot_kind is not None:
        columns["spot_kind"] = spot_kind.value
    place = MODELS[kind](**columns)
    db.session.add(place)
    return place


def lock_place(ref: Ref) -> Place:
    """The row of a place, locked. Raises PlaceNotFound."""
    unit()
    row = db.session.get(MODELS[ref.kind], ref.id, populate_existing=True, with_for_update=True)
    if row is None:
        raise PlaceNotFound
    return cast(Place, row)


def set_positions(kind: PlaceKind, ids: Sequence[int]) -> None:
    """Let these places of one kind stand in this order, from position 1."""
    positions = case({place_id: place for place, place_id in enumerate(ids, 1)}, value=MODELS[kind].id)
    unit().execute(update(MODELS[kind]).where(MODELS[kind].id.in_(ids)).values(position=positions))


def add_rooms(floor_id: int, names: Sequence[str]) -> tuple[list[Room], list[str]]:
    """Make those of the rooms that a locked floor does not have yet; also the names that it has."""
    unit()
    there = set(db.session.scalars(select(Room.name).where(Room.floor_id == floor_id, Room.name.in_(names))))
    missing = [{"floor_id": floor_id, "name": name} for name in names if name not in there]
    if not missing:
        return [], list(names)
    # One statement; the session's own flush would send one for each room.
    made = {room.name: room for room in db.session.scalars(insert(Room).returning(Room), missing)}
    return [made[name] for name in names if name in made], [name for name in names if name in there]


def hang_plates(actor: Actor, refs: Collection[Ref]) -> list[Plate]:
    """A plate for each of the places: the one that hangs there, or a new one."""
    for _ in range(_ATTEMPTS):
        hanging = queries.plates_at(refs)
        missing = set(refs) - {Ref(PlaceKind(plate.place_kind), plate.place_id) for plate in hanging}
        if not missing:
            return hanging
        # In a fixed order, so that two units that hang the same plates do not wait for each other.
        for ref in sorted(missing, key=lambda ref: (ref.kind.value, ref.id)):
            hang_plate(actor, ref)
    raise RuntimeError("no new plate could be hung")


def hang_plate(actor: Actor, ref: Ref) -> None:
    """A new plate, unless one hangs there or its token or code is taken."""
    row = _HANG.row(
        unit(),
        {
            "place_kind": ref.kind.value,
            "place_id": ref.id,
            "token": policies.new_token(),
            "code": policies.new_code(),
            "issued_at": clock.now(),
            "issued_by": actor.staff_id,
        },
    )
    if row is not None:
        record(actor, "places.plate_issued", "plate", row[0], place_kind=ref.kind.value, place_id=ref.id)


def take_down(actor: Actor, plate_id: int) -> Plate:
    """Revoke a plate. Raises PlateNotFound or PlateAlreadyRevoked."""
    taken = unit().execute(
        update(Plate)
        .where(Plate.id == plate_id, Plate.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by=actor.staff_id)
    )
    plate = db.session.get(Plate, plate_id, populate_existing=True)
    if plate is None:
        raise PlateNotFound
    if not taken.rowcount:
        raise PlateAlreadyRevoked
    record(
        actor,
        "places.plate_revoked",
        "plate",
        plate_id,
        place_kind=plate.place_kind,
        place_id=plate.place_id,
    )
    return plate


def changed() -> None:
    """Let what is cached of the places be read again, once the unit is committed."""
    on_commit(lambda: revisions.bump(queries.TOPIC))
