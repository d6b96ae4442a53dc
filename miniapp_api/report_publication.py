"""The public wall: what the desk puts on it and takes off it. Reports of scope `public` are what it shows."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.media.policies import Box
from feedback.reports import displaying
from feedback.reports.displaying import Shown
from feedback.reports.publication_schemas import PublicationDraftOut, PublicationIn, ReportUnpublishIn
from feedback.reports.schemas import ReportOut

blueprint = Blueprint("report_publication", __name__, description="诉求公示墙")


@endpoint(
    blueprint,
    "GET",
    "/feedback/reports/<id:report_id>/publication",
    permission=Permission.REPORTS_TRIAGE,
    out=PublicationDraftOut,
)
def get_publication(actor: Actor, report_id: int) -> Any:
    """What the wall could show of a case, what is in the way, and what it shows"""
    return displaying.draft(actor, report_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/publish",
    permission=Permission.REPORTS_TRIAGE,
    body=PublicationIn,
    out=ReportOut,
)
def publish_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Put a handled case on the wall, in the desk's words, with what is to be blacked out of its photos"""
    photos = [Shown(each["photo_id"], [Box(**box) for box in each["boxes"] or ()]) for each in body["photos"]]
    return displaying.publish(actor, report_id, text=body["text"], photos=photos)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/unpublish",
    permission=Permission.REPORTS_TRIAGE,
    body=ReportUnpublishIn,
    out=ReportOut,
)
def unpublish_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take a case off the wall"""
    return displaying.unpublish(actor, report_id, **body)
