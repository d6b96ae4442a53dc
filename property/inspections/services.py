"""Use cases of checklists, points and routes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic, db
from backend.places import queries as place_queries
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories import queries as category_queries
from property.inspections import operations, policies, queries
from property.inspections.errors import (
    ChecklistNotFound,
    PointNotFound,
    PointPlaceNeeded,
    RouteInvalid,
    RouteNotFound,
)
from property.inspections.models import Point, Route
from property.inspections.policies import ItemDraft, ItemWish
from property.inspections.queries import ChecklistView, PointView, RouteView

MANAGE = Permission.INSPECTIONS_MANAGE


@atomic
def create_checklist(actor: Actor, *, name: str, items: Sequence[ItemWish]) -> ChecklistView:
    """A new checklist. Raises Forbidden, NameTaken, ChecklistInvalid or what the category is refused for."""
    ensure_everywhere(actor, MANAGE)
    checklist = operations.add_checklist(actor, name, _drafts(items))
    return _checklist(checklist.id)


@atomic
def change_checklist(
    actor: Actor, *, checklist_id: int, name: str, is_active: bool, items: Sequence[ItemWish]
) -> ChecklistView:
    """Change a checklist; other items are a new version. Rounds that were made keep theirs.

    Raises Forbidden, ChecklistNotFound, NameTaken, ChecklistInvalid or what the category is refused for.
    """
    ensure_everywhere(actor, MANAGE)
    checklist = operations.lock_checklist(checklist_id)
    if checklist is None:
        raise ChecklistNotFound
    operations.rename_checklist(checklist, name=name, is_active=is_active)
    operations.add_version(actor, checklist, _drafts(items))
    return _checklist(checklist.id)


@atomic
def create_point(actor: Actor, **wanted: Any) -> PointView:
    """A new point. Raises Forbidden, PointPlaceNeeded or PositionUnwanted."""
    point = Point(is_active=True)
    _fill(actor, point, **wanted)
    return queries.point_views([point])[0]


@atomic
def change_point(actor: Actor, *, point_id: int, is_active: bool, **wanted: Any) -> PointView:
    """Change a point; rounds that were made keep what it was. Raises PointNotFound and as `create_point`."""
    found = queries.managed_points(actor, [point_id])
    if not found:
        raise PointNotFound
    point = found[0]
    point.is_active = is_active
    _fill(actor, point, **wanted)
    return queries.point_views([point])[0]


@atomic
def create_route(actor: Actor, *, name: str, stops: Sequence[tuple[int, int]]) -> RouteView:
    """A new route of (point, checklist). Raises RouteInvalid, PointNotFound or NameTaken."""
    _ensure_stops(actor, stops)
    route = Route()
    operations.write_route(actor, route, name=name, is_active=True, stops=stops)
    return _route(actor, route.id)


@atomic
def change_route(
    actor: Actor, *, route_id: int, name: str, is_active: bool, stops: Sequence[tuple[int, int]]
) -> RouteView:
    """Change a route, for rounds that are made from now on. Raises RouteNotFound and as `create_route`."""
    statement = select(Route).where(Route.id == route_id, queries.manages_route(actor))
    route = db.session.scalars(statement.with_for_update()).one_or_none()
    if route is None:
        raise RouteNotFound
    _ensure_stops(actor, stops)
    operations.write_route(actor, route, name=name, is_active=is_active, stops=stops)
    return _route(actor, route.id)


def _drafts(items: Sequence[ItemWish]) -> list[ItemDraft]:
    codes = {wish.category for wish in items if wish.category is not None}
    found = {code: category_queries.leaf_of_code(code) for code in sorted(codes)}
    drafts = []
    for wish in items:
        draft = wish.draft
        if wish.category is not None:
            category = found[wish.category]
            draft = replace(draft, category_id=category.id, urgency=draft.urgency or category.usual_urgency)
        elif draft.urgency is not None:
            draft = replace(draft, urgency=None)
        drafts.append(draft)
    policies.ensure_items(drafts)
    return drafts


def _fill(
    actor: Actor,
    point: Point,
    *,
    name: str,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    asset_id: int | None = None,
    is_manual_ok: bool = True,
    is_security: bool = False,
    latitude: float | None = None,
    longitude: float | None = None,
    radius_m: int | None = None,
) -> None:
    policies.ensure_position(is_security, latitude, longitude, radius_m)
    campus_id, building_id = _where(place_kind, place_id, asset_id)
    if not actor.reach(MANAGE).covers(campus_id=campus_id, building_id=building_id):
        raise PointPlaceNeeded
    point.name = name
    point.place_kind = place_kind.value if place_kind is not None else None
    point.place_id, point.asset_id = place_id, asset_id
    # An asset may move, and says itself where it is.
    point.campus_id, point.building_id = (campus_id, building_id) if asset_id is None else (0, 0)
    point.is_manual_ok, point.is_security = is_manual_ok, is_security
    point.latitude, point.longitude, point.radius_m = latitude, longitude, radius_m
    operations.add_point(actor, point)


def _where(place_kind: PlaceKind | None, place_id: int | None, asset_id: int | None) -> tuple[int, int]:
    """The campus and the building of a place in use, or of an asset that is not scrapped."""
    if asset_id is not None:
        asset = queries.assets_of([asset_id]).get(asset_id)
        if place_kind is not None or place_id is not None or asset is None or not queries.is_usable(asset):
            raise PointPlaceNeeded
        return asset.campus_id, asset.building_id
    if place_kind is None or place_id is None:
        raise PointPlaceNeeded
    try:
        place = place_queries.find_place(Ref(place_kind, place_id))
    except PlaceNotFound as error:
        raise PointPlaceNeeded from error
    if not place.is_in_use:
        raise PointPlaceNeeded
    return place.campus_id, place.building_id


def _ensure_stops(actor: Actor, stops: Sequence[tuple[int, int]]) -> None:
    """Raise RouteInvalid unless these are points in use that the actor manages, and checklists in use."""
    point_ids = {point_id for point_id, _ in stops}
    points = {point.id for point in queries.managed_points(actor, point_ids) if point.is_active}
    checklists = queries.latest_versions({checklist_id for _, checklist_id in stops})
    usable = [each for each in stops if each[0] in points and each[1] in checklists]
    if not stops or len(usable) < len(stops) or len(point_ids) < len(stops):
        raise RouteInvalid


def _checklist(checklist_id: int) -> ChecklistView:
    db.session.flush()  # The view reads what was added.
    return queries.get_checklist(checklist_id)


def _route(actor: Actor, route_id: int) -> RouteView:
    db.session.flush()  # The view reads what was added.
    return queries.get_route(actor, route_id)
