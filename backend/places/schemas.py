"""Wire shapes of the places."""

from typing import Any

from marshmallow import post_load

from backend.places.models import PlaceKind, SpotKind
from backend.places.policies import MAX_NAME, Ref
from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, Part, Query, Str

MAX_POSITION = 10_000
MAX_PLATES = 200
MAX_SIBLINGS = 1000


class PlaceOut(Out):
    """A place with where it lies; the ids of what it does not lie in are 0."""

    kind = Choice(PlaceKind)
    id = Id()
    name = Str()
    path = Str(metadata={"description": "`中心院区 / 1号楼 / 3层 / 301`"})
    position = Int()
    is_active = Bool(metadata={"description": "Its own; what lies above may be out of use"})
    is_in_use = Bool()
    spot_kind = Choice(SpotKind, allow_none=True)
    parent_kind = Choice(PlaceKind, allow_none=True)
    parent_id = Id(allow_none=True)
    campus_id = Int(minimum=0)
    building_id = Int(minimum=0)
    floor_id = Int(minimum=0)


class BranchOut(Out):
    """A place in use with what lies below it."""

    kind = Choice(PlaceKind, attribute="place.kind")
    id = Id(attribute="place.id")
    name = Str(attribute="place.name")
    spot_kind = Choice(SpotKind, attribute="place.spot_kind", allow_none=True)
    children = Many(Part(lambda: BranchOut()), maximum=100_000)


class ManagedBranchOut(Out):
    """A place with its plate and what lies below it; `is_managed` is false of what is only on the way."""

    place = Part(PlaceOut)
    plate_id = Id(allow_none=True)
    plate_code = Str()
    is_managed = Bool()
    children = Many(Part(lambda: ManagedBranchOut()), maximum=100_000)


class SearchQuery(Query):
    """Words that a path has, e.g. `1号楼 301`."""

    q = Str(required=True, min_length=1, max_length=50)


class ScannedOut(Out):
    """What a phone needs after scanning a plate."""

    code = Str()
    place = Part(PlaceOut)


class PlateOut(Out):
    """A plate, for who manages its place. `url` is what its QR code says."""

    id = Id()
    code = Str()
    token = Str()
    url = Str()
    issued_at = Instant()
    revoked_at = Instant(allow_none=True)
    place = Part(PlaceOut)


class PlaceIn(In):
    """All that is said of a place but where it lies."""

    name = Str(required=True, min_length=1, max_length=MAX_NAME)
    position = Int(minimum=-MAX_POSITION, maximum=MAX_POSITION, load_default=0)
    is_active = Bool(load_default=True)
    spot_kind = Choice(SpotKind, allow_none=True, load_default=None)


class ParentIn(In):
    """Below which place."""

    parent_kind = Choice(PlaceKind, required=True)
    parent_id = Id(required=True)


class NewPlaceIn(In):
    """A new place; a campus has no parent."""

    kind = Choice(PlaceKind, required=True)
    name = Str(required=True, min_length=1, max_length=MAX_NAME)
    parent_kind = Choice(PlaceKind, allow_none=True, load_default=None)
    parent_id = Id(allow_none=True, load_default=None)
    position = Int(minimum=-MAX_POSITION, maximum=MAX_POSITION, load_default=0)
    spot_kind = Choice(SpotKind, allow_none=True, load_default=None)


class RoomsIn(In):
    """Many rooms of a floor."""

    floor_id = Id(required=True)
    numbers = Str(
        required=True, min_length=1, max_length=1000, metadata={"description": "`101-120、125，会议室`"}
    )


class RoomsOut(Out):
    """The rooms that were made, and the names that were there before."""

    created = Many(Part(PlaceOut), maximum=1000)
    kept = Many(Str(), maximum=1000)


class RefIn(In):
    """Which place."""

    kind = Choice(PlaceKind, required=True)
    id = Id(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Ref:
        """The place as the use case takes it."""
        return Ref(**data)


class PlacesOrderIn(In):
    """All places of one kind below one parent, in the order in which they shall stand."""

    places = Many(Part(RefIn), required=True, minimum=1, maximum=MAX_SIBLINGS)


class PlatesIn(In):
    """Which places shall have a plate."""

    places = Many(Part(RefIn), required=True, minimum=1, maximum=MAX_PLATES)
