"""Reads of plans, scoped by the actor's INSPECTIONS_MANAGE, and what a plan leads to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db, table
from backend.identity.models import Staff
from backend.paging import Page, paginate
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.workdays import queries as workdays
from backend.workdays.policies import Calendar
from property.contractors.models import Contractor
from property.inspections import queries as inspection_queries
from property.inspections import schedules
from property.inspections.errors import PlanNotFound
from property.inspections.meters import queries as meter_queries
from property.inspections.meters.queries import MeterView
from property.inspections.models import (
    Basis,
    CatchUp,
    Checklist,
    Plan,
    PlanAsset,
    PlanKind,
    RestDays,
    Route,
    Unit,
)
from property.inspections.policies import number_of
from property.inspections.queries import within
from property.inspections.rounds.policies import Stop
from property.inspections.schedules import Firing, Schedule
from property.inspections.titles import CATCH_UP_NAMES, KIND_NAMES
from property.workforce.models import Group

UPCOMING: Final = 10
# How far ahead a due instant is looked for, in growing steps.
_SPANS: Final = (timedelta(days=40), timedelta(days=400), timedelta(days=3 * 366))
_GIVEN_TO = table(Staff).alias("plan_worker")


@dataclass(frozen=True, slots=True)
class PlanAssetView:
    """An asset of a plan without a route."""

    asset_id: int
    name: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with the names of what it refers to."""

    plan: Plan
    route_name: str
    checklist_name: str
    group_name: str
    contractor_id: int | None
    contractor_name: str
    worker_name: str
    meter: MeterView | None
    assets: Sequence[PlanAssetView] = ()
    upcoming: Sequence[Firing] = ()

    @property
    def kind_name(self) -> str:
        """巡检, 保养."""
        return KIND_NAMES[PlanKind(self.plan.kind)]

    @property
    def schedule_text(self) -> str:
        """The schedule in words."""
        meter, unit = (self.meter.meter.name, self.meter.meter.unit) if self.meter else ("", "")
        return schedules.in_words(schedule_of(self.plan), meter=meter, meter_unit=unit)

    @property
    def next_total(self) -> int | float | None:
        """What the meter must have counted for the next round."""
        total = self.plan.next_total_milli
        return number_of(total) if total is not None else None

    @property
    def itself(self) -> "PlanView":
        """The plan once more, where its schedule is an object of its own."""
        return self

    @property
    def catch_up_name(self) -> str:
        """错过的不补 …"""
        return CATCH_UP_NAMES[CatchUp(self.plan.catch_up)]


def schedule_of(plan: Plan) -> Schedule:
    """When a plan is due."""
    return Schedule(
        unit=Unit(plan.unit),
        every=plan.every,
        starts_on=plan.starts_on,
        window_minutes=plan.window_minutes,
        times=tuple(time.fromisoformat(each) for each in plan.times),
        weekdays=tuple(plan.weekdays),
        month=plan.month,
        month_day=plan.month_day,
        until_on=plan.until_on,
        rest_days=RestDays(plan.rest_days),
        basis=Basis(plan.basis),
        catch_up=CatchUp(plan.catch_up),
        lead_minutes=plan.lead_minutes,
    )


def calendar_from(instant: datetime) -> Calendar:
    """The calendar around an instant, as far as plans look back and ahead; one statement."""
    day = clock.local(instant).date()
    return workdays.calendar_for(day, day + _SPANS[-1])


def upcoming(
    schedule: Schedule, after: datetime, calendar: Calendar, count: int = UPCOMING
) -> list[datetime]:
    """The next due instants of a schedule by calendar, based on due dates; fewer if it ends."""
    if schedule.unit is Unit.METER or schedule.basis is Basis.COMPLETION:
        return []
    found: list[datetime] = []
    for span in _SPANS:
        found = schedules.instants(schedule, after, after + span, calendar)
        if len(found) >= count:
            break
    return found[:count]


def page_plans(
    actor: Actor,
    *,
    is_active: bool | None = None,
    kind: PlanKind | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The plans that the actor manages, those in use first, by name."""
    statement = _rows().where(manages(actor))
    if is_active is not None:
        statement = statement.where(Plan.is_active == is_active)
    if kind is not None:
        statement = statement.where(Plan.kind == kind.value)
    ordered = statement.order_by(Plan.is_active.desc(), Plan.name)
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, page, page_size)


def get_plan(actor: Actor, plan_id: int) -> PlanView:
    """A plan that the actor manages, with its assets and what is due next. Raises PlanNotFound."""
    row = db.session.execute(_rows().where(Plan.id == plan_id, manages(actor))).one_or_none()
    if row is None:
        raise PlanNotFound
    view = _views([row])[0]
    plan, schedule, now = view.plan, schedule_of(view.plan), clock.now()
    dues = upcoming(schedule, now, calendar_from(now)) if plan.is_active else []
    return replace(view, assets=_assets(plan.id), upcoming=schedules.firings(schedule, dues, now))


def manages(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor manages a plan, as a condition."""
    return within(actor.reach(Permission.INSPECTIONS_MANAGE), Plan.campus_id, Plan.building_id)


def stops_of(plan: Plan) -> list[Stop]:
    """What a round of the plan would lead to now, without what is out of use; seven statements at most."""
    if plan.route_id is None:
        return _asset_stops(plan)
    stops = inspection_queries.stops_of([plan.route_id]).get(plan.route_id, [])
    points = inspection_queries.points_of(stop.point_id for stop in stops)
    views = {view.point.id: view for view in inspection_queries.point_views(points) if view.is_usable}
    versions = inspection_queries.latest_versions({stop.checklist_id for stop in stops})
    return [
        Stop(
            point_id=stop.point_id,
            asset_id=views[stop.point_id].point.asset_id,
            place=views[stop.point_id].place,
            place_path=views[stop.point_id].place_path,
            name=views[stop.point_id].point.name,
            version_id=versions[stop.checklist_id],
            is_security=views[stop.point_id].point.is_security,
            is_manual_ok=views[stop.point_id].point.is_manual_ok,
            campus_id=views[stop.point_id].campus_id,
            building_id=views[stop.point_id].building_id,
        )
        for stop in stops
        if stop.point_id in views and stop.checklist_id in versions
    ]


def _asset_stops(plan: Plan) -> list[Stop]:
    checklist_id = plan.checklist_id or 0
    version_id = inspection_queries.latest_versions([checklist_id]).get(checklist_id)
    if version_id is None:
        return []
    order = select(PlanAsset.asset_id).where(PlanAsset.plan_id == plan.id).order_by(PlanAsset.position)
    asset_ids = list(db.session.scalars(order))
    assets = inspection_queries.assets_of(asset_ids)
    refs = {asset.id: Ref(PlaceKind(asset.place_kind), asset.place_id) for asset in assets.values()}
    places = place_queries.paths(set(refs.values()))
    return [
        Stop(
            point_id=None,
            asset_id=asset_id,
            place=refs[asset_id],
            place_path=places[refs[asset_id]].path,
            name=f"{assets[asset_id].name}（{assets[asset_id].number}）"[:80],
            version_id=version_id,
            is_security=False,
            is_manual_ok=plan.is_manual_ok,
            campus_id=assets[asset_id].campus_id,
            building_id=assets[asset_id].building_id,
        )
        for asset_id in asset_ids
        if inspection_queries.is_usable(assets[asset_id]) and refs[asset_id] in places
    ]


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Plan,
            func.coalesce(Route.name, ""),
            func.coalesce(Checklist.name, ""),
            Group.name,
            Group.contractor_id,
            func.coalesce(Contractor.short_name, ""),
            func.coalesce(_GIVEN_TO.c.name, ""),
        )
        .join(Group, Group.id == Plan.group_id)
        .outerjoin(Contractor, Contractor.id == Group.contractor_id)
        .outerjoin(Route, Route.id == Plan.route_id)
        .outerjoin(Checklist, Checklist.id == Plan.checklist_id)
        .outerjoin(_GIVEN_TO, _GIVEN_TO.c.id == Plan.worker_id)
        .execution_options(populate_existing=True)
    )


def _views(rows: Iterable[Any]) -> list[PlanView]:
    rows = list(rows)
    meter_ids: Collection[int] = {row[0].meter_id for row in rows if row[0].meter_id is not None}
    meters = {view.meter.id: view for view in meter_queries.views(meter_ids)} if meter_ids else {}
    return [_view(*row, meter=meters.get(row[0].meter_id or 0)) for row in rows]


def _view(*columns: Any, meter: MeterView | None) -> PlanView:
    plan, route_name, checklist_name, group_name, contractor_id, contractor_name, worker_name = columns
    return PlanView(
        plan=plan,
        route_name=route_name,
        checklist_name=checklist_name,
        group_name=group_name,
        contractor_id=contractor_id,
        contractor_name=contractor_name,
        worker_name=worker_name,
        meter=meter,
    )


def _assets(plan_id: int) -> list[PlanAssetView]:
    ids = list(
        db.session.scalars(
            select(PlanAsset.asset_id).where(PlanAsset.plan_id == plan_id).order_by(PlanAsset.position)
        )
    )
    found = inspection_queries.assets_of(ids)
    return [PlanAssetView(each, f"{found[each].name}（{found[each].number}）") for each in ids]


def ids_in_use() -> list[int]:
    """The plans in use, by id."""
    return list(db.session.scalars(select(Plan.id).where(Plan.is_active).order_by(Plan.id)))
