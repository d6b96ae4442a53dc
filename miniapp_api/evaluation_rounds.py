"""季度评估: rounds, units' sheets, their review and results."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.flows import evaluation_evidence as flow
from backend.http import endpoint
from backend.scoresheets.schemas import marks_of
from backend.wire import PageQuery
from canteen.evaluation.rounds import documents, queries, services, sheet_views
from canteen.evaluation.rounds.schemas import (
    AnswerIn,
    CollectedOut,
    ReturnIn,
    ReviewIn,
    RoundDueIn,
    RoundIn,
    RoundOut,
    SheetResultOut,
    UnitSheetOut,
    UnitSheetsQuery,
)

blueprint = Blueprint("evaluation_rounds", __name__, description="季度评估")

PDF = "application/pdf"
_MANAGE, _REPORT = Permission.EVALUATION_MANAGE, Permission.EVALUATION_REPORT


# Rounds


@endpoint(
    blueprint, "GET", "/evaluation/rounds", permission=_MANAGE, query=PageQuery, out=RoundOut, many=True
)
def list_rounds(actor: Actor, query: dict[str, Any]) -> Any:
    """All rounds, the latest first"""
    return queries.page_rounds(actor, **query)


@endpoint(blueprint, "POST", "/evaluation/rounds", permission=_MANAGE, body=RoundIn, out=RoundOut, status=201)
def open_round(actor: Actor, body: dict[str, Any]) -> Any:
    """Begin the evaluation of a quarter: a sheet for each active unit, filled with what the system knows"""
    return flow.open_round(actor, **body)


@endpoint(blueprint, "GET", "/evaluation/rounds/<id:round_id>", permission=_MANAGE, out=RoundOut)
def get_round(actor: Actor, round_id: int) -> Any:
    """A round, and how many of its sheets stand how"""
    return queries.round_view(actor, round_id)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/rounds/<id:round_id>/due",
    permission=_MANAGE,
    body=RoundDueIn,
    out=RoundOut,
)
def change_round_due(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Give the units another due day"""
    return services.change_due(actor, round_id=round_id, **body)


@endpoint(
    blueprint, "POST", "/evaluation/rounds/<id:round_id>/evidence", permission=_MANAGE, out=CollectedOut
)
def collect_evidence(actor: Actor, round_id: int) -> Any:
    """Let the system say anew what it can of the sheets that are not closed"""
    return flow.collect(actor, round_id=round_id)


@endpoint(blueprint, "POST", "/evaluation/rounds/<id:round_id>/close", permission=_MANAGE, out=RoundOut)
def close_round(actor: Actor, round_id: int) -> Any:
    """End a round whose sheets are all closed"""
    return services.close_round(actor, round_id=round_id)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rounds/<id:round_id>/workbook",
    permission=_MANAGE,
    file=sheets.MEDIA_TYPE,
)
def export_results(actor: Actor, round_id: int) -> File:
    """The results of a round as a workbook"""
    view = queries.round_view(actor, round_id)
    data = documents.results_workbook(view, queries.results(round_id))
    return File(data, f"{view.title}结果.xlsx", sheets.MEDIA_TYPE)


# Sheets


@endpoint(
    blueprint,
    "GET",
    "/evaluation/sheets",
    permission=_MANAGE,
    query=UnitSheetsQuery,
    out=SheetResultOut,
    many=True,
)
def list_sheets(actor: Actor, query: dict[str, Any]) -> Any:
    """The sheets of a round, those closed first and by rank"""
    return queries.page_sheets(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/sheets/mine",
    permission=_REPORT,
    query=PageQuery,
    out=SheetResultOut,
    many=True,
)
def list_own_sheets(actor: Actor, query: dict[str, Any]) -> Any:
    """The sheets of one's own units, the latest round first"""
    return queries.page_own_sheets(actor, **query)


@endpoint(blueprint, "GET", "/evaluation/sheets/<id:sheet_id>", permission=Permission.SELF, out=UnitSheetOut)
def get_sheet(actor: Actor, sheet_id: int) -> Any:
    """A sheet that one reports for or reviews"""
    return sheet_views.sheet_view(actor, sheet_id)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/sheets/<id:sheet_id>/answers/<id:item_id>",
    permission=_REPORT,
    body=AnswerIn,
    out=UnitSheetOut,
)
def answer_item(actor: Actor, sheet_id: int, item_id: int, body: dict[str, Any]) -> Any:
    """Say something of an item of one's own unit's sheet"""
    return services.answer(actor, sheet_id=sheet_id, item_id=item_id, **body)


@endpoint(blueprint, "POST", "/evaluation/sheets/<id:sheet_id>/submit", permission=_REPORT, out=UnitSheetOut)
def submit_sheet(actor: Actor, sheet_id: int) -> Any:
    """Hand one's own unit's sheet in"""
    return services.submit(actor, sheet_id=sheet_id)


@endpoint(blueprint, "POST", "/evaluation/sheets/<id:sheet_id>/take", permission=_MANAGE, out=UnitSheetOut)
def take_sheet(actor: Actor, sheet_id: int) -> Any:
    """Take in a sheet that was not submitted by its due day"""
    return services.take_in(actor, sheet_id=sheet_id)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/sheets/<id:sheet_id>/scores",
    permission=_MANAGE,
    body=ReviewIn,
    out=UnitSheetOut,
)
def review_sheet(actor: Actor, sheet_id: int, body: dict[str, Any]) -> Any:
    """Score items of a submitted sheet"""
    return services.review(actor, sheet_id=sheet_id, marks=marks_of(body["marks"]))


@endpoint(blueprint, "POST", "/evaluation/sheets/<id:sheet_id>/accept", permission=_MANAGE, out=UnitSheetOut)
def accept_sheet(actor: Actor, sheet_id: int) -> Any:
    """Give every item without a score what the unit or the system says"""
    return services.accept(actor, sheet_id=sheet_id)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/sheets/<id:sheet_id>/return",
    permission=_MANAGE,
    body=ReturnIn,
    out=UnitSheetOut,
)
def return_sheet(actor: Actor, sheet_id: int, body: dict[str, Any]) -> Any:
    """Send a submitted sheet back for completion"""
    return services.return_sheet(actor, sheet_id=sheet_id, **body)


@endpoint(blueprint, "POST", "/evaluation/sheets/<id:sheet_id>/close", permission=_MANAGE, out=UnitSheetOut)
def close_sheet(actor: Actor, sheet_id: int) -> Any:
    """Close a scored sheet: it gets its total and grade, and never changes again"""
    return services.close_sheet(actor, sheet_id=sheet_id)


@endpoint(blueprint, "GET", "/evaluation/sheets/<id:sheet_id>/pdf", permission=Permission.SELF, file=PDF)
def print_sheet(actor: Actor, sheet_id: int) -> File:
    """A sheet on paper"""
    view = sheet_views.sheet_view(actor, sheet_id)
    data = documents.sheet_pdf(view, printed_by=actor.name)
    return File(data, f"{documents.sheet_title(view)}.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/sheets/<id:sheet_id>/workbook",
    permission=Permission.SELF,
    file=sheets.MEDIA_TYPE,
)
def export_sheet(actor: Actor, sheet_id: int) -> File:
    """A sheet as a workbook"""
    view = sheet_views.sheet_view(actor, sheet_id)
    return File(documents.sheet_workbook(view), f"{documents.sheet_title(view)}.xlsx", sheets.MEDIA_TYPE)
