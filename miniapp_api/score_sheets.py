"""评分表: score sheets as versioned data, in and out by Excel."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from backend.scoresheets import documents, queries, schemas, services
from backend.scoresheets.schemas import (
    ScoreSheetImportedOut,
    ScoreSheetIn,
    ScoreSheetOut,
    ScoreSheetPublishIn,
    ScoreSheetVersionOut,
)
from backend.wire import PageQuery

blueprint = Blueprint("score_sheets", __name__, description="评分表")

_MANAGE = Permission.EVALUATION_MANAGE


@endpoint(
    blueprint, "GET", "/score-sheets", permission=_MANAGE, query=PageQuery, out=ScoreSheetOut, many=True
)
def list_score_sheets(actor: Actor, query: dict[str, Any]) -> Any:
    """All score sheets with their versions"""
    return queries.page_sheets(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/score-sheets",
    permission=_MANAGE,
    body=ScoreSheetIn,
    out=ScoreSheetVersionOut,
    status=201,
)
def create_score_sheet(actor: Actor, body: dict[str, Any]) -> Any:
    """A new sheet, its first version a draft"""
    return services.create(actor, schemas.content_of(body))


@endpoint(
    blueprint,
    "POST",
    "/score-sheets/import",
    permission=_MANAGE,
    upload="file",
    out=ScoreSheetImportedOut,
)
def import_score_sheet(actor: Actor, file: BinaryIO) -> Any:
    """Take a sheet from a workbook: all of it or nothing; what is there already changes nothing"""
    return services.import_workbook(actor, data=file.read())


@endpoint(
    blueprint,
    "POST",
    "/score-sheets/<id:sheet_id>/versions",
    permission=_MANAGE,
    out=ScoreSheetVersionOut,
    status=201,
)
def draft_score_sheet(actor: Actor, sheet_id: int) -> Any:
    """The next version, a draft that says what the newest one says"""
    return services.draft(actor, sheet_id=sheet_id)


@endpoint(
    blueprint,
    "GET",
    "/score-sheets/versions/<id:version_id>",
    permission=_MANAGE,
    out=ScoreSheetVersionOut,
)
def get_score_sheet_version(actor: Actor, version_id: int) -> Any:
    """Everything that a version says"""
    return queries.version_view(actor, version_id)


@endpoint(
    blueprint,
    "PUT",
    "/score-sheets/versions/<id:version_id>",
    permission=_MANAGE,
    body=ScoreSheetIn,
    out=ScoreSheetVersionOut,
)
def change_score_sheet(actor: Actor, version_id: int, body: dict[str, Any]) -> Any:
    """Let a draft say something else"""
    return services.change(actor, version_id=version_id, content=schemas.content_of(body))


@endpoint(blueprint, "DELETE", "/score-sheets/versions/<id:version_id>", permission=_MANAGE)
def discard_score_sheet(actor: Actor, version_id: int) -> None:
    """Delete a draft"""
    services.discard(actor, version_id=version_id)


@endpoint(
    blueprint,
    "POST",
    "/score-sheets/versions/<id:version_id>/publish",
    permission=_MANAGE,
    body=ScoreSheetPublishIn,
    out=ScoreSheetVersionOut,
)
def publish_score_sheet(actor: Actor, version_id: int, body: dict[str, Any]) -> Any:
    """Put a draft in force from a day on"""
    return services.publish(actor, version_id=version_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/score-sheets/versions/<id:version_id>/workbook",
    permission=_MANAGE,
    file=sheets.MEDIA_TYPE,
)
def export_score_sheet(actor: Actor, version_id: int) -> File:
    """A version as a workbook that can be edited and imported"""
    view = queries.version_view(actor, version_id)
    content = queries.content_of(queries.get_version(version_id))
    return File(documents.sheet_workbook(content), f"{view.title}.xlsx", sheets.MEDIA_TYPE)


@endpoint(
    blueprint,
    "GET",
    "/score-sheets/versions/<id:version_id>/pdf",
    permission=_MANAGE,
    file="application/pdf",
)
def print_score_sheet(actor: Actor, version_id: int) -> File:
    """A version as an empty form on paper"""
    view = queries.version_view(actor, version_id)
    form = documents.ScoreForm(view.title, [], view)
    return File(documents.score_pdf(form, printed_by=actor.name), f"{view.title}.pdf", "application/pdf")
