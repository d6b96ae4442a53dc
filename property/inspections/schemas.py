"""Wire shapes of checklists, points and routes."""

from typing import Any

from marshmallow import post_load

from backend.places.models import PlaceKind
from backend.wire import (
    Bool,
    Choice,
    Id,
    In,
    Instant,
    Int,
    Json,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    ValidationError,
)
from property.categories.models import Urgency
from property.inspections.models import ItemKind
from property.inspections.policies import (
    FARTHEST_M,
    MOST_ITEMS,
    MOST_STOPS,
    NEAREST_M,
    NO,
    ItemDraft,
    ItemWish,
    Position,
    milli_of,
)

_NAME: dict[str, Any] = {"required": True, "min_length": 1, "max_length": 80}


def degrees(data: dict[str, Any], name: str, most: int) -> float | None:
    """A number of degrees that came in. Raises ValidationError."""
    value = data.pop(name, None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise ValidationError(f"应为 -{most} 到 {most} 之间的数字", name)
    return float(value)


def position_of(data: dict[str, Any]) -> Position | None:
    """Where a phone says it is; None unless it says both. Raises ValidationError."""
    latitude, longitude = degrees(data, "latitude", 90), degrees(data, "longitude", 180)
    return Position(latitude, longitude) if latitude is not None and longitude is not None else None


class InspectionActiveQuery(Query):
    """Those in use, those not, or all."""

    is_active = Bool(load_default=None)


class ChecklistVersionQuery(Query):
    """Which version; without it the latest."""

    version = Int(minimum=1, maximum=32_000, load_default=None)


class CheckItemIn(In):
    """A check item; `lower` and `upper` are numbers, `failing` the answers that fail it ("yes", "no" or
    options)."""

    text = Str(required=True, min_length=1, max_length=100)
    hint = Str(load_default="", max_length=200)
    kind = Choice(ItemKind, required=True)
    is_required = Bool(load_default=True)
    lower = Json(load_default=None, allow_none=True)
    upper = Json(load_default=None, allow_none=True)
    unit = Str(load_default="", max_length=12)
    options = Many(Str(min_length=1, max_length=30), maximum=12, load_default=list)
    failing = Many(Str(min_length=1, max_length=30), maximum=12, load_default=None, allow_none=True)
    needs_photo_if_failed = Bool(load_default=False)
    category = Str(load_default=None, allow_none=True, max_length=40)
    urgency = Choice(Urgency, load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ItemWish:
        """As services know it. Without a word about it, 否 fails what is answered by 是 or 否."""
        category, failing, kind = data.pop("category"), data.pop("failing"), data["kind"]
        if failing is None:
            failing = [NO] if kind is ItemKind.YES_NO and category is not None else []
        for limit in ("lower", "upper"):
            value = data.pop(limit)
            data[f"{limit}_milli"] = milli_of(value) if value is not None else None
        options = tuple(data.pop("options"))
        return ItemWish(ItemDraft(options=options, failing=tuple(failing), **data), category)


class ChecklistIn(In):
    """A new checklist."""

    name = Str(**_NAME)
    items = Many(Part(CheckItemIn), required=True, minimum=1, maximum=MOST_ITEMS)


class ChecklistChangeIn(ChecklistIn):
    """A checklist as it is to be; other items are a new version."""

    is_active = Bool(required=True)


class ChecklistRowOut(Out):
    """A checklist in a list."""

    id = Id()
    name = Str()
    is_active = Bool()
    version = Int()
    items = Int()


class CheckItemOut(Out):
    """A check item."""

    id = Id(attribute="item.id")
    position = Int(attribute="item.position")
    text = Str(attribute="item.text")
    hint = Str(attribute="item.hint")
    kind = Str(attribute="item.kind")
    kind_name = Str()
    is_required = Bool(attribute="item.is_required")
    lower = Json(allow_none=True)
    upper = Json(allow_none=True)
    limits = Str()
    unit = Str(attribute="item.unit")
    options = Many(Str(), attribute="item.options")
    failing = Many(Str(), attribute="item.failing")
    needs_photo_if_failed = Bool(attribute="item.needs_photo_if_failed")
    category = Str(attribute="category_code", allow_none=True)
    category_name = Str()
    urgency = Str(attribute="item.urgency")
    urgency_name = Str()


class ChecklistOut(Out):
    """One version of a checklist; `versions` is how many there are."""

    id = Id()
    name = Str()
    is_active = Bool()
    version = Int()
    version_id = Id()
    versions = Int()
    made_at = Instant()
    made_by_name = Str()
    items = Many(Part(CheckItemOut))


class InspectionPointsQuery(PageQuery):
    """Which points."""

    is_active = Bool(load_default=None)
    q = Str(load_default="", max_length=50)


class InspectionPointIn(In):
    """A point at a place or an asset. A position (GCJ-02) and a radius only for security points, all three
    then."""

    name = Str(**_NAME)
    place_kind = Choice(PlaceKind, load_default=None, allow_none=True)
    place_id = Id(load_default=None, allow_none=True)
    asset_id = Id(load_default=None, allow_none=True)
    is_manual_ok = Bool(load_default=True)
    is_security = Bool(load_default=False)
    latitude = Json(load_default=None, allow_none=True)
    longitude = Json(load_default=None, allow_none=True)
    radius_m = Int(minimum=NEAREST_M, maximum=FARTHEST_M, load_default=None, allow_none=True)

    @post_load
    def check(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Degrees within the globe."""
        found = {name: degrees(data, name, most) for name, most in (("latitude", 90), ("longitude", 180))}
        return {**data, **found}


class InspectionPointChangeIn(InspectionPointIn):
    """A point as it is to be."""

    is_active = Bool(required=True)


class InspectionPointOut(Out):
    """A point with where it is."""

    id = Id(attribute="point.id")
    name = Str(attribute="point.name")
    place_kind = Str(attribute="place.kind")
    place_id = Id(attribute="place.id")
    place_path = Str()
    asset_id = Id(attribute="point.asset_id", allow_none=True)
    asset_name = Str()
    is_manual_ok = Bool(attribute="point.is_manual_ok")
    is_security = Bool(attribute="point.is_security")
    latitude = Json(attribute="point.latitude", allow_none=True)
    longitude = Json(attribute="point.longitude", allow_none=True)
    radius_m = Int(attribute="point.radius_m", allow_none=True)
    is_active = Bool(attribute="point.is_active")
    has_plate = Bool()
    is_usable = Bool()


class RouteStopIn(In):
    """A point of a route and what is checked there."""

    point_id = Id(required=True)
    checklist_id = Id(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[int, int]:
        """As services know it."""
        return data["point_id"], data["checklist_id"]


class InspectionRouteIn(In):
    """A new route."""

    name = Str(**_NAME)
    stops = Many(Part(RouteStopIn), required=True, minimum=1, maximum=MOST_STOPS)


class InspectionRouteChangeIn(InspectionRouteIn):
    """A route as it is to be."""

    is_active = Bool(required=True)


class RouteStopOut(Out):
    """A point of a route and what is checked there."""

    position = Int()
    point_id = Id()
    point_name = Str()
    place_path = Str()
    checklist_id = Id()
    checklist_name = Str()


class InspectionRouteOut(Out):
    """A route with its stops."""

    id = Id()
    name = Str()
    is_active = Bool()
    stops = Many(Part(RouteStopOut))
