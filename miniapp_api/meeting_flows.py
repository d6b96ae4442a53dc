"""What meetings ask of other modules over HTTP: meals of a canteen, work orders for what is broken."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import post_load

from backend.actor import Actor, Permission
from backend.flows import meeting_catering as catering
from backend.flows import meeting_repairs as repairs
from backend.http import endpoint
from backend.wire import Choice, Date, Id, In, Int, Many, Out, Part, Str
from canteen.menu.models import Period
from canteen.ordering.placing import Request
from canteen.ordering.receptions.models import Purpose
from canteen.ordering.receptions.schemas import ReceptionIn
from canteen.ordering.schemas import WishIn
from meeting.hospitality.checks.schemas import MeetingCheckItemOut
from property.categories.models import Urgency

blueprint = Blueprint("meeting_flows", __name__, description="会议用餐与报修")

SELF = Permission.SELF
BOOKING = "/meeting/bookings/<id:booking_id>"


class MeetingReceptionIn(ReceptionIn):
    """公务接待 for a meeting's guests: its purpose is the meeting, its subject unless it says so, too."""

    purpose = Choice(Purpose, load_default=Purpose.MEETING)
    occurrence_id = Id(allow_none=True, load_default=None)


class MeetingMealsIn(In):
    """The same meal for several of a meeting, each at their own cost."""

    occurrence_id = Id(allow_none=True, load_default=None)
    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)
    diner_ids = Many(Id(), required=True, minimum=1, maximum=100)
    items = Many(Part(WishIn), required=True, minimum=1, maximum=50)
    note = Str(load_default="", max_length=100)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use case takes."""
        return {
            "occurrence_id": data["occurrence_id"],
            "diner_ids": data["diner_ids"],
            "request": Request(
                canteen_id=data["canteen_id"],
                served_on=data["date"],
                period=data["period"],
                wishes=data["items"],
                note=data["note"],
            ),
        }


class MeetingMealOut(Out):
    """A meal of a meeting, as its canteen has it."""

    id = Id()
    kind = Str()
    kind_name = Str()
    meal_id = Id()
    occurrence_id = Id()
    canteen = Str()
    date = Date()
    period = Str()
    people = Int()
    state = Str()
    state_name = Str()
    total_fen = Int()
    diner = Str(allow_none=True)
    note = Str()


class FaultOrderIn(In):
    """In which category of repairs, and how urgent; without a description it is what the check says."""

    category = Str(required=True, min_length=1, max_length=40)
    description = Str(load_default="", max_length=2000)
    urgency = Choice(Urgency, load_default=None, allow_none=True)
    photo_ids = Many(Id(), load_default=list, maximum=9)


@endpoint(blueprint, "GET", f"{BOOKING}/meals", permission=SELF, out=MeetingMealOut, many=True)
def list_meeting_meals(actor: Actor, booking_id: int) -> Any:
    """What was ordered of canteens for a booking's meetings"""
    return catering.meals_of(actor, booking_id)


@endpoint(
    blueprint,
    "POST",
    f"{BOOKING}/receptions",
    permission=Permission.CANTEEN_ORDER,
    body=MeetingReceptionIn,
    out=MeetingMealOut,
    status=201,
)
def file_meeting_reception(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Ask for a meal for the guests of one's meeting"""
    return catering.file_reception(actor, booking_id=booking_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{BOOKING}/meals",
    permission=Permission.CANTEEN_ORDER,
    body=MeetingMealsIn,
    out=MeetingMealOut,
    many=True,
    status=201,
    key_required=True,
)
def order_meeting_meals(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Order the same meal for several of one's meeting, for all or for nobody"""
    return catering.order_meals(actor, booking_id=booking_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/meeting/check-items/<id:item_id>/work-order",
    permission=SELF,
    body=FaultOrderIn,
    out=MeetingCheckItemOut,
    status=201,
)
def raise_fault_order(actor: Actor, item_id: int, body: dict[str, Any]) -> Any:
    """Have a fault that a check found mended"""
    return repairs.raise_order(actor, item_id=item_id, **body)
