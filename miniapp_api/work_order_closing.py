"""The end of a work order: its rating, what was said of repairs, and its papers."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from property.work_orders import closing, rated
from property.work_orders.closing_schemas import (
    GivenRepairRatingOut,
    GivenRepairRatingsQuery,
    RepairRatingIn,
    RepairRatingOut,
    RepairReportOut,
    RepairReportQuery,
)
from property.work_orders.costs import forms
from property.work_orders.schemas import WorkOrderOut

blueprint = Blueprint("work_order_closing", __name__, description="工单评价与单据")

SELF = Permission.SELF
PDF = "application/pdf"


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/rate",
    permission=SELF,
    body=RepairRatingIn,
    out=WorkOrderOut,
)
def rate_work_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say how one's own report was served, once a cycle; that closes the order"""
    return closing.rate(actor, order_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/work-orders/<id:order_id>/rating",
    permission=SELF,
    out=RepairRatingOut,
)
def get_work_order_rating(actor: Actor, order_id: int) -> Any:
    """One's own rating of an order, or whether it can be rated"""
    return rated.get_rating(actor, order_id=order_id)


@endpoint(
    blueprint,
    "GET",
    "/property/work-orders/ratings",
    permission=Permission.CONTRACTORS_READ,
    query=RepairReportQuery,
    out=RepairReportOut,
)
def get_repair_ratings(actor: Actor, query: dict[str, Any]) -> Any:
    """What was said of the contractors within reach, and of the house's own groups"""
    return rated.report(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/work-orders/ratings/entries",
    permission=Permission.CONTRACTORS_READ,
    query=GivenRepairRatingsQuery,
    out=GivenRepairRatingOut,
    many=True,
)
def list_repair_ratings(actor: Actor, query: dict[str, Any]) -> Any:
    """The single ratings behind the figures, without names"""
    return rated.list_given(actor, **query)


@endpoint(
    blueprint, "GET", "/property/work-orders/<id:order_id>/dispatch-sheet", permission=SELF, file=PDF
)  # fmt: skip
def get_dispatch_sheet(actor: Actor, order_id: int) -> File:
    """What a worker takes along (派工单), as PDF"""
    papers = forms.papers_of(actor, order_id)
    return File(forms.dispatch_sheet(papers, printed_by=actor.name), f"{forms.dispatch_title(papers)}.pdf")


@endpoint(
    blueprint, "GET", "/property/work-orders/<id:order_id>/completion-form", permission=SELF, file=PDF
)  # fmt: skip
def get_completion_form(actor: Actor, order_id: int) -> File:
    """What was done and what it cost (维修完成单), as PDF"""
    papers = forms.papers_of(actor, order_id)
    return File(forms.completion_form(papers, printed_by=actor.name), f"{forms.completion_title(papers)}.pdf")
