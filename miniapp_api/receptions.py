"""Official receptions: asked for by departments, decided and registered by the canteen's managers."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.ordering.receptions import documents, queries, services
from canteen.ordering.receptions.schemas import (
    ReceptionApproveIn,
    ReceptionCancelIn,
    ReceptionChangeIn,
    ReceptionIn,
    ReceptionLimitsOut,
    ReceptionLimitsQuery,
    ReceptionOut,
    ReceptionRejectIn,
    ReceptionReopenIn,
    ReceptionRowOut,
    ReceptionServeIn,
    ReceptionsQuery,
)

blueprint = Blueprint("receptions", __name__, description="公务接待")

PDF = "application/pdf"


@endpoint(
    blueprint,
    "GET",
    "/canteen/receptions",
    permission=Permission.CANTEEN_ORDER,
    query=ReceptionsQuery,
    out=ReceptionRowOut,
    many=True,
)
def list_receptions(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own receptions, or those that one decides on, the latest meal first"""
    return queries.page_receptions(actor, is_managed=query.pop("managed"), **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions",
    permission=Permission.CANTEEN_ORDER,
    body=ReceptionIn,
    out=ReceptionOut,
    status=201,
)
def file_reception(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask for a meal for official guests of one's department"""
    return services.file_reception(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/reception-limits",
    permission=Permission.CANTEEN_ORDER,
    query=ReceptionLimitsQuery,
    out=ReceptionLimitsOut,
)
def get_limits(actor: Actor, query: dict[str, Any]) -> Any:
    """What requests to a canteen keep to: the standard, who may dine with guests, the lead time"""
    return queries.current_limits(**query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/receptions/<id:reception_id>",
    permission=Permission.CANTEEN_ORDER,
    out=ReceptionOut,
)
def get_reception(actor: Actor, reception_id: int) -> Any:
    """All of a reception, for who filed it and who decides on it"""
    return queries.get_reception(actor, reception_id)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/receptions/<id:reception_id>",
    permission=Permission.CANTEEN_ORDER,
    body=ReceptionChangeIn,
    out=ReceptionOut,
)
def change_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Change one's own request before it is decided"""
    return services.change_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions/<id:reception_id>/cancel",
    permission=Permission.CANTEEN_ORDER,
    body=ReceptionCancelIn,
    out=ReceptionOut,
)
def cancel_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Cancel a reception: one's own in time, as its manager until it is served"""
    return services.cancel_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions/<id:reception_id>/approve",
    permission=Permission.RECEPTIONS_MANAGE,
    body=ReceptionApproveIn,
    out=ReceptionOut,
)
def approve_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Approve a request as it was read"""
    return services.approve_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions/<id:reception_id>/reject",
    permission=Permission.RECEPTIONS_MANAGE,
    body=ReceptionRejectIn,
    out=ReceptionOut,
)
def reject_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Turn a request down, with a reason"""
    return services.reject_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions/<id:reception_id>/serve",
    permission=Permission.RECEPTIONS_MANAGE,
    body=ReceptionServeIn,
    out=ReceptionOut,
)
def serve_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Register who came and what was served, and book it on the department"""
    return services.serve_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/receptions/<id:reception_id>/reopen",
    permission=Permission.RECEPTIONS_MANAGE,
    body=ReceptionReopenIn,
    out=ReceptionOut,
)
def reopen_reception(actor: Actor, reception_id: int, body: dict[str, Any]) -> Any:
    """Take back what was registered wrongly, by a reversing entry"""
    return services.reopen_reception(actor, reception_id=reception_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/receptions/<id:reception_id>/sheet",
    permission=Permission.CANTEEN_ORDER,
    file=PDF,
)
def get_sheet(actor: Actor, reception_id: int) -> File:
    """The sheet (接待清单) as PDF; before the reception was served it is marked as no voucher"""
    view = services.export_sheet(actor, reception_id=reception_id)
    return File(documents.sheet_pdf(view, printed_by=actor.name), f"{documents.sheet_title(view)}.pdf")
