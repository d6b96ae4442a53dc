"""转工单: a demand becomes a work order of property, and what became of it."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows import report_orders as flow
from backend.http import endpoint
from backend.media.schemas import PhotoLinksOut
from backend.places.models import PlaceKind
from backend.wire import Bool, Choice, Id, In, Instant, Many, Out, Part, Str
from property.categories.models import Urgency

blueprint = Blueprint("report_orders", __name__, description="诉求转工单")

_ORDER = "/feedback/reports/<id:report_id>/order"


class ReportOrderIn(In):
    """In which category, by which office, where and how it is mended: all of it follows from the report.

    `photo_ids` are one's own loose photos, besides copies of the report's.
    """

    repair_category = Str(load_default="", max_length=40)
    office_id = Id(load_default=None, allow_none=True)
    place_kind = Choice(PlaceKind, load_default=None, allow_none=True)
    place_id = Id(load_default=None, allow_none=True)
    text = Str(load_default="", max_length=2000)
    urgency = Choice(Urgency, load_default=None, allow_none=True)
    with_photos = Bool(load_default=True)
    photo_ids = Many(Id(), load_default=list, maximum=9)


class RaisedOrderOut(Out):
    """A report with its order."""

    id = Id(attribute="report_id")
    state = Str()
    state_name = Str()
    order_id = Id()
    order_number = Str()


class OrderProgressOut(Out):
    """How the report's latest order stands."""

    order_id = Id()
    number = Str()
    state = Str()
    state_name = Str()
    category_name = Str()
    place = Str()
    submitted_at = Instant()
    accepted_at = Instant(allow_none=True)
    arrived_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)
    completed_at = Instant(allow_none=True)
    result = Str()
    after_photos = Many(Part(PhotoLinksOut))


@endpoint(
    blueprint, "POST", _ORDER, permission=Permission.SELF, body=ReportOrderIn, out=RaisedOrderOut, status=201
)
def raise_order(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Raise the work order of a report, for the desk and the office that has it"""
    return flow.raise_order(actor, report_id, **body)


@endpoint(blueprint, "GET", _ORDER, permission=Permission.SELF, out=OrderProgressOut)
def get_order(actor: Actor, report_id: int) -> Any:
    """How the latest work order of a report stands"""
    return flow.order_of(actor, report_id)
