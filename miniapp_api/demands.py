"""通报会 and the demands of resident units."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.reviews.demands import queries, services
from feedback.reviews.demands.schemas import (
    DemandChangeIn,
    DemandDetailOut,
    DemandIn,
    DemandOut,
    DemandRemarkIn,
    DemandsQuery,
    DemandTextIn,
    MeetingDetailOut,
    MeetingIn,
    MeetingOut,
)

blueprint = Blueprint("demands", __name__, description="通报会与单位需求")

MANAGE, READ, HANDLE = Permission.REVIEWS_MANAGE, Permission.FEEDBACK_READ, Permission.REPORTS_HANDLE
_MEETINGS = "/feedback/review-meetings"
_MEETING = f"{_MEETINGS}/<id:meeting_id>"
_DEMAND = "/feedback/demands/<id:demand_id>"


@endpoint(blueprint, "GET", _MEETINGS, permission=READ, query=PageQuery, out=MeetingOut, many=True)
def list_meetings(actor: Actor, query: dict[str, Any]) -> Any:
    """The meetings, the latest first"""
    return queries.page_meetings(**query)


@endpoint(blueprint, "POST", _MEETINGS, permission=MANAGE, body=MeetingIn, out=MeetingDetailOut, status=201)
def record_meeting(actor: Actor, body: dict[str, Any]) -> Any:
    """Record a meeting that was held; unanswered demands are carried over to it"""
    return services.hold_meeting(actor, **body)


@endpoint(blueprint, "GET", _MEETING, permission=READ, out=MeetingDetailOut)
def get_meeting(actor: Actor, meeting_id: int) -> Any:
    """A meeting with its agenda"""
    return queries.find_meeting(actor, meeting_id)


@endpoint(
    blueprint,
    "POST",
    f"{_MEETING}/demands",
    permission=MANAGE,
    body=DemandIn,
    out=DemandDetailOut,
    status=201,
)
def record_demand(actor: Actor, meeting_id: int, body: dict[str, Any]) -> Any:
    """Record what a unit demanded at the latest meeting"""
    return services.demand(actor, meeting_id=meeting_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/demands",
    permission=Permission.SELF,
    query=DemandsQuery,
    out=DemandOut,
    many=True,
)
def list_demands(actor: Actor, query: dict[str, Any]) -> Any:
    """The demands within reach, or of one's own offices"""
    return queries.page_demands(actor, **query)


@endpoint(blueprint, "GET", _DEMAND, permission=Permission.SELF, out=DemandDetailOut)
def get_demand(actor: Actor, demand_id: int) -> Any:
    """A demand with its timeline"""
    return queries.find_demand(actor, demand_id)


@endpoint(blueprint, "PUT", _DEMAND, permission=MANAGE, body=DemandChangeIn, out=DemandDetailOut)
def amend_demand(actor: Actor, demand_id: int, body: dict[str, Any]) -> Any:
    """Change who answers for a demand, or until when"""
    return services.amend(actor, demand_id=demand_id, **body)


@endpoint(blueprint, "POST", f"{_DEMAND}/answer", permission=HANDLE, body=DemandTextIn, out=DemandDetailOut)
def answer_demand(actor: Actor, demand_id: int, body: dict[str, Any]) -> Any:
    """Answer a demand of one's office"""
    return services.answer(actor, demand_id=demand_id, **body)


@endpoint(
    blueprint, "POST", f"{_DEMAND}/confirm", permission=MANAGE, body=DemandRemarkIn, out=DemandDetailOut
)
def confirm_demand(actor: Actor, demand_id: int, body: dict[str, Any]) -> Any:
    """Record that the unit is content with the answer"""
    return services.confirm(actor, demand_id=demand_id, **body)


@endpoint(blueprint, "POST", f"{_DEMAND}/return", permission=MANAGE, body=DemandTextIn, out=DemandDetailOut)
def return_demand(actor: Actor, demand_id: int, body: dict[str, Any]) -> Any:
    """Record that the unit is not content with the answer"""
    return services.return_(actor, demand_id=demand_id, **body)


@endpoint(blueprint, "POST", f"{_DEMAND}/withdraw", permission=MANAGE, body=DemandTextIn, out=DemandDetailOut)
def withdraw_demand(actor: Actor, demand_id: int, body: dict[str, Any]) -> Any:
    """Record that the unit demands it no more"""
    return services.withdraw(actor, demand_id=demand_id, **body)
