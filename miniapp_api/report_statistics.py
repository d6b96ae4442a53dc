"""The rates of the reports, and what time each deadline class has."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.deadlines import queries as deadlines
from feedback.deadlines.schemas import DeadlineOut
from feedback.reports.statistics import queries
from feedback.reports.statistics.schemas import FeedbackStatisticsOut, FeedbackStatisticsQuery

blueprint = Blueprint("report_statistics", __name__, description="诉求统计")


@endpoint(
    blueprint,
    "GET",
    "/feedback/reports/statistics",
    permission=Permission.FEEDBACK_READ,
    query=FeedbackStatisticsQuery,
    out=FeedbackStatisticsOut,
)
def get_report_statistics(actor: Actor, query: dict[str, Any]) -> Any:
    """响应率, 办结率, 按时办结率, 解决率 and 满意率, by category, kind, campus, office or month"""
    return queries.report(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/deadlines",
    permission=Permission.SELF,
    out=DeadlineOut,
    many=True,
)
def list_deadlines(actor: Actor) -> Any:
    """By when each class of demands is to be taken up and answered"""
    return deadlines.promises()
