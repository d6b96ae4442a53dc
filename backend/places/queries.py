"""Reads of the places and their plates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, null, select, tuple_, union_all

from backend.actor import Actor, Permission
from backend.config import settings
from backend.db import db
from backend.places import policies
from backend.places.errors import PlaceNotFound, PlateNotFound, PlateRevoked
from backend.places.models import Building, Campus, Floor, PlaceKind, Plate, Room, Spot, SpotKind
from backend.places.policies import Ref
from backend.places.tree import Node, PlaceTree, PlaceView, view_of

TOPIC = "places"
Place: TypeAlias = Campus | Building | Floor | Room | Spot
MODELS: dict[PlaceKind, type[Place]] = {
    PlaceKind.CAMPUS: Campus,
    PlaceKind.BUILDING: Building,
    PlaceKind.FLOOR: Floor,
    PlaceKind.ROOM: Room,
    PlaceKind.SPOT: Spot,
}
_SPOT_PARENT = case(
    (Spot.campus_id.is_not(None), PlaceKind.CAMPUS.value),
    (Spot.building_id.is_not(None), PlaceKind.BUILDING.value),
    else_=PlaceKind.FLOOR.value,
)


@dataclass(frozen=True, slots=True)
class PlateView:
    """A plate with its place. `code` is as it is printed."""

    id: int
    token: str
    code: str
    issued_at: datetime
    revoked_at: datetime | None
    place: PlaceView

    @property
    def url(self) -> str:
        """What its QR code says."""
        return f"{settings().public_url}/q/{self.token}"


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with what lies below it, and the plate that hangs there, if there is one."""

    place: PlaceView
    plate_id: int | None = None
    plate_code: str = ""
    is_managed: bool = False
    children: list["Branch"] = field(default_factory=list)


def load_tree() -> PlaceTree:
    """All places; one statement."""
    return PlaceTree(_node(row) for row in db.session.execute(_EVERYTHING))


def _rows(kind: PlaceKind, parent_kind: Any, parent_id: Any, spot_kind: Any) -> Select[Any]:
    model = MODELS[kind]
    return select(
        literal(kind.value),
        model.id,
        parent_kind,
        parent_id,
        model.name,
        model.position,
        model.is_active,
        spot_kind,
    )


_EVERYTHING = union_all(
    _rows(PlaceKind.CAMPUS, null(), null(), null()),
    _rows(PlaceKind.BUILDING, literal(PlaceKind.CAMPUS.value), Building.campus_id, null()),
    _rows(PlaceKind.FLOOR, literal(PlaceKind.BUILDING.value), Floor.building_id, null()),
    _rows(PlaceKind.ROOM, literal(PlaceKind.FLOOR.value), Room.floor_id, null()),
    _rows(
        PlaceKind.SPOT,
        _SPOT_PARENT,
        func.coalesce(Spot.campus_id, Spot.building_id, Spot.floor_id),
        Spot.spot_kind,
    ),
)


def _node(row: Row[*tuple[Any, ...]]) -> Node:
    kind, identifier, parent_kind, parent_id, name, position, is_active, spot_kind = row
    return Node(
        ref=Ref(PlaceKind(kind), identifier),
        parent=Ref(PlaceKind(parent_kind), parent_id) if parent_kind else None,
        name=name,
        position=position,
        is_active=bool(is_active),
        spot_kind=SpotKind(spot_kind) if spot_kind else None,
    )


def find_place(ref: Ref) -> PlaceView:
    """A place, in use or not, with where it lies; a statement for each level. Raises PlaceNotFound."""
    chain: list[Node] = []
    at: Ref | None = ref
    while at is not None:
        row = db.session.get(MODELS[at.kind], at.id, populate_existing=True)
        if row is None:
            raise PlaceNotFound
        chain.insert(0, node_of(cast(Place, row)))
        at = chain[0].parent
    return view_of(chain)


def node_of(row: Place) -> Node:
    """A row as a node."""
    kind = next(kind for kind, model in MODELS.items() if isinstance(row, model))
    parents = ((parent, getattr(row, column)) for parent, column in policies.PARENTS[kind].items())
    return Node(
        ref=Ref(kind, row.id),
        parent=next((Ref(parent, parent_id) for parent, parent_id in parents if parent_id), None),
        name=row.name,
        position=row.position,
        is_active=row.is_active,
        spot_kind=SpotKind(row.spot_kind) if isinstance(row, Spot) else None,
    )


def siblings(place: PlaceView) -> list[PlaceView]:
    """The places of the same kind below the same parent, itself among them, in their order; one statement."""
    tree = load_tree()
    parent = Ref(place.parent_kind, place.parent_id or 0) if place.parent_kind else None
    found = (tree.find(node.ref) for node in tree.children(parent) if node.ref.kind is place.kind)
    return [each for each in found if each is not None]


def paths(refs: Collection[Ref]) -> dict[Ref, PlaceView]:
    """These places, in use or not, with their paths; one statement for all. Unknown ones are left out."""
    if not refs:
        return {}
    tree = load_tree()
    found = ((ref, tree.find(ref)) for ref in refs)
    return {ref: place for ref, place in found if place is not None}


def list_tree() -> list[Branch]:
    """The places in use, for everybody; one statement."""
    return _branches(place for place in load_tree().walk() if place.is_in_use)


def manage_tree(actor: Actor) -> list[Branch]:
    """The places that the actor manages, in use or not, with their plates and with what they lie in."""
    tree = load_tree()
    managed = [place for place in tree.walk() if policies.manages(actor, place.where)]
    shown = {place.ref for place in managed}
    above = {Ref(PlaceKind.CAMPUS, place.campus_id) for place in managed} - shown
    plates = _hanging()
    return _branches(
        (place for place in tree.walk() if place.ref in shown or place.ref in above),
        managed=shown,
        plates=plates,
    )


def search_places(
    text: str, *, kinds: Collection[PlaceKind] = tuple(PlaceKind), limit: int = 50
) -> list[PlaceView]:
    """The places in use whose path has every word of the text, e.g. `1号楼 301`; one statement."""
    words = text.casefold().replace("/", " ").split()
    found: list[PlaceView] = []
    for place in load_tree().walk():
        if place.is_in_use and place.kind in kinds and all(word in place.path.casefold() for word in words):
            found.append(place)
            if len(found) == limit:
                break
    return found


def find_by_token(token: str) -> PlateView:
    """The hanging plate with this token. Raises PlateNotFound, or PlateRevoked if it hangs no more.

    A plate whose place is out of use counts as revoked.
    """
    return _hanging_plate(Plate.token == token.lower())


def find_by_code(code: str) -> PlateView:
    """The hanging plate with this code, as somebody typed it. Raises as `find_by_token`."""
    return _hanging_plate(Plate.code == policies.typed_code(code))


def get_plates(actor: Actor, plate_ids: Sequence[int]) -> list[PlateView]:
    """These plates, hanging ones only, in the order asked for; two statements. Raises PlateNotFound."""
    plates = {
        plate.id: plate
        for plate in db.session.scalars(
            select(Plate).where(Plate.id.in_(plate_ids), Plate.revoked_at.is_(None))
        )
    }
    if set(plate_ids) - plates.keys():
        raise PlateNotFound
    views = plate_views([plates[plate_id] for plate_id in dict.fromkeys(plate_ids)])
    if not all(policies.manages(actor, view.place.where) for view in views):
        raise PlateNotFound
    return views


def plates_at(refs: Collection[Ref]) -> list[Plate]:
    """The plates that hang at these places."""
    at = tuple_(Plate.place_kind, Plate.place_id).in_([(ref.kind.value, ref.id) for ref in refs])
    return list(db.session.scalars(select(Plate).where(at, Plate.revoked_at.is_(None)).order_by(Plate.id)))


def plate_views(plates: Sequence[Plate]) -> list[PlateView]:
    """Plates with their places; one statement."""
    places = paths({_ref_of(plate) for plate in plates})
    return [plate_view(plate, places[_ref_of(plate)]) for plate in plates]


def plate_view(plate: Plate, place: PlaceView) -> PlateView:
    """A plate with its place."""
    return PlateView(
        id=plate.id,
        token=plate.token,
        code=policies.shown_code(plate.code),
        issued_at=plate.issued_at,
        revoked_at=plate.revoked_at,
        place=place,
    )


def known_campus_ids(actor: Actor) -> set[int]:
    """The campuses on which the actor manages anything: the whole, or one of their buildings."""
    reach = actor.reach(Permission.PLACES_MANAGE)
    buildings = select(Building.campus_id).where(Building.id.in_(reach.building_ids))
    return {*reach.campus_ids, *(db.session.scalars(buildings) if reach.building_ids else ())}


def _hanging_plate(condition: ColumnElement[bool]) -> PlateView:
    plate = db.session.scalars(select(Plate).where(condition)).one_or_none()
    if plate is None:
        raise PlateNotFound
    if plate.revoked_at is not None:
        raise PlateRevoked
    place = find_place(_ref_of(plate))
    if not place.is_in_use:
        raise PlateRevoked
    return plate_view(plate, place)


def _ref_of(plate: Plate) -> Ref:
    return Ref(PlaceKind(plate.place_kind), plate.place_id)


def _hanging() -> dict[Ref, Plate]:
    hanging = db.session.scalars(select(Plate).where(Plate.revoked_at.is_(None)))
    return {_ref_of(plate): plate for plate in hanging}


def _branches(
    places: Iterable[PlaceView],
    *,
    managed: Collection[Ref] = (),
    plates: Mapping[Ref, Plate] = MappingProxyType({}),
) -> list[Branch]:
    """The places, each before what lies below it, as a tree."""
    roots: list[Branch] = []
    known: dict[tuple[PlaceKind | None, int | None], Branch] = {}
    for place in places:
        plate = plates.get(place.ref)
        branch = known[place.kind, place.id] = Branch(
            place=place,
            plate_id=plate.id if plate else None,
            plate_code=policies.shown_code(plate.code) if plate else "",
            is_managed=place.ref in managed,
        )
        above = known.get((place.parent_kind, place.parent_id))
        (above.children if above else roots).append(branch)
    return roots
