"""数据统计直报: the contract, what other platforms send, and what became of what we sent."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.devices.policies import SignedRequest
from backend.endpoints import DEVICE
from backend.http import endpoint, public
from canteen.bulletins.direct_reports import queries, services
from canteen.bulletins.direct_reports.schemas import (
    DirectReportOut,
    DirectReportsQuery,
    WasteReceiptOut,
    WasteReportIn,
)

blueprint = Blueprint("waste_reports", __name__, description="数据统计直报")


@endpoint(blueprint, "POST", "/reports/waste", permission=DEVICE, body=WasteReportIn, out=WasteReceiptOut)
def receive_waste_report(device: SignedRequest, body: dict[str, Any]) -> Any:
    """Take a unit's monthly figures from its platform"""
    return services.receive(device, report=body)


@endpoint(
    blueprint,
    "GET",
    "/admin/direct-reports",
    permission=Permission.BULLETINS_READ,
    query=DirectReportsQuery,
    out=DirectReportOut,
    many=True,
)
def list_direct_reports(actor: Actor, query: dict[str, Any]) -> Any:
    """What was or is to be sent to the superior platform"""
    return queries.page_reports(actor, **query)


@public
def get_schema() -> Response:
    """The JSON Schema of a report, as it is."""
    return Response(queries.schema(), mimetype="application/schema+json")


get_schema._apidoc = {  # type: ignore[attr-defined] # flask-smorest looks there.
    "manual_doc": {
        "summary": "直报数据的 JSON Schema",
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/schema+json": {"schema": {"type": "object"}}},
            }
        },
        "x-permission": "public",
        "security": [],
    }
}
blueprint.route("/reports/waste/schema", methods=["GET"])(get_schema)
