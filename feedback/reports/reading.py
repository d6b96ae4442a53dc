"""What others met: open reports nearby, for who is about to report the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, select

from backend.actor import Actor
from backend.db import db
from backend.paging import Page
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind, Room, Spot
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from feedback.categories import queries as categories
from feedback.categories.models import Category
from feedback.categories.queries import CategoryView
from feedback.reports import listing, policies, queries, sealing
from feedback.reports.errors import PlaceUnknown, PositionNeeded
from feedback.reports.listing import ReportRow, Scope, Sight
from feedback.reports.models import Report, State

# Of so many of the newest the distance is looked at.
_CANDIDATES: Final = 200


@dataclass(frozen=True, slots=True)
class SimilarReport:
    """An open report that may be about the same thing; says nothing of people."""

    id: int
    number: str
    category_name: str
    excerpt: str
    place_path: str
    state: str
    state_name: str
    submitted_at: datetime
    followers: int
    is_followed: bool
    is_mine: bool
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """Where somebody is: a place, a position, or both."""

    place: PlaceView | None
    position: tuple[int, int] | None


def around(*, place: Ref | None = None, plate: str = "", position: tuple[int, int] | None = None) -> Around:
    """Where a place, a plate or a position is. Raises PlaceUnknown, PlateNotFound or PlateRevoked."""
    if plate:
        return Around(places.find_by_token(plate).place, position)
    try:
        return Around(places.find_place(place) if place is not None else None, position)
    except PlaceNotFound as error:
        raise PlaceUnknown from error


def similar(
    actor: Actor,
    *,
    category: str = "",
    category_id: int | None = None,
    place: Ref | None = None,
    plate: str = "",
    position: tuple[int, int] | None = None,
) -> list[SimilarReport]:
    """Open reports of the category at the place, beside it, or within the category's radius: five at most.

    Without names; none of a kind that is between its reporter and the desk. Raises as `around`,
    DemandCategoryNotFound or DemandCategoryInactive.
    """
    filed = found_category(category, category_id)
    where = around(place=place, plate=plate, position=position)
    if filed.kind not in policies.SHARED_KINDS:
        return []
    near = _near(where, filed.radius_m, Report.category_id == filed.id)[: policies.MOST_SIMILAR]
    followed = listing.followed_among(actor, [report.id for report, _, _ in near if report.followers])
    own_key = sealing.key_of(actor.staff_id)
    return [
        SimilarReport(
            id=report.id,
            number=report.number,
            category_name=name,
            excerpt=listing.shared_text(report),
            place_path=report.place_path,
            state=report.state,
            state_name=policies.STATE_NAMES[State(report.state)],
            submitted_at=report.submitted_at,
            followers=report.followers,
            is_followed=report.id in followed,
            is_mine=report.reporter_key == own_key,
            distance_m=distance,
        )
        for report, name, distance in near
    ]


def page_reports(
    actor: Actor,
    *,
    scope: Scope,
    page: int,
    page_size: int,
    place: Ref | None = None,
    plate: str = "",
    position: tuple[int, int] | None = None,
    **filters: Any,
) -> Page:
    """A page of a list; of what is nearby, the newest. Raises ScopeForbidden, or as `page_nearby`."""
    if scope is Scope.NEARBY:
        where = around(place=place, plate=plate, position=position)
        return page_nearby(actor, where, page=page, page_size=page_size)
    return listing.page_reports(actor, scope=scope, page=page, page_size=page_size, **filters)


def page_nearby(actor: Actor, where: Around, *, page: int, page_size: int) -> Page:
    """The open reports around, of all that everybody may meet. Raises PositionNeeded."""
    if where.place is None and where.position is None:
        raise PositionNeeded
    near = [report.id for report, _, _ in _near(where, policies.NEARBY_M, None)]
    shown = near[(page - 1) * page_size :][:page_size]
    found: list[ReportRow] = []
    if shown:
        found = listing.rows_of(actor, listing.rows().where(Report.id.in_(shown)), Sight.PUBLIC)
        found.sort(key=lambda each: shown.index(each.report.id))
    return Page(found, len(near), page, page_size)


def found_category(code: str, category_id: int | None) -> CategoryView:
    """A category in use, by its identifier or its code."""
    return categories.leaf(category_id) if category_id is not None else categories.leaf_of_code(code)


def _near(
    where: Around, radius_m: int, condition: ColumnElement[bool] | None
) -> list[tuple[Report, str, int | None]]:
    """Open shared reports near, the newest first, with their category and distance; one statement."""
    at_place = _beside(where.place) if where.place is not None else false()
    in_box: ColumnElement[bool] = false()
    if where.position is not None:
        south, north, west, east = policies.box(where.position, radius_m)
        in_box = and_(
            Report.latitude_e6.between(south, north),
            Report.longitude_e6.between(west, east),
        )
    statement = (
        select(Report, Category.name, at_place)
        .join(Category, Category.id == Report.category_id)
        .where(
            queries.IS_OPEN_REPORT,
            Report.kind.in_([kind.value for kind in policies.SHARED_KINDS]),
            or_(at_place, in_box),
        )
        .order_by(Report.submitted_at.desc(), Report.id.desc())
        .limit(_CANDIDATES)
    )
    if condition is not None:
        statement = statement.where(condition)
    found = []
    for report, name, is_beside in db.session.execute(statement):
        distance = _distance(report, where.position)
        if is_beside or (distance is not None and distance <= radius_m):
            found.append((report, name, round(distance) if distance is not None else None))
    return found


def _distance(report: Report, position: tuple[int, int] | None) -> float | None:
    if position is None or report.latitude_e6 is None or report.longitude_e6 is None:
        return None
    return policies.distance_m(position, (report.latitude_e6, report.longitude_e6))


def _beside(place: PlaceView) -> ColumnElement[bool]:
    """The place itself, what shares its floor, and the floor and the building as a whole.

    Of what lies on no floor: all of its building; of what lies in no building, what does so, too.
    """
    if not place.building_id:
        return and_(Report.campus_id == place.campus_id, Report.building_id == 0)
    in_building = Report.building_id == place.building_id
    if not place.floor_id:
        return in_building
    rooms = select(Room.id).where(Room.floor_id == place.floor_id)
    spots = select(Spot.id).where(or_(Spot.floor_id == place.floor_id, Spot.building_id == place.building_id))
    return and_(
        in_building,
        or_(
            Report.place_kind == PlaceKind.BUILDING.value,
            and_(Report.place_kind == PlaceKind.FLOOR.value, Report.place_id == place.floor_id),
            and_(Report.place_kind == PlaceKind.ROOM.value, Report.place_id.in_(rooms)),
            and_(Report.place_kind == PlaceKind.SPOT.value, Report.place_id.in_(spots)),
        ),
    )
