"""Reads of checklists, points and routes. Points and routes are scoped by the actor's INSPECTIONS_MANAGE."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased

from backend.actor import Actor, Permission, Reach
from backend.db import db
from backend.paging import Page, paginate
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.assets.models import Asset, AssetState
from property.categories import queries as category_queries
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.inspections import policies
from property.inspections.errors import ChecklistNotFound, PointNotFound, RouteNotFound
from property.inspections.models import (
    CheckItem,
    Checklist,
    ChecklistVersion,
    ItemKind,
    Point,
    Route,
    RouteStop,
)
from property.inspections.titles import ITEM_NAMES


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """A checklist in a list; `version` is its latest, `items` how many that has."""

    id: int
    name: str
    is_active: bool
    version: int
    items: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """A check item as people read it."""

    item: CheckItem
    category_code: str | None
    category_name: str

    @property
    def kind_name(self) -> str:
        """是否, 数值, 选择, 拍照."""
        return ITEM_NAMES[ItemKind(self.item.kind)]

    @property
    def lower(self) -> int | float | None:
        """The lower limit."""
        return policies.number_of(self.item.lower_milli) if self.item.lower_milli is not None else None

    @property
    def upper(self) -> int | float | None:
        """The upper limit."""
        return policies.number_of(self.item.upper_milli) if self.item.upper_milli is not None else None

    @property
    def limits(self) -> str:
        """`0.2–0.6 MPa`."""
        return policies.limits_in_words(self.item.lower_milli, self.item.upper_milli, self.item.unit)

    @property
    def urgency_name(self) -> str:
        """特急, 紧急, 一般, or ""."""
        return URGENCY_NAMES[Urgency(self.item.urgency)] if self.item.urgency else ""


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """One version of a checklist; `versions` is how many there are."""

    id: int
    name: str
    is_active: bool
    version: int
    version_id: int
    versions: int
    made_at: datetime
    made_by_name: str
    items: Sequence[ItemView]


@dataclass(frozen=True, slots=True)
class PointView:
    """A point with where it is now. `is_usable`: it and its place or asset are in use."""

    point: Point
    place: Ref
    place_path: str
    asset_name: str
    campus_id: int
    building_id: int
    has_plate: bool
    is_usable: bool


@dataclass(frozen=True, slots=True)
class StopView:
    """A point of a route with what is checked there."""

    position: int
    point_id: int
    point_name: str
    place_path: str
    checklist_id: int
    checklist_name: str


@dataclass(frozen=True, slots=True)
class RouteView:
    """A route with its stops."""

    id: int
    name: str
    is_active: bool
    stops: Sequence[StopView]


def within(reach: Reach, campus_id: Any, building_id: Any) -> ColumnElement[bool]:
    """Whether what stands there lies within reach, as a condition."""
    if reach.everywhere:
        return true()
    within_it: ColumnElement[bool] = or_(campus_id.in_(reach.campus_ids), building_id.in_(reach.building_ids))
    return within_it


def list_checklists(*, is_active: bool | None = None) -> list[ChecklistRow]:
    """The checklists by name; one statement."""
    latest = _latest().subquery()
    items = (
        select(func.count())
        .where(CheckItem.version_id == latest.c.id)
        .correlate(latest)
        .scalar_subquery()
    )  # fmt: skip # A count for each.
    statement = (
        select(Checklist.id, Checklist.name, Checklist.is_active, latest.c.number, items)
        .join(latest, latest.c.checklist_id == Checklist.id)
        .order_by(Checklist.is_active.desc(), Checklist.name)
    )
    if is_active is not None:
        statement = statement.where(Checklist.is_active == is_active)
    return [ChecklistRow(*row) for row in db.session.execute(statement)]


def get_checklist(checklist_id: int, *, version: int | None = None) -> ChecklistView:
    """A checklist at its latest version, or at another. Raises ChecklistNotFound."""
    found = db.session.get(Checklist, checklist_id)
    statement = select(ChecklistVersion).where(ChecklistVersion.checklist_id == checklist_id)
    versions = db.session.scalars(statement.order_by(ChecklistVersion.number)).all()
    chosen = [each for each in versions if version is None or each.number == version]
    if found is None or not chosen:
        raise ChecklistNotFound
    shown = chosen[-1]
    return ChecklistView(
        id=found.id,
        name=found.name,
        is_active=found.is_active,
        version=shown.number,
        version_id=shown.id,
        versions=len(versions),
        made_at=shown.made_at,
        made_by_name=shown.made_by_name,
        items=items_of([shown.id])[shown.id],
    )


def items_of(version_ids: Collection[int]) -> dict[int, list[ItemView]]:
    """The items of versions in their order; two statements."""
    found: dict[int, list[ItemView]] = defaultdict(list)
    rows = db.session.scalars(
        select(CheckItem)
        .where(CheckItem.version_id.in_(version_ids))
        .order_by(CheckItem.version_id, CheckItem.position)
    ).all()
    tree = category_queries.tree()
    for item in rows:
        category = tree.find(item.category_id) if item.category_id is not None else None
        code, name = (category.code, category.path) if category is not None else (None, "")
        found[item.version_id].append(ItemView(item, code, name))
    return found


def latest_versions(checklist_ids: Collection[int]) -> dict[int, int]:
    """The latest version's id of each checklist that is in use; one statement."""
    latest = _latest().subquery()
    rows = db.session.execute(
        select(latest.c.checklist_id, latest.c.id)
        .join(Checklist, Checklist.id == latest.c.checklist_id)
        .where(Checklist.id.in_(checklist_ids), Checklist.is_active)
    )
    return {row.checklist_id: row.id for row in rows}


def page_points(
    actor: Actor, *, is_active: bool | None = None, q: str = "", page: int, page_size: int
) -> Page:
    """The points that the actor manages, by name."""
    statement = (
        select(Point).outerjoin(Asset, Asset.id == Point.asset_id).where(_manages_point(actor))
    )  # fmt: skip # Read with what follows.
    if is_active is not None:
        statement = statement.where(Point.is_active == is_active)
    if q:
        statement = statement.where(Point.name.contains(q, autoescape=True))
    found = paginate(statement.order_by(Point.name, Point.id), page=page, page_size=page_size)
    return Page(point_views(found.rows), found.total, page, page_size)


def get_point(actor: Actor, point_id: int) -> PointView:
    """A point that the actor manages. Raises PointNotFound."""
    points = managed_points(actor, [point_id])
    if not points:
        raise PointNotFound
    return point_views(points)[0]


def managed_points(actor: Actor, point_ids: Collection[int]) -> list[Point]:
    """Those of the points that the actor manages."""
    return list(
        db.session.scalars(
            select(Point)
            .outerjoin(Asset, Asset.id == Point.asset_id)
            .where(Point.id.in_(point_ids), _manages_point(actor))
        )
    )


def point_views(points: Sequence[Point]) -> list[PointView]:
    """Points with where they are; three statements at most."""
    asset_ids = {point.asset_id for point in points if point.asset_id is not None}
    assets = assets_of(asset_ids)
    refs = {point.id: ref_of(point, assets) for point in points}
    places = place_queries.paths(set(refs.values()))
    spots = {ref for ref in refs.values() if ref in places}
    hanging = (
        {(plate.place_kind, plate.place_id) for plate in place_queries.plates_at(spots)} if spots else set()
    )
    views = []
    for point in points:
        ref = refs[point.id]
        asset, place = assets.get(point.asset_id or 0), places.get(ref)
        views.append(
            PointView(
                point=point,
                place=ref,
                place_path=place.path if place else "",
                asset_name=f"{asset.name}（{asset.number}）" if asset else "",
                campus_id=place.campus_id if place else 0,
                building_id=place.building_id if place else 0,
                has_plate=asset is not None or (ref.kind.value, ref.id) in hanging,
                is_usable=point.is_active
                and place is not None
                and place.is_in_use
                and (asset is None or is_usable(asset)),
            )
        )
    return views


def assets_of(asset_ids: Collection[int]) -> dict[int, Asset]:
    """These assets; one statement, or none."""
    if not asset_ids:
        return {}
    return {asset.id: asset for asset in db.session.scalars(select(Asset).where(Asset.id.in_(asset_ids)))}


def is_usable(asset: Asset) -> bool:
    """Whether an asset is inspected at all: what is scrapped is not."""
    return asset.state != AssetState.SCRAPPED


def ref_of(point: Point, assets: dict[int, Asset]) -> Ref:
    """Where a point is: its place, or where its asset stands."""
    if point.asset_id is not None:
        asset = assets[point.asset_id]
        return Ref(PlaceKind(asset.place_kind), asset.place_id)
    return Ref(PlaceKind(point.place_kind or ""), point.place_id or 0)


def list_routes(actor: Actor, *, is_active: bool | None = None) -> list[RouteView]:
    """The routes all of whose points the actor manages, by name; six statements."""
    statement = select(Route).order_by(Route.is_active.desc(), Route.name).where(manages_route(actor))
    if is_active is not None:
        statement = statement.where(Route.is_active == is_active)
    return _route_views(db.session.scalars(statement).all())


def get_route(actor: Actor, route_id: int) -> RouteView:
    """A route all of whose points the actor manages. Raises RouteNotFound."""
    found = db.session.scalars(select(Route).where(Route.id == route_id, manages_route(actor))).all()
    if not found:
        raise RouteNotFound
    return _route_views(found)[0]


def stops_of(route_ids: Collection[int]) -> dict[int, list[RouteStop]]:
    """The stops of routes in their order; one statement."""
    found: dict[int, list[RouteStop]] = defaultdict(list)
    rows = db.session.scalars(
        select(RouteStop)
        .where(RouteStop.route_id.in_(route_ids))
        .order_by(RouteStop.route_id, RouteStop.position)
    )
    for stop in rows:
        found[stop.route_id].append(stop)
    return found


def points_of(point_ids: Iterable[int]) -> list[Point]:
    """These points, whoever manages them."""
    return list(db.session.scalars(select(Point).where(Point.id.in_(set(point_ids)))))


def manages_route(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor manages every point of a route, as a condition on routes."""
    if actor.reach(Permission.INSPECTIONS_MANAGE).everywhere:
        return true()
    beyond = (
        select(RouteStop.route_id)
        .join(Point, Point.id == RouteStop.point_id)
        .outerjoin(Asset, Asset.id == Point.asset_id)
        .where(RouteStop.route_id == Route.id, ~_manages_point(actor))
    )
    return ~beyond.exists()


def _manages_point(actor: Actor) -> ColumnElement[bool]:
    reach = actor.reach(Permission.INSPECTIONS_MANAGE)
    campus_id = func.coalesce(Asset.campus_id, Point.campus_id)
    return within(reach, campus_id, func.coalesce(Asset.building_id, Point.building_id))


def _route_views(routes: Sequence[Route]) -> list[RouteView]:
    stops = stops_of([route.id for route in routes])
    every = [stop for each in stops.values() for stop in each]
    points = {view.point.id: view for view in point_views(points_of(stop.point_id for stop in every))}
    checklist_ids = {stop.checklist_id for stop in every}
    rows = db.session.execute(select(Checklist.id, Checklist.name).where(Checklist.id.in_(checklist_ids)))
    names = {row.id: row.name for row in rows}
    return [
        RouteView(
            route.id,
            route.name,
            route.is_active,
            [
                StopView(
                    stop.position,
                    stop.point_id,
                    points[stop.point_id].point.name,
                    points[stop.point_id].place_path,
                    stop.checklist_id,
                    names[stop.checklist_id],
                )
                for stop in stops[route.id]
            ],
        )
        for route in routes
    ]


def _latest() -> Select[*tuple[Any, ...]]:
    other = aliased(ChecklistVersion)
    newest = (
        select(func.max(other.number))
        .where(other.checklist_id == ChecklistVersion.checklist_id)
        .correlate(ChecklistVersion)
        .scalar_subquery()
    )
    return select(ChecklistVersion.id, ChecklistVersion.checklist_id, ChecklistVersion.number).where(
        ChecklistVersion.number == newest
    )
