"""巡检计划: plans with what is due next, routes, points, checklists and meters."""

from dataclasses import dataclass
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places.models import PlaceKind
from backend.wire import Bool, Choice, Int, PageQuery, Query, Str
from console.pages import page, pages, render
from property.assets import queries as assets
from property.assets.models import AssetState
from property.categories import queries as categories
from property.categories.titles import URGENCY_NAMES
from property.inspections import queries
from property.inspections.meters import queries as meters
from property.inspections.models import Basis, PlanKind, Unit
from property.inspections.plans import queries as plans
from property.inspections.policies import FARTHEST_M, MOST_ITEMS, MOST_STOPS, NEAREST_M
from property.inspections.titles import CATCH_UP_NAMES, ITEM_NAMES, KIND_NAMES, REST_NAMES, WEEKDAYS
from property.workforce import queries as workforce

blueprint = pages("console_inspection_plans", __name__)

MANAGE: Final = Permission.INSPECTIONS_MANAGE
_PATH: Final = "/property/plans"
_POINTS_OFFERED: Final = 1000
UNIT_NAMES: Final = {
    Unit.DAY: "天",
    Unit.WEEK: "周",
    Unit.MONTH: "月",
    Unit.YEAR: "年",
    Unit.METER: "按计数表",
}
BASIS_NAMES: Final = {Basis.DUE: "从应完成日起算", Basis.COMPLETION: "从上次完成日起算"}


class PlansPage(PageQuery):
    """Which plans."""

    is_active = Bool(load_default=None, allow_none=True)
    kind = Choice(PlanKind, load_default=None, allow_none=True)


class UsePage(Query):
    """Those in use, those not, or all."""

    is_active = Bool(load_default=None, allow_none=True)


class PointsPage(PageQuery):
    """Which points."""

    is_active = Bool(load_default=None, allow_none=True)
    q = Str(load_default="", max_length=50)


class VersionPage(Query):
    """Which version of a checklist; the latest without it."""

    version = Int(minimum=1, maximum=32_000, load_default=None)


class ReadingsPage(PageQuery):
    """Which page of the readings."""


@page(blueprint, _PATH, permission=MANAGE, query=PlansPage)
def plan_list(actor: Actor, query: dict[str, Any]) -> str:
    """The plans, those in use first."""
    return render(
        "inspections/plans.html", found=plans.page_plans(actor, **query), query=query, kind_names=KIND_NAMES
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new_plan(actor: Actor) -> str:
    """The form of a new plan."""
    return render("inspections/plan_form.html", view=None, plan=None, **_plan_words(actor))


@page(blueprint, f"{_PATH}/<id:plan_id>", permission=MANAGE)
def plan(actor: Actor, plan_id: int) -> str:
    """One plan with its next dates."""
    found = plans.get_plan(actor, plan_id)
    return render(
        "inspections/plan.html", view=found, plan=found.plan, rest_names=REST_NAMES, basis_names=BASIS_NAMES
    )


@page(blueprint, f"{_PATH}/<id:plan_id>/edit", permission=MANAGE)
def edit_plan(actor: Actor, plan_id: int) -> str:
    """The form of a plan."""
    found = plans.get_plan(actor, plan_id)
    return render("inspections/plan_form.html", view=found, plan=found.plan, **_plan_words(actor))


@page(blueprint, f"{_PATH}/routes", permission=MANAGE, query=UsePage)
def routes(actor: Actor, query: dict[str, Any]) -> str:
    """The routes with their stops."""
    return render("inspections/routes.html", routes=queries.list_routes(actor, **query), query=query)


@page(blueprint, f"{_PATH}/routes/new", permission=MANAGE)
def new_route(actor: Actor) -> str:
    """The form of a new route."""
    return render("inspections/route_form.html", route=None, **_route_words(actor))


@page(blueprint, f"{_PATH}/routes/<id:route_id>/edit", permission=MANAGE)
def edit_route(actor: Actor, route_id: int) -> str:
    """The form of a route."""
    return render(
        "inspections/route_form.html", route=queries.get_route(actor, route_id), **_route_words(actor)
    )


@page(blueprint, f"{_PATH}/points", permission=MANAGE, query=PointsPage)
def points(actor: Actor, query: dict[str, Any]) -> str:
    """The points, and whether a plate hangs there."""
    return render("inspections/points.html", found=queries.page_points(actor, **query), query=query)


@page(blueprint, f"{_PATH}/points/new", permission=MANAGE)
def new_point(actor: Actor) -> str:
    """The form of a new point."""
    return render("inspections/point_form.html", view=None, chosen=None, **_point_words(actor))


@page(blueprint, f"{_PATH}/points/<id:point_id>/edit", permission=MANAGE)
def edit_point(actor: Actor, point_id: int) -> str:
    """The form of a point."""
    found = queries.get_point(actor, point_id)
    chosen = None if found.point.asset_id else _Chosen(found.place.kind, found.place.id, found.place_path)
    return render("inspections/point_form.html", view=found, chosen=chosen, **_point_words(actor))


@page(blueprint, f"{_PATH}/checklists", permission=MANAGE, query=UsePage)
def checklists(actor: Actor, query: dict[str, Any]) -> str:
    """The checklists."""
    return render(
        "inspections/checklists.html",
        checklists=queries.list_checklists(**query),
        query=query,
        may_change=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/checklists/new", permission=MANAGE, is_compound_wide=True)
def new_checklist(actor: Actor) -> str:
    """The form of a new checklist."""
    return render("inspections/checklist_form.html", checklist=None, **_checklist_words())


@page(blueprint, f"{_PATH}/checklists/<id:checklist_id>", permission=MANAGE, query=VersionPage)
def checklist(actor: Actor, checklist_id: int, query: dict[str, Any]) -> str:
    """One version of a checklist."""
    return render(
        "inspections/checklist.html",
        checklist=queries.get_checklist(checklist_id, version=query["version"]),
        may_change=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/checklists/<id:checklist_id>/edit", permission=MANAGE, is_compound_wide=True)
def edit_checklist(actor: Actor, checklist_id: int) -> str:
    """The form of a checklist; other items are a new version."""
    return render(
        "inspections/checklist_form.html",
        checklist=queries.get_checklist(checklist_id),
        **_checklist_words(),
    )


@page(blueprint, f"{_PATH}/meters", permission=MANAGE)
def meter_list(actor: Actor) -> str:
    """The meters with what they showed last."""
    return render("inspections/meters.html", meters=meters.list_meters(actor), assets=_assets(actor))


@page(blueprint, f"{_PATH}/meters/<id:meter_id>", permission=MANAGE, query=ReadingsPage)
def meter(actor: Actor, meter_id: int, query: dict[str, Any]) -> str:
    """One meter with its readings."""
    return render(
        "inspections/meter.html",
        view=meters.find(actor, meter_id),
        found=meters.page_readings(actor, meter_id, **query),
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The place that a form shows as chosen."""

    kind: PlaceKind
    id: int
    path: str


def _assets(actor: Actor) -> list[tuple[int, str]]:
    return [
        (each.id, f"{each.name}（{each.number}）")
        for each in assets.list_all(actor)
        if each.state != AssetState.SCRAPPED
    ]


def _checklists() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in queries.list_checklists(is_active=True)]


def _plan_words(actor: Actor) -> dict[str, Any]:
    return {
        "kinds": [(key.value, title) for key, title in KIND_NAMES.items()],
        "units": [(key.value, title) for key, title in UNIT_NAMES.items()],
        "rests": [(key.value, title) for key, title in REST_NAMES.items()],
        "bases": [(key.value, title) for key, title in BASIS_NAMES.items()],
        "catch_ups": [(key.value, title) for key, title in CATCH_UP_NAMES.items()],
        "weekdays": list(enumerate(WEEKDAYS)),
        "routes": [(each.id, each.name) for each in queries.list_routes(actor, is_active=True)],
        "checklists": _checklists(),
        "assets": _assets(actor),
        "groups": [(each.id, each.name) for each in workforce.list_groups(is_active=True)],
        "workers": [
            (each.staff_id, f"{each.group} · {each.name}") for each in workforce.list_workers(is_active=True)
        ],
        "meters": [
            (each.meter.id, f"{each.asset_name} · {each.meter.name}（{each.meter.unit}）")
            for each in meters.list_meters(actor, is_active=True)
        ],
        "today": clock.today(),
    }


def _route_words(actor: Actor) -> dict[str, Any]:
    found = queries.page_points(actor, is_active=True, page=1, page_size=_POINTS_OFFERED).rows
    return {
        "points": [(each.point.id, f"{each.point.name}（{each.place_path}）") for each in found],
        "checklists": _checklists(),
        "most": MOST_STOPS,
    }


def _point_words(actor: Actor) -> dict[str, Any]:
    return {"assets": _assets(actor), "nearest": NEAREST_M, "farthest": FARTHEST_M}


def _checklist_words() -> dict[str, Any]:
    leaves = [(each.code, each.path) for each in categories.tree().walk() if each.is_in_use and each.is_leaf]
    return {
        "kinds": [(key.value, title) for key, title in ITEM_NAMES.items()],
        "categories": leaves,
        "urgencies": [(key.value, title) for key, title in URGENCY_NAMES.items()],
        "most": MOST_ITEMS,
    }
