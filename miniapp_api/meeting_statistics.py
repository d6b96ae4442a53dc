"""Statistics of the meetings, within reach; no figure is told of a person."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from meeting.statistics import documents, queries
from meeting.statistics.schemas import MeetingStatisticsOut, MeetingStatisticsQuery

blueprint = Blueprint("meeting_statistics", __name__, description="会议统计")


@endpoint(
    blueprint,
    "GET",
    "/meeting/statistics",
    permission=Permission.MEETINGS_READ,
    query=MeetingStatisticsQuery,
    out=MeetingStatisticsOut,
)
def get_meeting_statistics(actor: Actor, query: dict[str, Any]) -> Any:
    """Occupancy, no-shows, cancellations and seats, by day, week, month, campus, room, department or hour"""
    return queries.report(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/statistics/workbook",
    permission=Permission.MEETINGS_READ,
    query=MeetingStatisticsQuery,
    file=MEDIA_TYPE,
)
def export_meeting_statistics(actor: Actor, query: dict[str, Any]) -> File:
    """The same as an Excel workbook"""
    found = queries.report(actor, **query)
    return File(documents.statistics_workbook(found), f"{documents.title_of(found)}.xlsx", MEDIA_TYPE)
