"""The yearly draw of the units that are inspected, and their inspections."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from backend.scoresheets.schemas import mark_of
from backend.wire import PageQuery
from canteen.evaluation.rectifications.schemas import (
    EvaluationYearQuery,
    RectificationOrderIn,
    RectificationOut,
)
from canteen.evaluation.spot_checks import documents, plan_services, plans, queries, services
from canteen.evaluation.spot_checks.schemas import (
    InspectionCancelIn,
    InspectionChangeIn,
    InspectionIn,
    InspectionItemIn,
    InspectionItemOut,
    InspectionOut,
    InspectionRowOut,
    InspectionsQuery,
    InspectionSubmitIn,
    InspectionTextIn,
    InspectorOut,
    InspectorsQuery,
    OwnInspectionsQuery,
    SpotCheckCoverageOut,
    SpotCheckPlanIn,
    SpotCheckPlanOut,
    SpotCheckPlanRowOut,
    SpotCheckPlansQuery,
    SpotCheckVerificationOut,
)

blueprint = Blueprint("spot_checks", __name__, description="反食品浪费抽查")

PDF = "application/pdf"
MANAGE = Permission.EVALUATION_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/evaluation/spot-check-plans",
    permission=MANAGE,
    query=SpotCheckPlansQuery,
    out=SpotCheckPlanRowOut,
    many=True,
)
def list_plans(actor: Actor, query: dict[str, Any]) -> Any:
    """Every version of every year's draw, the latest first"""
    return plans.page_plans(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/spot-check-plans",
    permission=MANAGE,
    body=SpotCheckPlanIn,
    out=SpotCheckPlanOut,
    status=201,
)
def draw_plan(actor: Actor, body: dict[str, Any]) -> Any:
    """Draw the units of a year, reproducibly; again only as a further version with a reason"""
    return plan_services.draw_plan(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/spot-check-plans/<id:plan_id>",
    permission=MANAGE,
    out=SpotCheckPlanOut,
)
def get_plan(actor: Actor, plan_id: int) -> Any:
    """A draw with all its units, in the order of the draw"""
    return plans.get_plan(actor, plan_id)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/spot-check-plans/<id:plan_id>/verification",
    permission=MANAGE,
    out=SpotCheckVerificationOut,
)
def verify_plan(actor: Actor, plan_id: int) -> Any:
    """Draw again out of what the plan records, and compare"""
    return plans.verify(actor, plan_id)


@endpoint(blueprint, "GET", "/evaluation/spot-check-plans/<id:plan_id>/pdf", permission=MANAGE, file=PDF)
def get_plan_pdf(actor: Actor, plan_id: int) -> File:
    """The draw as PDF, with what anybody needs to draw again"""
    plan = plans.get_plan(actor, plan_id)
    return File(documents.plan_pdf(plan, printed_by=actor.name), f"{documents.plan_title(plan)}.pdf")


@endpoint(
    blueprint,
    "GET",
    "/evaluation/spot-check-plans/<id:plan_id>/workbook",
    permission=MANAGE,
    file=MEDIA_TYPE,
)
def get_plan_workbook(actor: Actor, plan_id: int) -> File:
    """The draw as a workbook"""
    plan = plans.get_plan(actor, plan_id)
    return File(documents.plan_workbook(plan), f"{documents.plan_title(plan)}.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/evaluation/spot-check-coverage",
    permission=MANAGE,
    query=EvaluationYearQuery,
    out=SpotCheckCoverageOut,
)
def get_coverage(actor: Actor, query: dict[str, Any]) -> Any:
    """How far a year has come: what must be, is drawn, arranged and inspected"""
    return plans.coverage(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspectors",
    permission=MANAGE,
    query=InspectorsQuery,
    out=InspectorOut,
    many=True,
)
def list_inspectors(actor: Actor, query: dict[str, Any]) -> Any:
    """Who may be put into a team, and who of them belongs to the unit"""
    return queries.inspectors(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspections",
    permission=MANAGE,
    query=InspectionsQuery,
    out=InspectionRowOut,
    many=True,
)
def list_inspections(actor: Actor, query: dict[str, Any]) -> Any:
    """All inspections, the latest first"""
    return queries.page_inspections(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspections/mine",
    permission=Permission.EVALUATION_INSPECT,
    query=OwnInspectionsQuery,
    out=InspectionRowOut,
    many=True,
)
def list_own_inspections(actor: Actor, query: dict[str, Any]) -> Any:
    """Those whose team one is in"""
    return queries.page_mine(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspections/of-units",
    permission=Permission.EVALUATION_REPORT,
    query=PageQuery,
    out=InspectionRowOut,
    many=True,
)
def list_units_inspections(actor: Actor, query: dict[str, Any]) -> Any:
    """Those of the units that one reports for, once their teams have submitted them"""
    return queries.page_of_units(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections",
    permission=MANAGE,
    body=InspectionIn,
    out=InspectionOut,
    status=201,
)
def arrange_inspection(actor: Actor, body: dict[str, Any]) -> Any:
    """Send a team to a unit within a window of days, announced or not"""
    return services.arrange(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspections/<id:inspection_id>",
    permission=Permission.SELF,
    out=InspectionOut,
)
def get_inspection(actor: Actor, inspection_id: int) -> Any:
    """All of an inspection, for managers, its team and, once it is submitted, the unit"""
    return queries.get_inspection(actor, inspection_id)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/inspections/<id:inspection_id>",
    permission=MANAGE,
    body=InspectionChangeIn,
    out=InspectionOut,
)
def change_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Change the team or the window"""
    return services.change(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/cancel",
    permission=MANAGE,
    body=InspectionCancelIn,
    out=InspectionOut,
)
def cancel_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Call an inspection off"""
    return services.cancel(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/inspections/<id:inspection_id>/items/<id:item_id>",
    permission=Permission.EVALUATION_INSPECT,
    body=InspectionItemIn,
    out=InspectionItemOut,
)
def score_item(actor: Actor, inspection_id: int, item_id: int, body: dict[str, Any]) -> Any:
    """Save an item as a draft; the same again changes nothing"""
    return services.score_item(
        actor,
        inspection_id=inspection_id,
        mark=mark_of(item_id, body),
        revision=body["revision"],
        photo_ids=body["photo_ids"],
    )


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/submit",
    permission=Permission.EVALUATION_INSPECT,
    body=InspectionSubmitIn,
    out=InspectionOut,
)
def submit_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Submit the scored sheet as the team's lead"""
    return services.submit(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/acknowledge",
    permission=Permission.EVALUATION_REPORT,
    body=InspectionTextIn,
    out=InspectionOut,
)
def acknowledge_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Accept the result for the unit"""
    return services.acknowledge(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/dispute",
    permission=Permission.EVALUATION_REPORT,
    body=InspectionTextIn,
    out=InspectionOut,
)
def dispute_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Object to the result for the unit, in words"""
    return services.dispute(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/return",
    permission=MANAGE,
    body=InspectionTextIn,
    out=InspectionOut,
)
def return_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Let the team score again after a just objection"""
    return services.send_back(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/confirm",
    permission=MANAGE,
    body=InspectionTextIn,
    out=InspectionOut,
)
def confirm_inspection(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Make the result final; what failed becomes a rectification"""
    return services.confirm(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/inspections/<id:inspection_id>/rectifications",
    permission=MANAGE,
    body=RectificationOrderIn,
    out=RectificationOut,
    status=201,
)
def open_inspections_rectification(actor: Actor, inspection_id: int, body: dict[str, Any]) -> Any:
    """Order the unit to put right what the inspection found"""
    return services.open_rectification(actor, inspection_id=inspection_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/inspections/<id:inspection_id>/pdf",
    permission=Permission.SELF,
    file=PDF,
)
def get_inspection_pdf(actor: Actor, inspection_id: int) -> File:
    """The scored form as PDF"""
    view = queries.get_inspection(actor, inspection_id)
    data = documents.inspection_pdf(view, printed_by=actor.name)
    return File(data, f"{documents.inspection_title(view)}.pdf")
