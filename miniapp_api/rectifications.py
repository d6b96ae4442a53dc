"""What units have to put right, and the annex of a year's evaluation."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from canteen.evaluation.annex import documents as annex_documents
from canteen.evaluation.annex import queries as annex_queries
from canteen.evaluation.annex.schemas import AnnexOut
from canteen.evaluation.rectifications import documents, queries, services
from canteen.evaluation.rectifications.schemas import (
    EvaluationYearQuery,
    OwnRectificationsQuery,
    RectificationCheckIn,
    RectificationClosingIn,
    RectificationCountsOut,
    RectificationExtensionDecisionIn,
    RectificationExtensionIn,
    RectificationIn,
    RectificationOut,
    RectificationReasonIn,
    RectificationReportIn,
    RectificationRowOut,
    RectificationsQuery,
)

blueprint = Blueprint("rectifications", __name__, description="反食品浪费整改")

PDF = "application/pdf"
MANAGE = Permission.EVALUATION_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rectifications",
    permission=MANAGE,
    query=RectificationsQuery,
    out=RectificationRowOut,
    many=True,
)
def list_rectifications(actor: Actor, query: dict[str, Any]) -> Any:
    """All rectifications, those that stand first, by their deadline"""
    return queries.page_rectifications(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rectifications/mine",
    permission=Permission.EVALUATION_REPORT,
    query=OwnRectificationsQuery,
    out=RectificationRowOut,
    many=True,
)
def list_own_rectifications(actor: Actor, query: dict[str, Any]) -> Any:
    """Those of the units that one reports for"""
    return queries.page_mine(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rectifications/counts",
    permission=MANAGE,
    out=RectificationCountsOut,
)
def count_rectifications(actor: Actor) -> Any:
    """How they stand today"""
    return queries.counts(actor)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rectifications/workbook",
    permission=MANAGE,
    query=EvaluationYearQuery,
    file=MEDIA_TYPE,
)
def get_register(actor: Actor, query: dict[str, Any]) -> File:
    """The register (问题整改台账) of a year as a workbook"""
    rows = queries.list_rows(actor, **query)
    title = documents.register_title(query["year"])
    return File(documents.register_workbook(query["year"], rows), f"{title}.xlsx")


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications",
    permission=MANAGE,
    body=RectificationIn,
    out=RectificationOut,
    status=201,
)
def open_rectification(actor: Actor, body: dict[str, Any]) -> Any:
    """Order a unit to put something right, out of one's own finding or of its quarterly sheet"""
    return services.open_by_hand(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/rectifications/<id:rectification_id>",
    permission=Permission.SELF,
    out=RectificationOut,
)
def get_rectification(actor: Actor, rectification_id: int) -> Any:
    """All of a rectification, for managers and the unit"""
    return queries.get_rectification(actor, rectification_id)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/reports",
    permission=Permission.EVALUATION_REPORT,
    body=RectificationReportIn,
    out=RectificationOut,
    status=201,
)
def report_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Say for the unit what was done, item by item"""
    return services.report(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/extensions",
    permission=Permission.EVALUATION_REPORT,
    body=RectificationExtensionIn,
    out=RectificationOut,
    status=201,
)
def ask_extension(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Ask for the unit for a later deadline"""
    return services.ask_extension(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/extensions/decide",
    permission=MANAGE,
    body=RectificationExtensionDecisionIn,
    out=RectificationOut,
)
def decide_extension(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Grant or refuse the later deadline"""
    return services.decide_extension(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/checks",
    permission=MANAGE,
    body=RectificationCheckIn,
    out=RectificationOut,
    status=201,
)
def check_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Re-check what was reported: closed, back with a new deadline, or after a second failure handed over"""
    return services.check(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/escalate",
    permission=MANAGE,
    body=RectificationReasonIn,
    out=RectificationOut,
)
def escalate_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Hand over to 市场监管 what the unit does not put right"""
    return services.escalate(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/close",
    permission=MANAGE,
    body=RectificationClosingIn,
    out=RectificationOut,
)
def close_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Close what was handed over, with what came of it"""
    return services.close(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/rectifications/<id:rectification_id>/withdraw",
    permission=MANAGE,
    body=RectificationReasonIn,
    out=RectificationOut,
)
def withdraw_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Take back what was opened by mistake"""
    return services.withdraw(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/annex",
    permission=MANAGE,
    query=EvaluationYearQuery,
    out=AnnexOut,
)
def get_annex(actor: Actor, query: dict[str, Any]) -> Any:
    """What a year of evaluation says of each unit"""
    return annex_queries.get_annex(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/annex/pdf",
    permission=MANAGE,
    query=EvaluationYearQuery,
    file=PDF,
)
def get_annex_pdf(actor: Actor, query: dict[str, Any]) -> File:
    """The annex for 公共机构节能考核 as PDF"""
    annex = annex_queries.get_annex(actor, **query)
    title = annex_documents.annex_title(annex)
    return File(annex_documents.annex_pdf(annex, printed_by=actor.name), f"{title}.pdf")


@endpoint(
    blueprint,
    "GET",
    "/evaluation/annex/workbook",
    permission=MANAGE,
    query=EvaluationYearQuery,
    file=MEDIA_TYPE,
)
def get_annex_workbook(actor: Actor, query: dict[str, Any]) -> File:
    """The annex for 公共机构节能考核 as a workbook"""
    annex = annex_queries.get_annex(actor, **query)
    return File(annex_documents.annex_workbook(annex), f"{annex_documents.annex_title(annex)}.xlsx")
