"""What who reported says in the end: how it was handled, or that it is not done."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.reports import judging, rated
from feedback.reports.handling_schemas import ReportRateIn, ReportRatingOut, ReportReopenIn
from feedback.reports.schemas import ReportOut

blueprint = Blueprint("report_ratings", __name__, description="诉求评价")

SELF = Permission.SELF
REPORT = "/feedback/reports/<id:report_id>"


@endpoint(blueprint, "POST", f"{REPORT}/rate", permission=SELF, body=ReportRateIn, out=ReportOut)
def rate_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Say how one's own report was handled, once a cycle; what is not resolved is handled again"""
    return judging.rate(actor, report_id, **body)


@endpoint(blueprint, "POST", f"{REPORT}/reopen", permission=SELF, body=ReportReopenIn, out=ReportOut)
def reopen_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Have one's own report handled again, a few days after the reply at most"""
    return judging.reopen(actor, report_id, **body)


@endpoint(blueprint, "GET", f"{REPORT}/rating", permission=SELF, out=ReportRatingOut)
def get_report_rating(actor: Actor, report_id: int) -> Any:
    """One's own rating of a report, or whether it can be rated or reopened"""
    return rated.get_rating(actor, report_id=report_id)
