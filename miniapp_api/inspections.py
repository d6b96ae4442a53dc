"""Inspections as they are made: rounds, what is found on them, and what they come to."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from backend.wire import PageQuery
from property.inspections.plans import services as plan_services
from property.inspections.rounds import documents, figures
from property.inspections.rounds import queries as round_queries
from property.inspections.rounds import services as round_services
from property.inspections.rounds.schemas import (
    InspectionAnswersIn,
    InspectionCountsOut,
    InspectionFigureOut,
    InspectionFiguresQuery,
    InspectionFinishIn,
    InspectionRoundIn,
    InspectionRoundOut,
    InspectionRoundRowOut,
    InspectionRoundsQuery,
    InspectionScanIn,
    InspectionVisitIn,
    InspectionWithdrawIn,
)

blueprint = Blueprint("inspections", __name__, description="巡检与保养")

BASE = "/property/inspections"
ONE = f"{BASE}/<id:round_id>"
PDF = "application/pdf"
MANAGE = Permission.INSPECTIONS_MANAGE
PERFORM = Permission.INSPECTIONS_PERFORM


@endpoint(
    blueprint,
    "GET",
    BASE,
    permission=Permission.PROPERTY_READ,
    query=InspectionRoundsQuery,
    out=InspectionRoundRowOut,
    many=True,
)
def list_rounds(actor: Actor, query: dict[str, Any]) -> Any:
    """The rounds of the places within reach, the latest due first"""
    return round_queries.page_rounds(actor, **query)


@endpoint(
    blueprint, "POST", BASE, permission=MANAGE, body=InspectionRoundIn, out=InspectionRoundOut, status=201
)
def make_round(actor: Actor, body: dict[str, Any]) -> Any:
    """A round of a plan now, beside its schedule"""
    return plan_services.make_round(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/mine",
    permission=PERFORM,
    query=PageQuery,
    out=InspectionRoundRowOut,
    many=True,
)
def list_own_rounds(actor: Actor, query: dict[str, Any]) -> Any:
    """The open rounds that are one's own to do, those that can be done now first"""
    return round_queries.page_mine(actor, **query)


@endpoint(blueprint, "GET", f"{BASE}/mine/counts", permission=PERFORM, out=InspectionCountsOut)
def count_own_rounds(actor: Actor) -> Any:
    """How many there are"""
    return round_queries.count_mine(actor)


@endpoint(
    blueprint,
    "GET",
    f"{BASE}/figures",
    permission=Permission.PROPERTY_READ,
    query=InspectionFiguresQuery,
    out=InspectionFigureOut,
    many=True,
)
def list_figures(actor: Actor, query: dict[str, Any]) -> Any:
    """What the rounds of a period came to, by plan, contractor, group or month"""
    return figures.figures(actor, **query)


@endpoint(blueprint, "GET", ONE, permission=Permission.SELF, out=InspectionRoundOut)
def get_round(actor: Actor, round_id: int) -> Any:
    """All of a round, for its group and whoever reads the place's"""
    return round_queries.get_round(actor, round_id)


@endpoint(blueprint, "GET", f"{ONE}/sheet.pdf", permission=Permission.SELF, file=PDF)
def get_sheet(actor: Actor, round_id: int) -> File:
    """The record of a round (巡检记录表) on paper"""
    view = round_queries.get_round(actor, round_id)
    content = documents.sheet_pdf(view, printed_by=actor.name)
    return File(content, f"{documents.sheet_title(view)}.pdf")


@endpoint(blueprint, "POST", f"{ONE}/scan", permission=PERFORM, body=InspectionScanIn, out=InspectionRoundOut)
def scan(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Prove by its plate to be at a point"""
    return round_services.scan(actor, round_id=round_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/points/<id:point_id>/visit",
    permission=PERFORM,
    body=InspectionVisitIn,
    out=InspectionRoundOut,
)
def visit_by_hand(actor: Actor, round_id: int, point_id: int, body: dict[str, Any]) -> Any:
    """State to be at a point whose plate is damaged, with the reason"""
    return round_services.visit_by_hand(actor, round_id=round_id, point_id=point_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/points/<id:point_id>/answers",
    permission=PERFORM,
    body=InspectionAnswersIn,
    out=InspectionRoundOut,
)
def answer(actor: Actor, round_id: int, point_id: int, body: dict[str, Any]) -> Any:
    """Say what was found at a point; what fails raises one order each"""
    return round_services.answer(actor, round_id=round_id, point_id=point_id, **body)


@endpoint(
    blueprint, "POST", f"{ONE}/finish", permission=PERFORM, body=InspectionFinishIn, out=InspectionRoundOut
)
def finish(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Finish a round; once its window has ended, what is left is missed"""
    return round_services.finish(actor, round_id=round_id, **body)


@endpoint(
    blueprint, "POST", f"{ONE}/withdraw", permission=MANAGE, body=InspectionWithdrawIn, out=InspectionRoundOut
)
def withdraw(actor: Actor, round_id: int, body: dict[str, Any]) -> Any:
    """Take back a round that is not to be done"""
    return round_services.withdraw(actor, round_id=round_id, **body)
