"""Inspections and maintenance: what is checked where and when, and walking the rounds."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
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
from property.inspections.rounds import documents, figures
from property.inspections.rounds import queries as round_queries
from property.inspections.rounds import services as round_services
from property.inspections.rounds.schemas import (
    InspectionAnswersIn,
    InspectionCountsOut,
    InspectionFigureOut,
    InspectionFiguresQuery,
    InspectionFinishIn,
    InspectionRoundIn,
    InspectionRoundOut,
    InspectionRoundRowOut,
    InspectionRoundsQuery,
    InspectionScanIn,
    InspectionVisitIn,
    InspectionWithdrawIn,
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

blueprint = Blueprint("inspections", __name__, description="巡检与保养")

BASE = "/property/inspections"
ONE = f"{BASE}/<id:round_id>"
PDF = "application/pdf"
MANAGE = Permission.INSPECTIONS_MANAGE
PERFORM = Permission.INSPECTIONS_PERFORM


@endpoint(
    blueprint,
    "GET",
    BASE,
    permission=Permission.PROPERTY_READ,
    query=InspectionRoundsQuery,
    out=InspectionRoundRowOut,
    many=True,
)
def list_rounds(actor: Actor, query: dict[str, Any]) -> Any:
    """The rounds of the places within reach, the latest due first"""
    return round_queries.page_rounds(actor, **query)


@endpoint(
    blueprint, "POST", BASE, permission=MANAGE, body=InspectionRoundIn, out=InspectionRoundOut, status=201
)
def make_round(actor: Actor, body: dict[str, Any]) -> Any:
    """A round of a plan now, beside its schedule"""
    return plan_services.make_round(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/mine",
    permission=PERFORM,
    query=PageQuery,
    out=InspectionRoundRowOut,
    many=True,
)
def list_own_rounds(actor: Actor, query: dict[str, Any]) -> Any:
    """The open rounds that are one's own to do, those that can be done now first"""
    return round_queries.page_mine(actor, **query)


@endpoint(blueprint, "GET", f"{BASE}/mine/counts", permission=PERFORM, out=InspectionCountsOut)
def count_own_rounds(actor: Actor) -> Any:
    """How many there are"""
    return round_queries.count_mine(actor)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/figures",
    permission=Permission.PROPERTY_READ,
    query=InspectionFiguresQuery,
    out=InspectionFigureOut,
    many=True,
)
def list_figures(actor: Actor, query: dict[str, Any]) -> Any:
    """What the rounds of a period came to, by plan, contractor, group or month"""
    return figures.figures(actor, **query)


@endpoint(blueprint, "GET", ONE, permission=Permission.SELF, out=InspectionRoundOut)
def get_round(actor: Actor, round_id: int) -> Any:
    """All of a round, for its group and whoever reads the place's"""
    return round_queries.get_round(actor, round_id)


@endpoint(blueprint, "GET", f"{ONE}/sheet.pdf", permission=Permission.SELF, file=PDF)
def get_sheet(actor: Actor, round_id: int) -> File:
    """The record of a round (巡检记录表) on paper"""
    view = round_queries.get_round(actor, round_id)
    content = documents.sheet_pdf(view, printed_by=actor.name)
    return File(content, f"{documents.sheet_title(view)}.pdf")


@endpoint(blueprint, "POST", f"{ONE}/scan", permission=PERFORM, body=InspectionScanIn, out=InspectionRoundOut)
def scan(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Prove by its plate to be at a point"""
    return round_services.scan(actor, round_id=round_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/points/<id:point_id>/visit",
    permission=PERFORM,
    body=InspectionVisitIn,
    out=InspectionRoundOut,
)
def visit_by_hand(actor: Actor, round_id: int, point_id: int, body: dict[str, Any]) -> Any:
    """State to be at a point whose plate is damaged, with the reason"""
    return round_services.visit_by_hand(actor, round_id=round_id, point_id=point_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/points/<id:point_id>/answers",
    permission=PERFORM,
    body=InspectionAnswersIn,
    out=InspectionRoundOut,
)
def answer(actor: Actor, round_id: int, point_id: int, body: dict[str, Any]) -> Any:
    """Say what was found at a point; what fails raises one order each"""
    return round_services.answer(actor, round_id=round_id, point_id=point_id, **body)


@endpoint(
    blueprint, "POST", f"{ONE}/finish", permission=PERFORM, body=InspectionFinishIn, out=InspectionRoundOut
)
def finish(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Finish a round; once its window has ended, what is left is missed"""
    return round_services.finish(actor, round_id=round_id, **body)


@endpoint(
    blueprint, "POST", f"{ONE}/withdraw", permission=MANAGE, body=InspectionWithdrawIn, out=InspectionRoundOut
)
def withdraw(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Take back a round that is not to be done"""
    return round_services.withdraw(actor, round_id=round_id, **body)


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
