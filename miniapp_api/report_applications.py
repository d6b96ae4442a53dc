"""What handling offices ask for: 派单异议, 延期, 挂账; and going on with what was suspended."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.reports.applications import queries, services
from feedback.reports.applications.schemas import (
    ApplicationApprovalIn,
    ApplicationOut,
    ApplicationRefusalIn,
    ApplicationsQuery,
    DispatchObjectionIn,
    ExtensionIn,
    ReportResumeIn,
    SuspendedReportOut,
    SuspensionIn,
    SuspensionReviewIn,
)

blueprint = Blueprint("report_applications", __name__, description="承办申请")

SELF = Permission.SELF


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/object",
    permission=SELF,
    body=DispatchObjectionIn,
    out=ApplicationOut,
    status=201,
)
def object_to_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Say that a report is not one's office's (派单异议)"""
    return services.object_to(actor, report_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/extend",
    permission=SELF,
    body=ExtensionIn,
    out=ApplicationOut,
    status=201,
)
def extend_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Ask for a later due (延期), with the reason that the reporter is told"""
    return services.extend(actor, report_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/suspend",
    permission=SELF,
    body=SuspensionIn,
    out=ApplicationOut,
    status=201,
)
def suspend_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Ask to suspend what can not be solved for now (挂账)"""
    return services.suspend(actor, report_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/resume",
    permission=SELF,
    body=ReportResumeIn,
    out=SuspendedReportOut,
)
def resume_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Go on with a suspended report"""
    return services.resume(actor, report_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/review",
    permission=SELF,
    body=SuspensionReviewIn,
    out=SuspendedReportOut,
)
def review_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Leave a suspended report as it is after looking at it again (复查)"""
    return services.review(actor, report_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/reports/<id:report_id>/applications",
    permission=SELF,
    out=ApplicationOut,
    many=True,
)
def list_applications_of_report(actor: Actor, report_id: int) -> Any:
    """What was asked for a report, for those who work on it"""
    return queries.of_report(actor, report_id)


@endpoint(
    blueprint,
    "GET",
    "/feedback/applications",
    permission=SELF,
    query=ApplicationsQuery,
    out=ApplicationOut,
    many=True,
)
def list_applications(actor: Actor, query: dict[str, Any]) -> Any:
    """What waits for one's decision, what one's offices asked for, or all within reach"""
    return queries.list_applications(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/feedback/applications/<id:application_id>/approve",
    permission=SELF,
    body=ApplicationApprovalIn,
    out=ApplicationOut,
)
def approve_application(actor: Actor, application_id: int, body: dict[str, Any]) -> Any:
    """Say yes, and do it; nobody decides what they asked for"""
    return services.approve(actor, application_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/applications/<id:application_id>/refuse",
    permission=SELF,
    body=ApplicationRefusalIn,
    out=ApplicationOut,
)
def refuse_application(actor: Actor, application_id: int, body: dict[str, Any]) -> Any:
    """Say no, with a reason"""
    return services.refuse(actor, application_id, **body)
