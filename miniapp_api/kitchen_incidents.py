"""食品安全事件: reports, scope, recall, and what came of it."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.food_safety.incidents import documents, queries, services, views
from canteen.food_safety.incidents.schemas import (
    AuthorityReportIn,
    DinersQuery,
    IncidentClosingIn,
    IncidentDinerOut,
    IncidentDismissalIn,
    IncidentEventOut,
    IncidentIn,
    IncidentNoteIn,
    IncidentOut,
    IncidentReachOut,
    IncidentReleaseIn,
    IncidentRowOut,
    IncidentScopeIn,
    IncidentsQuery,
    RecalledOut,
    RecallIn,
    RecallPreviewOut,
    StopOut,
)

blueprint = Blueprint("kitchen_incidents", __name__, description="食品安全事件")

BASE = "/canteen/incidents"
ONE = f"{BASE}/<id:incident_id>"
READ, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_MANAGE
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@endpoint(blueprint, "POST", BASE, permission=Permission.SELF, body=IncidentIn, out=IncidentOut, status=201)
def report_incident(actor: Actor, body: dict[str, Any]) -> Any:
    """Report an incident of a kitchen that one works in; an officer may begin a drill"""
    return services.report(actor, **body)


@endpoint(blueprint, "GET", BASE, permission=READ, query=IncidentsQuery, out=IncidentRowOut, many=True)
def list_incidents(actor: Actor, query: dict[str, Any]) -> Any:
    """The incidents and drills of the canteens within reach, the latest first"""
    return queries.page_incidents(actor, **query)


@endpoint(blueprint, "GET", ONE, permission=READ, out=IncidentOut)
def get_incident(actor: Actor, incident_id: int) -> Any:
    """An incident with what it is about"""
    return views.get_incident(actor, incident_id)


@endpoint(
    blueprint,
    "GET",
    f"{ONE}/events",
    permission=READ,
    query=PageQuery,
    out=IncidentEventOut,
    many=True,
)
def list_events(actor: Actor, incident_id: int, query: dict[str, Any]) -> Any:
    """The timeline of an incident, the latest first"""
    return views.page_events(actor, incident_id, **query)


@endpoint(blueprint, "GET", f"{ONE}/reach", permission=READ, out=IncidentReachOut)
def get_reach(actor: Actor, incident_id: int) -> Any:
    """How far an incident reaches: batches, meals, dishes, samples, and how many people"""
    return views.get_reach(actor, incident_id)


@endpoint(blueprint, "POST", f"{ONE}/scope", permission=MANAGE, body=IncidentScopeIn, out=IncidentOut)
def set_scope(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Confirm or widen what an incident is about: trace, block, keep samples, list diners"""
    return services.set_scope(actor, incident_id=incident_id, **body)


@endpoint(blueprint, "GET", f"{ONE}/recall", permission=READ, out=RecallPreviewOut)
def preview_recall(actor: Actor, incident_id: int) -> Any:
    """How many people a recall would tell, and the usual words"""
    return services.preview(actor, incident_id)


@endpoint(blueprint, "POST", f"{ONE}/recall", permission=MANAGE, body=RecallIn, out=RecalledOut)
def recall(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Tell everybody whom the food reached and who was not told yet"""
    return services.recall(actor, incident_id=incident_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/stop-sale",
    permission=MANAGE,
    out=StopOut,
    # Several units of work one after the other; again is harmless.
    keeps_answer=False,
)
def stop_sale(actor: Actor, incident_id: int) -> Any:
    """Take the dishes that could still be had off their meals"""
    return services.stop_sale(actor, incident_id=incident_id)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/authority",
    permission=MANAGE,
    body=AuthorityReportIn,
    out=IncidentOut,
)
def tell_authority(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Write down that an authority was told"""
    return services.tell_authority(actor, incident_id=incident_id, **body)


@endpoint(blueprint, "POST", f"{ONE}/notes", permission=MANAGE, body=IncidentNoteIn, out=IncidentOut)
def add_note(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Write down what was done"""
    return services.add_note(actor, incident_id=incident_id, **body)


@endpoint(blueprint, "POST", f"{ONE}/release", permission=MANAGE, body=IncidentReleaseIn, out=IncidentOut)
def release(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Let go of batches that turned out to be sound"""
    return services.release(actor, incident_id=incident_id, **body)


@endpoint(blueprint, "POST", f"{ONE}/closing", permission=MANAGE, body=IncidentClosingIn, out=IncidentOut)
def close_incident(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Close a case with its findings"""
    return services.close(actor, incident_id=incident_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/dismissal",
    permission=MANAGE,
    body=IncidentDismissalIn,
    out=IncidentOut,
)
def dismiss_incident(actor: Actor, incident_id: int, body: dict[str, Any]) -> Any:
    """Say that a report came to nothing"""
    return services.dismiss(actor, incident_id=incident_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{ONE}/diners",
    permission=MANAGE,
    query=DinersQuery,
    out=IncidentDinerOut,
    many=True,
)
def list_diners(actor: Actor, incident_id: int, query: dict[str, Any]) -> Any:
    """Whom the food reached, by name"""
    return services.read_diners(actor, incident_id=incident_id, **query)


@endpoint(blueprint, "GET", f"{ONE}/diners/export", permission=MANAGE, file=XLSX)
def export_diners(actor: Actor, incident_id: int) -> File:
    """The same as a workbook; recorded"""
    exported = services.export_diners(actor, incident_id=incident_id)
    return File(documents.diners_workbook(exported), f"{documents.diners_name(exported)}.xlsx")


@endpoint(blueprint, "GET", f"{ONE}/report", permission=READ, file=PDF)
def print_report(actor: Actor, incident_id: int) -> File:
    """The report of an incident, without the names of diners"""
    view = views.get_incident(actor, incident_id)
    reach = views.get_reach(actor, incident_id)
    data = documents.report_pdf(view, reach, views.timeline(incident_id))
    return File(data, f"{documents.report_name(view)}.pdf")
