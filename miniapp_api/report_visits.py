"""回访, and the supervision list."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.reports.visits import listing, queries, services
from feedback.reports.visits.schemas import (
    DueVisitOut,
    SupervisedReportOut,
    SupervisionQuery,
    VisitIn,
    VisitOut,
    VisitsQuery,
)

blueprint = Blueprint("report_visits", __name__, description="诉求回访与督办")

VISIT = Permission.REPORTS_VISIT


@endpoint(
    blueprint,
    "GET",
    "/feedback/visits/due",
    permission=VISIT,
    query=PageQuery,
    out=DueVisitOut,
    many=True,
)
def list_due_visits(actor: Actor, query: dict[str, Any]) -> Any:
    """What is to be visited: not rated in time, or answered with its time run out"""
    return queries.list_due(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/visits",
    permission=VISIT,
    query=VisitsQuery,
    out=VisitOut,
    many=True,
)
def list_visits(actor: Actor, query: dict[str, Any]) -> Any:
    """What was visited within reach, the latest first"""
    return queries.list_visits(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/feedback/reports/<id:report_id>/visit",
    permission=VISIT,
    body=VisitIn,
    out=VisitOut,
    status=201,
)
def visit_report(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Write down how an answered demand stands, as its reporter says"""
    return services.visit(actor, report_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/reports/<id:report_id>/visits",
    permission=Permission.SELF,
    out=VisitOut,
    many=True,
)
def list_visits_of_report(actor: Actor, report_id: int) -> Any:
    """The visits for a report, for those who work on it"""
    return queries.of_report(actor, report_id)


@endpoint(
    blueprint,
    "GET",
    "/feedback/reports/supervision",
    permission=Permission.SELF,
    query=SupervisionQuery,
    out=SupervisedReportOut,
    many=True,
)
def list_supervised_reports(actor: Actor, query: dict[str, Any]) -> Any:
    """What is overdue, supervised, reopened again and again, or suspended past its review (督办清单)"""
    return listing.list_supervised(actor, **query)
