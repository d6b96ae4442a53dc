"""Use cases of the places: who manages them says what there is, and hangs the plates."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.places import operations, policies, queries
from backend.places.errors import (
    PlaceExists,
    PlaceInactive,
    PlaceNotFound,
    PlateNotFound,
    SiblingsChanged,
)
from backend.places.models import PlaceKind, Plate, SpotKind
from backend.places.policies import Ref
from backend.places.queries import PlateView
from backend.places.tree import PlaceView
from backend.refusals import refusing_clashes


@dataclass(frozen=True, slots=True)
class RoomsMade:
    """The rooms that were made, and the names that were there before."""

    created: Sequence[PlaceView]
    kept: Sequence[str]


@atomic
def create_place(
    actor: Actor,
    *,
    kind: PlaceKind,
    name: str,
    parent_kind: PlaceKind | None = None,
    parent_id: int | None = None,
    position: int = 0,
    spot_kind: SpotKind | None = None,
) -> PlaceView:
    """A new place below a parent in use; a campus has none, and only who manages all places makes one.

    Raises Forbidden, PlaceNotFound for the parent, ParentInvalid, SpotKindInvalid, PlaceInactive or
    PlaceExists.
    """
    policies.parent_column(kind, parent_kind)
    policies.ensure_spot_kind(kind, spot_kind)
    parent = Ref(parent_kind, parent_id or 0) if parent_kind else None
    if parent is None:
        ensure_everywhere(actor, Permission.PLACES_MANAGE)
    else:
        _usable(actor, parent)
    with refusing_clashes(PlaceExists(name=name)):
        row = operations.add_place(kind, name=name, position=position, spot_kind=spot_kind, parent=parent)
    made = queries.find_place(Ref(kind, row.id))
    record(actor, "places.created", kind.value, made.id, path=made.path)
    operations.changed()
    return made


@atomic
def create_rooms(actor: Actor, *, floor_id: int, numbers: str) -> RoomsMade:
    """The rooms of a list such as `101-120、125` on a floor; those that are there stay as they are.

    Raises Forbidden, PlaceNotFound, PlaceInactive or NumbersInvalid.
    """
    names = policies.room_names(numbers)
    floor = _usable(actor, Ref(PlaceKind.FLOOR, floor_id))
    operations.lock_place(floor.ref)
    rooms, kept = operations.add_rooms(floor_id, names)
    if rooms:
        record(
            actor,
            "places.rooms_created",
            PlaceKind.FLOOR.value,
            floor_id,
            rooms=[room.name for room in rooms],
        )
        operations.changed()
    made = queries.paths({Ref(PlaceKind.ROOM, room.id) for room in rooms})
    return RoomsMade([made[Ref(PlaceKind.ROOM, room.id)] for room in rooms], kept)


@atomic
def change_place(
    actor: Actor,
    *,
    kind: PlaceKind,
    place_id: int,
    name: str,
    position: int,
    is_active: bool,
    spot_kind: SpotKind | None = None,
) -> PlaceView:
    """Say anew what a place is called, where it stands among its siblings, and whether it is in use.

    What lies below a place that goes out of use goes with it, and comes back with it. Raises Forbidden,
    PlaceNotFound, SpotKindInvalid or PlaceExists.
    """
    policies.ensure_spot_kind(kind, spot_kind)
    before = _managed(actor, Ref(kind, place_id))
    row = operations.lock_place(before.ref)
    wanted: dict[str, object] = {"name": name, "position": position, "is_active": is_active}
    if spot_kind is not None:
        wanted["spot_kind"] = spot_kind.value
    changes = {key: [getattr(row, key), value] for key, value in wanted.items() if getattr(row, key) != value}
    if not changes:
        return before
    with refusing_clashes(PlaceExists(name=name)):
        for key, value in wanted.items():
            setattr(row, key, value)
    record(actor, "places.changed", kind.value, place_id, path=before.path, changes=changes)
    operations.changed()
    return queries.find_place(before.ref)


@atomic
def move_place(
    actor: Actor, *, kind: PlaceKind, place_id: int, parent_kind: PlaceKind, parent_id: int
) -> PlaceView:
    """Put a place, with all that lies below it, below another parent in use.

    The actor must manage the place where it is and the parent where it goes; a building moves between
    campuses by who manages both. Raises Forbidden, PlaceNotFound, ParentInvalid, PlaceInactive or
    PlaceExists.
    """
    column = policies.parent_column(kind, parent_kind)
    before = _managed(actor, Ref(kind, place_id))
    if before.parent_kind is not None:
        _managed(actor, Ref(before.parent_kind, before.parent_id or 0))
    parent = _usable(actor, Ref(parent_kind, parent_id))
    row = operations.lock_place(before.ref)
    if (before.parent_kind, before.parent_id) == (parent.kind, parent.id):
        return before
    with refusing_clashes(PlaceExists(name=before.name)):
        for each in policies.PARENTS[kind].values():
            setattr(row, each, parent.id if each == column else None)
    moved = queries.find_place(before.ref)
    record(actor, "places.moved", kind.value, place_id, before=before.path, after=moved.path)
    operations.changed()
    return moved


@atomic
def order_places(actor: Actor, *, places: Sequence[Ref]) -> list[PlaceView]:
    """Let these places, all of one kind below one parent, stand in this order among themselves.

    Raises Forbidden, PlaceNotFound, and SiblingsChanged unless they are all that stand there now.
    """
    first = queries.find_place(places[0])
    _ensure_manages(actor, first)
    if first.parent_kind is None:
        ensure_everywhere(actor, Permission.PLACES_MANAGE)
    else:
        _managed(actor, Ref(first.parent_kind, first.parent_id or 0))
    standing = queries.siblings(first)
    if sorted(place.id for place in standing) != sorted(ref.id for ref in places) or any(
        ref.kind is not first.kind for ref in places
    ):
        raise SiblingsChanged
    if [place.ref for place in standing] != list(places):
        operations.set_positions(first.kind, [ref.id for ref in places])
        found = {place.ref: place.name for place in standing}
        above = Ref(first.parent_kind or first.kind, first.parent_id or 0)
        names = [found[ref] for ref in places]
        record(actor, "places.ordered", above.kind.value, above.id, kind=first.kind.value, order=names)
        operations.changed()
    return queries.siblings(first)


@atomic
def issue_plates(actor: Actor, *, places: Sequence[Ref]) -> list[PlateView]:
    """A plate for each of these places in use, in their order: the one that hangs there, or a new one.

    Repeating it changes nothing. Raises Forbidden, PlaceNotFound or PlaceInactive.
    """
    wanted = list(dict.fromkeys(places))
    found = queries.paths(wanted)
    for ref in wanted:
        if ref not in found:
            raise PlaceNotFound
        _ensure_manages(actor, found[ref])
        if not found[ref].is_in_use:
            raise PlaceInactive
    plates = {
        Ref(PlaceKind(plate.place_kind), plate.place_id): plate
        for plate in operations.hang_plates(actor, wanted)
    }
    return [queries.plate_view(plates[ref], found[ref]) for ref in wanted]


@atomic
def replace_plate(actor: Actor, *, plate_id: int) -> PlateView:
    """Revoke a plate and hang a new one, e.g. because its code was published or it was stolen.

    Raises Forbidden, PlateNotFound, PlaceInactive, or PlateAlreadyRevoked if somebody was quicker.
    """
    place = _place_of(actor, plate_id)
    if not place.is_in_use:
        raise PlaceInactive
    operations.take_down(actor, plate_id)
    (plate,) = operations.hang_plates(actor, [place.ref])
    return queries.plate_view(plate, place)


@atomic
def revoke_plate(actor: Actor, *, plate_id: int) -> PlateView:
    """Revoke a plate without hanging another one. Raises Forbidden, PlateNotFound or PlateAlreadyRevoked."""
    place = _place_of(actor, plate_id)
    return queries.plate_view(operations.take_down(actor, plate_id), place)


def _managed(actor: Actor, ref: Ref) -> PlaceView:
    place = queries.find_place(ref)
    _ensure_manages(actor, place)
    return place


def _usable(actor: Actor, ref: Ref) -> PlaceView:
    place = _managed(actor, ref)
    if not place.is_in_use:
        raise PlaceInactive
    return place


def _ensure_manages(actor: Actor, place: PlaceView) -> None:
    if not policies.manages(actor, place.where):
        raise policies.refusal(place.where, queries.known_campus_ids(actor))


def _place_of(actor: Actor, plate_id: int) -> PlaceView:
    plate = db.session.get(Plate, plate_id)
    if plate is None:
        raise PlateNotFound
    try:
        return _managed(actor, Ref(PlaceKind(plate.place_kind), plate.place_id))
    except PlaceNotFound as unknown:
        raise PlateNotFound from unknown
