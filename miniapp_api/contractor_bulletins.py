"""通报 of contractors, and a month's score sheet on paper."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from property.assessments.bulletins import queries, services
from property.assessments.bulletins.schemas import (
    ContractorBulletinCorrectionIn,
    ContractorBulletinIn,
    ContractorBulletinOpinionIn,
    ContractorBulletinOut,
    ContractorBulletinRevisionIn,
    ContractorBulletinRowOut,
    ContractorBulletinsQuery,
    ContractorBulletinTextsIn,
)
from property.assessments.months import documents as month_documents
from property.assessments.months import queries as month_queries
from property.assessments.months.schemas import AssessmentVersionQuery

blueprint = Blueprint("contractor_bulletins", __name__, description="服务商通报")

PDF = "application/pdf"
READ, ASSESS = Permission.CONTRACTORS_READ, Permission.CONTRACTORS_ASSESS
REVIEW = Permission.CONTRACTORS_REVIEW
_ALL = "/property/contractor-bulletins"
_ONE = f"{_ALL}/<id:bulletin_id>"


@endpoint(
    blueprint,
    "GET",
    "/property/assessments/<id:assessment_id>/pdf",
    permission=READ,
    query=AssessmentVersionQuery,
    file=PDF,
)
def get_month_sheet(actor: Actor, assessment_id: int, query: dict[str, Any]) -> File:
    """A month's score sheet as PDF"""
    view = month_queries.get_assessment(actor, assessment_id, **query)
    content = month_documents.sheet_pdf(view, printed_by=actor.name)
    return File(content, f"{month_documents.sheet_name(view)}.pdf")


@endpoint(
    blueprint,
    "GET",
    _ALL,
    permission=READ,
    query=ContractorBulletinsQuery,
    out=ContractorBulletinRowOut,
    many=True,
)
def list_bulletins(actor: Actor, query: dict[str, Any]) -> Any:
    """The bulletins, the latest first; drafts for those who work on them"""
    return queries.page_bulletins(actor, **query)


@endpoint(
    blueprint,
    "POST",
    _ALL,
    permission=ASSESS,
    body=ContractorBulletinIn,
    out=ContractorBulletinOut,
    status=201,
)
def draft_bulletin(actor: Actor, body: dict[str, Any]) -> Any:
    """Begin the bulletin of a month or quarter"""
    return services.draft(actor, **body)


@endpoint(blueprint, "GET", _ONE, permission=READ, out=ContractorBulletinOut)
def get_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """One bulletin"""
    return queries.find(actor, bulletin_id)


@endpoint(
    blueprint,
    "PUT",
    _ONE,
    permission=ASSESS,
    body=ContractorBulletinTextsIn,
    out=ContractorBulletinOut,
)
def edit_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Change the texts of a draft"""
    return services.edit(actor, bulletin_id=bulletin_id, **body)


@endpoint(blueprint, "DELETE", _ONE, permission=ASSESS)
def discard_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """Drop a draft"""
    services.discard(actor, bulletin_id=bulletin_id)


@endpoint(blueprint, "POST", f"{_ONE}/refresh", permission=ASSESS, out=ContractorBulletinOut)
def refresh_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """Take the figures of a draft anew"""
    return services.refresh(actor, bulletin_id=bulletin_id)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/submit",
    permission=ASSESS,
    body=ContractorBulletinRevisionIn,
    out=ContractorBulletinOut,
)
def submit_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Hand it in to be signed off"""
    return services.submit(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/return",
    permission=REVIEW,
    body=ContractorBulletinOpinionIn,
    out=ContractorBulletinOut,
)
def return_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Give it back with an opinion"""
    return services.return_(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/publish",
    permission=REVIEW,
    body=ContractorBulletinRevisionIn,
    out=ContractorBulletinOut,
)
def publish_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Sign it off: it never changes again"""
    return services.publish(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/corrections",
    permission=ASSESS,
    body=ContractorBulletinCorrectionIn,
    out=ContractorBulletinOut,
    status=201,
)
def correct_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Begin the version that corrects a published bulletin"""
    return services.correct(actor, bulletin_id=bulletin_id, **body)


@endpoint(blueprint, "GET", f"{_ONE}/pdf", permission=READ, file=PDF)
def get_bulletin_pdf(actor: Actor, bulletin_id: int) -> File:
    """The bulletin as PDF; a published one is printed once and stays as it was"""
    content, name = services.document(actor, bulletin_id=bulletin_id)
    return File(content, f"{name}.pdf")
