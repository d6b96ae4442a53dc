"""服务保障工作情况通报, and the logistics review page."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.flows import service_review as flow
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.reviews import queries, services
from feedback.reviews.models import Media
from feedback.reviews.schemas import (
    OverviewOut,
    ReviewCorrectionIn,
    ReviewDraftIn,
    ReviewMonthQuery,
    ReviewOpinionIn,
    ReviewOut,
    ReviewRevisionIn,
    ReviewRowOut,
    ReviewTextsIn,
)

blueprint = Blueprint("reviews", __name__, description="服务保障工作情况通报")

PDF, XLSX = "application/pdf", sheets.MEDIA_TYPE
MANAGE, PUBLISH = Permission.REVIEWS_MANAGE, Permission.REVIEWS_PUBLISH
_ALL = "/feedback/reviews"
_ONE = f"{_ALL}/<id:review_id>"


@endpoint(
    blueprint,
    "GET",
    f"{_ALL}/overview",
    permission=Permission.FEEDBACK_READ,
    query=ReviewMonthQuery,
    out=OverviewOut,
)
def get_overview(actor: Actor, query: dict[str, Any]) -> Any:
    """The figures of a month as they stand now"""
    return flow.overview(actor, **query)


@endpoint(blueprint, "GET", _ALL, permission=Permission.SELF, query=PageQuery, out=ReviewRowOut, many=True)
def list_reviews(actor: Actor, query: dict[str, Any]) -> Any:
    """The bulletins, the latest first; drafts for those who work on them"""
    return queries.page_reviews(actor, **query)


@endpoint(blueprint, "POST", _ALL, permission=MANAGE, body=ReviewDraftIn, out=ReviewOut, status=201)
def draft_review(actor: Actor, body: dict[str, Any]) -> Any:
    """Begin the bulletin of a month, with its figures of now"""
    return flow.draft(actor, **body)


@endpoint(blueprint, "GET", _ONE, permission=Permission.SELF, out=ReviewOut)
def get_review(actor: Actor, review_id: int) -> Any:
    """One bulletin"""
    return queries.find(actor, review_id)


@endpoint(blueprint, "GET", f"{_ONE}/export", permission=Permission.SELF)
def export_review(actor: Actor, review_id: int) -> Any:
    """A bulletin as data, with the hash of it"""
    return queries.exported(actor, review_id)


@endpoint(blueprint, "GET", f"{_ONE}/pdf", permission=Permission.SELF, file=PDF)
def get_review_pdf(actor: Actor, review_id: int) -> File:
    """A bulletin on two pages"""
    content, name = services.document(actor, review_id=review_id, media=Media.PDF)
    return File(content, f"{name}.pdf")


@endpoint(blueprint, "GET", f"{_ONE}/xlsx", permission=Permission.SELF, file=XLSX)
def get_review_xlsx(actor: Actor, review_id: int) -> File:
    """A bulletin as a workbook"""
    content, name = services.document(actor, review_id=review_id, media=Media.XLSX)
    return File(content, f"{name}.xlsx", XLSX)


@endpoint(blueprint, "PUT", _ONE, permission=MANAGE, body=ReviewTextsIn, out=ReviewOut)
def edit_review(actor: Actor, review_id: int, body: dict[str, Any]) -> Any:
    """Change the texts of a draft"""
    return services.edit(actor, review_id=review_id, **body)


@endpoint(blueprint, "DELETE", _ONE, permission=MANAGE)
def discard_review(actor: Actor, review_id: int) -> Any:
    """Drop a draft"""
    services.discard(actor, review_id=review_id)


@endpoint(blueprint, "POST", f"{_ONE}/refresh", permission=MANAGE, out=ReviewOut)
def refresh_review(actor: Actor, review_id: int) -> Any:
    """Take the figures of a draft anew"""
    return flow.refresh(actor, review_id=review_id)


@endpoint(blueprint, "POST", f"{_ONE}/submit", permission=MANAGE, body=ReviewRevisionIn, out=ReviewOut)
def submit_review(actor: Actor, review_id: int, body: dict[str, Any]) -> Any:
    """Hand it in to be signed off"""
    return services.submit(actor, review_id=review_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/return", permission=PUBLISH, body=ReviewOpinionIn, out=ReviewOut)
def return_review(actor: Actor, review_id: int, body: dict[str, Any]) -> Any:
    """Give it back with an opinion"""
    return services.return_(actor, review_id=review_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/publish", permission=PUBLISH, body=ReviewRevisionIn, out=ReviewOut)
def publish_review(actor: Actor, review_id: int, body: dict[str, Any]) -> Any:
    """Sign it off: it never changes again, and a notice makes it known"""
    return flow.publish(actor, review_id=review_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/corrections",
    permission=MANAGE,
    body=ReviewCorrectionIn,
    out=ReviewOut,
    status=201,
)
def correct_review(actor: Actor, review_id: int, body: dict[str, Any]) -> Any:
    """Begin the version that corrects a published bulletin"""
    return flow.correct(actor, review_id=review_id, **body)
