"""The inspector's export of a period, and how long its records are kept."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from canteen.food_safety.inspections import documents, queries, retention, services
from canteen.food_safety.inspections.schemas import (
    InspectionQuery,
    KeptRecordsOut,
    PurgedOut,
    PurgeIn,
    RetentionQuery,
    SectionOut,
)

blueprint = Blueprint("kitchen_inspections", __name__, description="食品安全迎检资料")

PDF: Final = "application/pdf"
XLSX: Final = MEDIA_TYPE
_ROOT: Final = "/canteen/inspections"
_READ: Final = Permission.SAFETY_READ


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/summary",
    permission=_READ,
    query=InspectionQuery,
    out=SectionOut,
    many=True,
)
def list_sections(actor: Actor, query: dict[str, Any]) -> Any:
    """What an export of these days would hold"""
    return queries.summaries(actor, **query)


@endpoint(blueprint, "GET", f"{_ROOT}/export.pdf", permission=_READ, query=InspectionQuery, file=PDF)
def get_inspection_pdf(actor: Actor, query: dict[str, Any]) -> File:
    """Every ledger of these days as one PDF; recorded"""
    found = services.export(actor, **query, media="pdf")
    content = documents.inspection_pdf(found, printed_by=actor.name)
    return File(content, f"{documents.title_of(found)}.pdf", PDF)


@endpoint(blueprint, "GET", f"{_ROOT}/export.xlsx", permission=_READ, query=InspectionQuery, file=XLSX)
def get_inspection_workbook(actor: Actor, query: dict[str, Any]) -> File:
    """Every ledger of these days as one workbook, a sheet each; recorded"""
    found = services.export(actor, **query, media="xlsx")
    return File(documents.inspection_workbook(found), f"{documents.title_of(found)}.xlsx", XLSX)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/retention",
    permission=_READ,
    query=RetentionQuery,
    out=KeptRecordsOut,
    many=True,
)
def list_kept(actor: Actor, query: dict[str, Any]) -> Any:
    """How long records are kept, and how many may be deleted by now"""
    return retention.list_kept(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/retention/<key>/purge",
    permission=Permission.SAFETY_MANAGE,
    body=PurgeIn,
    out=PurgedOut,
)
def purge_records(actor: Actor, key: str, body: dict[str, Any]) -> Any:
    """Delete what has been kept long enough; refuses what has not"""
    return services.purge(actor, key=key, **body)
