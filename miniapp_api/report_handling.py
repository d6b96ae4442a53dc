"""What the desk and the offices do with reports.

Whoever is here may call each of these; what they may do with which report, the use cases say: 404 for what is
not theirs to know of, 403 for what is not theirs to do.
"""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from backend.wire import In
from feedback.reports import documents, handling, merging, triaging
from feedback.reports.handling_schemas import (
    ReportAssignIn,
    ReportDuplicateIn,
    ReportMergedOut,
    ReportMergeIn,
    ReportNoteIn,
    ReportReasonIn,
    ReportRemarkIn,
    ReportReplyIn,
)
from feedback.reports.schemas import ReportOut

blueprint = Blueprint("report_handling", __name__, description="诉求办理")

SELF = Permission.SELF
REPORTS = "/feedback/reports"
PDF = "application/pdf"


def verb(name: str, body: type[In]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One verb on a report, answered with the report as it is then."""
    return endpoint(
        blueprint, "POST", f"{REPORTS}/<id:report_id>/{name}", permission=SELF, body=body, out=ReportOut
    )


@verb("accept", ReportRemarkIn)
def accept_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take a report in (desk)"""
    return triaging.accept(actor, report_id, **body)


@verb("assign", ReportAssignIn)
def assign_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Give a report to an office, or from one to another (desk)"""
    return triaging.assign(actor, report_id, **body)


@verb("reject", ReportReasonIn)
def reject_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Refuse a report, with a reason (desk)"""
    return triaging.reject(actor, report_id, **body)


@verb("duplicate", ReportDuplicateIn)
def mark_duplicate_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Let a report follow another one about the same (desk)"""
    return merging.mark_duplicate(actor, report_id, **body)


@endpoint(blueprint, "POST", f"{REPORTS}/merge", permission=SELF, body=ReportMergeIn, out=ReportMergedOut)
def merge_reports(actor: Actor, body: dict[str, Any]) -> Any:
    """Let several reports follow one: all of them, or none (desk)"""
    return merging.merge(actor, body["master_id"], report_ids=body["report_ids"])


@verb("hide", ReportReasonIn)
def hide_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take a report and its photos out of sight (desk)"""
    return triaging.hide(actor, report_id, **body)


@verb("unhide", ReportRemarkIn)
def unhide_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Bring a hidden report and its photos back (desk)"""
    return triaging.unhide(actor, report_id, **body)


@verb("reply", ReportReplyIn)
def reply_to_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Answer a report, as its office or, while none has it, as the desk"""
    return handling.reply(actor, report_id, **body)


@verb("note", ReportNoteIn)
def note_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Note what is done, for those who work on it or for the reporter, too"""
    return handling.note(actor, report_id, **body)


@verb("supervise", ReportRemarkIn)
def supervise_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Put a report on the supervision list (desk, approver)"""
    return triaging.supervise(actor, report_id, **body)


@verb("unsupervise", ReportRemarkIn)
def unsupervise_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take a report off the supervision list (desk, approver)"""
    return triaging.unsupervise(actor, report_id, **body)


@endpoint(blueprint, "GET", f"{REPORTS}/<id:report_id>/sheet", permission=SELF, file=PDF)
def get_report_sheet(actor: Actor, report_id: int) -> File:
    """The ticket (诉求办理单), as PDF"""
    sheet = documents.sheet_of(actor, report_id)
    return File(documents.render(sheet, printed_by=actor.name), f"{documents.title_of(sheet)}.pdf")
