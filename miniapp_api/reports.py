"""Reports (随手拍): bringing forward, reading, meeting the same.

Whoever is here may call each of these; what they see of which report, the use cases say.
"""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from backend.wire import In
from feedback.reports import calling, forms, reading, reporting, views, waiting
from feedback.reports.schemas import (
    NewReportIn,
    ReportContactOut,
    ReportCountsOut,
    ReportOut,
    ReportRowOut,
    ReportsFilter,
    ReportsQuery,
    ReportWithdrawIn,
    SimilarReportOut,
    SimilarReportsQuery,
)

blueprint = Blueprint("reports", __name__, description="随手拍与诉求")

SELF = Permission.SELF
REPORTS = "/feedback/reports"


def verb(name: str, body: type[In] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One verb on a report, answered with the report as it is then."""
    return endpoint(
        blueprint, "POST", f"{REPORTS}/<id:report_id>/{name}", permission=SELF, body=body, out=ReportOut
    )


@endpoint(blueprint, "POST", REPORTS, permission=SELF, body=NewReportIn, out=ReportRowOut, status=201)
def submit_report(actor: Actor, body: dict[str, Any]) -> Any:
    """Bring something forward"""
    return reporting.submit(actor, **body)


@endpoint(blueprint, "GET", REPORTS, permission=SELF, query=ReportsQuery, out=ReportRowOut, many=True)
def list_reports(actor: Actor, query: dict[str, Any]) -> Any:
    """Reports: one's own, followed, nearby, on the wall, of the desk or of one's offices"""
    return reading.page_reports(actor, **query)


@endpoint(blueprint, "GET", f"{REPORTS}/counts", permission=SELF, out=ReportCountsOut)
def count_reports(actor: Actor) -> Any:
    """What waits for the reader"""
    return waiting.counts(actor)


@endpoint(
    blueprint,
    "GET",
    f"{REPORTS}/similar",
    permission=SELF,
    query=SimilarReportsQuery,
    out=SimilarReportOut,
    many=True,
)
def list_similar_reports(actor: Actor, query: dict[str, Any]) -> Any:
    """Open reports nearby that may be about the same, five at most"""
    return reading.similar(actor, **query)


@endpoint(blueprint, "GET", f"{REPORTS}/export", permission=SELF, query=ReportsFilter, file=XLSX)
def export_reports(actor: Actor, query: dict[str, Any]) -> File:
    """The desk's or an office's list as an Excel sheet; recorded"""
    found = reporting.export(actor, **query)
    return File(forms.reports_workbook(found), f"诉求清单-{clock.today():%Y%m%d}.xlsx")


@endpoint(blueprint, "GET", f"{REPORTS}/<id:report_id>", permission=SELF, out=ReportOut)
def get_report(actor: Actor, report_id: int) -> Any:
    """A report with its ticket, its timeline and what one may do with it"""
    return views.get_report(actor, report_id)


@verb("withdraw", ReportWithdrawIn)
def withdraw_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take one's own report back while no office has it"""
    return reporting.withdraw(actor, report_id, **body)


@verb("remind")
def remind_of_report(actor: Actor, report_id: int) -> Any:
    """Urge one's own report"""
    return reporting.remind(actor, report_id)


@verb("follow")
def follow_report(actor: Actor, report_id: int) -> Any:
    """Say that one has met the same"""
    return reporting.follow(actor, report_id)


@endpoint(blueprint, "POST", f"{REPORTS}/<id:report_id>/unfollow", permission=SELF)
def unfollow_report(actor: Actor, report_id: int) -> Any:
    """Take that back"""
    return reporting.unfollow(actor, report_id)


@endpoint(
    blueprint,
    "POST",
    f"{REPORTS}/<id:report_id>/contact",
    permission=SELF,
    out=ReportContactOut,
    keeps_answer=False,
)
def show_report_contact(actor: Actor, report_id: int) -> Any:
    """A named reporter's number in full, for the desk and the office that has the report; recorded"""
    return calling.contact(actor, report_id)
