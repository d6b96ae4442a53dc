"""What inspections follow: checklists, points, routes, plans and meters."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from property.inspections import queries, services
from property.inspections.meters import queries as meter_queries
from property.inspections.meters import services as meter_services
from property.inspections.meters.schemas import (
    MeterChangeIn,
    MeterIn,
    MeterOut,
    MeterReadingIn,
    MeterReadingOut,
    MetersQuery,
)
from property.inspections.plans import queries as plan_queries
from property.inspections.plans import services as plan_services
from property.inspections.plans.schemas import (
    InspectionPlanChangeIn,
    InspectionPlanIn,
    InspectionPlanOut,
    InspectionPlanRowOut,
    InspectionPlansQuery,
)
from property.inspections.schemas import (
    ChecklistChangeIn,
    ChecklistIn,
    ChecklistOut,
    ChecklistRowOut,
    ChecklistVersionQuery,
    InspectionActiveQuery,
    InspectionPointChangeIn,
    InspectionPointIn,
    InspectionPointOut,
    InspectionPointsQuery,
    InspectionRouteChangeIn,
    InspectionRouteIn,
    InspectionRouteOut,
)

blueprint = Blueprint("inspection_plans", __name__, description="巡检与保养计划")

BASE = "/property/inspections"
MANAGE = Permission.INSPECTIONS_MANAGE


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/checklists",
    permission=MANAGE,
    query=InspectionActiveQuery,
    out=ChecklistRowOut,
    many=True,
)
def list_checklists(actor: Actor, query: dict[str, Any]) -> Any:
    """The checklists"""
    return queries.list_checklists(**query)


@endpoint(
    blueprint,
    "POST",
    f"{BASE}/checklists",
    permission=MANAGE,
    body=ChecklistIn,
    out=ChecklistOut,
    status=201,
)
def create_checklist(actor: Actor, body: dict[str, Any]) -> Any:
    """A new checklist"""
    return services.create_checklist(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/checklists/<id:checklist_id>",
    permission=MANAGE,
    query=ChecklistVersionQuery,
    out=ChecklistOut,
)
def get_checklist(actor: Actor, checklist_id: int, query: dict[str, Any]) -> Any:
    """A checklist at its latest version, or at another"""
    return queries.get_checklist(checklist_id, **query)


@endpoint(
    blueprint,
    "PUT",
    f"{BASE}/checklists/<id:checklist_id>",
    permission=MANAGE,
    body=ChecklistChangeIn,
    out=ChecklistOut,
)
def change_checklist(actor: Actor, checklist_id: int, body: dict[str, Any]) -> Any:
    """Change a checklist; other items are a new version"""
    return services.change_checklist(actor, checklist_id=checklist_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/points",
    permission=MANAGE,
    query=InspectionPointsQuery,
    out=InspectionPointOut,
    many=True,
)
def list_points(actor: Actor, query: dict[str, Any]) -> Any:
    """The points within reach"""
    return queries.page_points(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{BASE}/points",
    permission=MANAGE,
    body=InspectionPointIn,
    out=InspectionPointOut,
    status=201,
)
def create_point(actor: Actor, body: dict[str, Any]) -> Any:
    """A new point at a place or an asset"""
    return services.create_point(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{BASE}/points/<id:point_id>",
    permission=MANAGE,
    body=InspectionPointChangeIn,
    out=InspectionPointOut,
)
def change_point(actor: Actor, point_id: int, body: dict[str, Any]) -> Any:
    """Change a point"""
    return services.change_point(actor, point_id=point_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/routes",
    permission=MANAGE,
    query=InspectionActiveQuery,
    out=InspectionRouteOut,
    many=True,
)
def list_routes(actor: Actor, query: dict[str, Any]) -> Any:
    """The routes within reach"""
    return queries.list_routes(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{BASE}/routes",
    permission=MANAGE,
    body=InspectionRouteIn,
    out=InspectionRouteOut,
    status=201,
)
def create_route(actor: Actor, body: dict[str, Any]) -> Any:
    """A new route"""
    return services.create_route(actor, **body)


@endpoint(blueprint, "GET", f"{BASE}/routes/<id:route_id>", permission=MANAGE, out=InspectionRouteOut)
def get_route(actor: Actor, route_id: int) -> Any:
    """A route with its stops"""
    return queries.get_route(actor, route_id)


@endpoint(
    blueprint,
    "PUT",
    f"{BASE}/routes/<id:route_id>",
    permission=MANAGE,
    body=InspectionRouteChangeIn,
    out=InspectionRouteOut,
)
def change_route(actor: Actor, route_id: int, body: dict[str, Any]) -> Any:
    """Change a route, for rounds that are made from now on"""
    return services.change_route(actor, route_id=route_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/plans",
    permission=MANAGE,
    query=InspectionPlansQuery,
    out=InspectionPlanRowOut,
    many=True,
)
def list_plans(actor: Actor, query: dict[str, Any]) -> Any:
    """The plans within reach"""
    return plan_queries.page_plans(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{BASE}/plans",
    permission=MANAGE,
    body=InspectionPlanIn,
    out=InspectionPlanOut,
    status=201,
)
def create_plan(actor: Actor, body: dict[str, Any]) -> Any:
    """A new plan; its rounds are made from now on"""
    return plan_services.create_plan(actor, **body)


@endpoint(blueprint, "GET", f"{BASE}/plans/<id:plan_id>", permission=MANAGE, out=InspectionPlanOut)
def get_plan(actor: Actor, plan_id: int) -> Any:
    """A plan with its assets and the next ten rounds"""
    return plan_queries.get_plan(actor, plan_id)


@endpoint(
    blueprint,
    "PUT",
    f"{BASE}/plans/<id:plan_id>",
    permission=MANAGE,
    body=InspectionPlanChangeIn,
    out=InspectionPlanOut,
)
def change_plan(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Change a plan; rounds that nobody could have begun are made again"""
    return plan_services.change_plan(actor, plan_id=plan_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/meters",
    permission=Permission.SELF,
    query=MetersQuery,
    out=MeterOut,
    many=True,
)
def list_meters(actor: Actor, query: dict[str, Any]) -> Any:
    """The meters of assets within reach of whoever reads, manages or inspects them"""
    return meter_queries.list_meters(actor, **query)


@endpoint(blueprint, "POST", f"{BASE}/meters", permission=MANAGE, body=MeterIn, out=MeterOut, status=201)
def create_meter(actor: Actor, body: dict[str, Any]) -> Any:
    """A meter of an asset"""
    return meter_services.create_meter(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{BASE}/meters/<id:meter_id>",
    permission=MANAGE,
    body=MeterChangeIn,
    out=MeterOut,
)
def change_meter(actor: Actor, meter_id: int, body: dict[str, Any]) -> Any:
    """Change a meter"""
    return meter_services.change_meter(actor, meter_id=meter_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/meters/<id:meter_id>/readings",
    permission=Permission.SELF,
    query=PageQuery,
    out=MeterReadingOut,
    many=True,
)
def list_readings(actor: Actor, meter_id: int, query: dict[str, Any]) -> Any:
    """The readings of a meter, the latest first"""
    return meter_queries.page_readings(actor, meter_id, **query)


@endpoint(
    blueprint,
    "POST",
    f"{BASE}/meters/<id:meter_id>/readings",
    permission=Permission.SELF,
    body=MeterReadingIn,
    out=MeterReadingOut,
    status=201,
)
def record_reading(actor: Actor, meter_id: int, body: dict[str, Any]) -> Any:
    """What a meter shows, by whoever inspects or manages there"""
    return meter_services.record_reading(actor, meter_id=meter_id, **body)
