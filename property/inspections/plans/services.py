"""Use cases of plans."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db, unit
from backend.errors import Forbidden
from backend.refusals import refusing_clashes
from property.inspections import policies, schedules
from property.inspections import queries as inspection_queries
from property.inspections.errors import (
    MeterInactive,
    NameTaken,
    PlanChanged,
    PlanIdle,
    PlanInvalid,
    PlanNotFound,
)
from property.inspections.meters import queries as meter_queries
from property.inspections.models import Plan, PlanAsset, Unit
from property.inspections.plans import planning, queries
from property.inspections.plans.policies import PlanWish
from property.inspections.plans.queries import PlanView
from property.inspections.policies import PlanTarget, common
from property.inspections.rounds import queries as round_queries
from property.inspections.rounds.queries import RoundView
from property.workforce import queries as workforce

MANAGE = Permission.INSPECTIONS_MANAGE


@atomic
def create_plan(actor: Actor, *, wish: PlanWish) -> PlanView:
    """A new plan; its rounds are made from now on.

    Raises PlanInvalid, ScheduleInvalid, RouteNotFound, MeterNotFound, MeterInactive, GroupNotFound or
    NameTaken.
    """
    plan = Plan(created_at=clock.now(), created_by=actor.staff_id, is_active=True, planned_until=clock.now())
    _write(actor, plan, wish)
    record(actor, "property.inspection_plan_created", "inspection_plan", plan.id, name=plan.name)
    return _view(actor, plan.id)


@atomic
def change_plan(actor: Actor, *, plan_id: int, revision: int, is_active: bool, wish: PlanWish) -> PlanView:
    """Change a plan. Rounds that nobody could have begun are made again by what it says now.

    Raises PlanNotFound, PlanChanged and as `create_plan`.
    """
    plan = _managed(actor, plan_id)
    if plan.revision != revision:
        raise PlanChanged(revision=plan.revision)
    plan.is_active = is_active
    plan.revision += 1
    _write(actor, plan, wish)
    record(
        actor,
        "property.inspection_plan_changed",
        "inspection_plan",
        plan.id,
        name=plan.name,
        revision=plan.revision,
    )
    return _view(actor, plan.id)


@atomic
def make_round(actor: Actor, *, plan_id: int) -> RoundView:
    """A round of a plan now, beside its schedule. Raises PlanNotFound or PlanIdle."""
    plan = _managed(actor, plan_id)
    made = planning.make_now(plan, clock.now()) if plan.is_active else None
    if made is None:
        raise PlanIdle
    db.session.flush()  # The trail names it, and the view reads it.
    record(actor, "property.inspection_round_made", "inspection_round", made.id, name=made.name)
    return round_queries.get_round(actor, made.id)


def _managed(actor: Actor, plan_id: int) -> Plan:
    """A plan that the actor manages, locked. Raises PlanNotFound."""
    plan = planning.lock(plan_id)
    reach = actor.reach(MANAGE)
    if plan is None or not reach.covers(campus_id=plan.campus_id, building_id=plan.building_id):
        raise PlanNotFound
    return plan


def _write(actor: Actor, plan: Plan, wish: PlanWish) -> None:
    unit()
    schedules.ensure_schedule(wish.schedule)
    policies.ensure_target(wish.target)
    _ensure_meter(actor, wish)
    _ensure_hands(wish)
    places = _places(actor, wish.target)
    plan.campus_id = common([campus_id for campus_id, _ in places])
    plan.building_id = common([building_id for _, building_id in places])
    if not actor.reach(MANAGE).covers(campus_id=plan.campus_id, building_id=plan.building_id):
        raise Forbidden
    for name, value in _columns(wish).items():
        setattr(plan, name, value)
    with refusing_clashes(NameTaken(name=wish.name, thing="计划")):
        db.session.add(plan)
    _write_assets(plan.id, wish.target.asset_ids)
    planning.start_over(plan, clock.now())


def _columns(wish: PlanWish) -> dict[str, Any]:
    schedule = wish.schedule
    return {
        "name": wish.name,
        "kind": wish.kind.value,
        "route_id": wish.target.route_id,
        "checklist_id": wish.target.checklist_id,
        "is_manual_ok": wish.is_manual_ok,
        "group_id": wish.group_id,
        "worker_id": wish.worker_id,
        "unit": schedule.unit.value,
        "every": schedule.every,
        "weekdays": list(schedule.weekdays),
        "month": schedule.month,
        "month_day": schedule.month_day,
        "times": [each.strftime("%H:%M") for each in schedule.times],
        "starts_on": schedule.starts_on,
        "until_on": schedule.until_on,
        "rest_days": schedule.rest_days.value,
        "basis": schedule.basis.value,
        "catch_up": schedule.catch_up.value,
        "lead_minutes": schedule.lead_minutes,
        "window_minutes": schedule.window_minutes,
        "meter_id": wish.meter_id,
        "next_total_milli": None,
    }


def _ensure_meter(actor: Actor, wish: PlanWish) -> None:
    if (wish.schedule.unit is Unit.METER) != (wish.meter_id is not None):
        raise PlanInvalid(reason="按读数的计划须指定仪表，其他计划不指定")
    if wish.meter_id is not None and not meter_queries.find(actor, wish.meter_id).meter.is_active:
        raise MeterInactive


def _ensure_hands(wish: PlanWish) -> None:
    """A group in use, and a worker of it."""
    if not workforce.find_group(wish.group_id).is_active:
        raise PlanInvalid(reason="该班组已停用")
    if wish.worker_id is not None:
        worker = workforce.worker_of(wish.worker_id)
        if worker is None or worker.group_id != wish.group_id:
            raise PlanInvalid(reason="指定人员不在该班组")


def _places(actor: Actor, target: PlanTarget) -> list[tuple[int, int]]:
    """The campus and building of every place that the plan leads to, each within reach."""
    if target.route_id is not None:
        route = inspection_queries.get_route(actor, target.route_id)
        if not route.is_active:
            raise PlanInvalid(reason="该路线已停用")
        points = inspection_queries.points_of(stop.point_id for stop in route.stops)
        return [(view.campus_id, view.building_id) for view in inspection_queries.point_views(points)]
    assets = inspection_queries.assets_of(target.asset_ids)
    reach = actor.reach(MANAGE)
    usable = [
        asset
        for asset in assets.values()
        if inspection_queries.is_usable(asset)
        and reach.covers(campus_id=asset.campus_id, building_id=asset.building_id)
    ]
    if len(usable) < len(target.asset_ids):
        raise PlanInvalid(reason="有设备不存在或已报废")
    if not inspection_queries.latest_versions([target.checklist_id or 0]):
        raise PlanInvalid(reason="检查表不存在或已停用")
    return [(asset.campus_id, asset.building_id) for asset in usable]


def _write_assets(plan_id: int, asset_ids: Sequence[int]) -> None:
    db.session.execute(delete(PlanAsset).where(PlanAsset.plan_id == plan_id))
    db.session.add_all(
        PlanAsset(plan_id=plan_id, position=position, asset_id=asset_id)
        for position, asset_id in enumerate(asset_ids, start=1)
    )


def _view(actor: Actor, plan_id: int) -> PlanView:
    db.session.flush()  # The view reads what was written.
    return queries.get_plan(actor, plan_id)
