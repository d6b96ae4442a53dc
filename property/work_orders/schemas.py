"""Wire shapes of the work orders."""

from datetime import datetime
from typing import Any, Final

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.places.models import PlaceKind
from backend.wire import Bool, Choice, Fen, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from property.categories.models import Urgency
from property.work_orders.listing import Sort, View
from property.work_orders.models import State
from property.work_orders.policies import MOST_PHOTOS

_LONG_TEXT: Final = 1000
_CODE: Final = 40


def photo_ids() -> Many:
    """Photos that were uploaded before."""
    return Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class AppointmentIn(In):
    """When the reporter can be met, [from_at, until_at)."""

    from_at = Instant(required=True)
    until_at = Instant(required=True)

    @post_load
    def make(self, data: dict[str, datetime], **_: Any) -> tuple[datetime, datetime]:
        """As a pair."""
        return data["from_at"], data["until_at"]


class WhereaboutsIn(In):
    """A place, a room unless its kind is named; or the plate of a place or of an asset."""

    place_kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    place_id = Id(load_default=None, allow_none=True)
    asset_plate = Str(load_default="", max_length=40)


class WorkOrderIn(WhereaboutsIn):
    """A report. Without an urgency it is the category's usual one. `contact` and what follows it are for who
    writes down what somebody says on the telephone.
    """

    category = Str(required=True, min_length=1, max_length=_CODE)
    description = Str(required=True, min_length=1, max_length=_LONG_TEXT)
    urgency = Choice(Urgency, load_default=None, allow_none=True)
    photo_ids = photo_ids()
    appointment = Part(AppointmentIn, load_default=None, allow_none=True)
    follows_id = Id(load_default=None, allow_none=True)
    contact = Str(load_default="", max_length=50)
    contact_phone = Str(load_default="", max_length=30)
    reporter_staff_no = Str(load_default="", max_length=32)


class WorkOrdersQuery(PageQuery):
    """Which orders. A category names those below it, too."""

    view = Choice(View, load_default=View.MINE)
    sort = Choice(Sort, load_default=None)
    state = Choice(State)
    category = Str(max_length=_CODE)
    urgency = Choice(Urgency)
    building_id = Id()
    asset_id = Id()
    q = Str(max_length=50)
    overdue = Bool(load_default=False)
    is_open = Bool(load_default=False)


class SimilarOrdersQuery(Query):
    """What somebody is about to report, and where."""

    category = Str(required=True, min_length=1, max_length=_CODE)
    place_kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    place_id = Id(load_default=None)
    asset_plate = Str(load_default="", max_length=40)


class OrderCategoryOut(Out):
    """What an order is filed under; `path` is `水暖 / 漏水`."""

    id = Id()
    code = Str()
    name = Str()
    path = Str()


class OrderAppointmentOut(Out):
    """When the reporter can be met."""

    from_at = Instant()
    until_at = Instant()


class WorkOrderRowOut(Out):
    """An order in a list. `due_at` is that of the clock which runs, null once none does."""

    id = Id(attribute="order.id")
    number = Str(attribute="order.number")
    state = Str(attribute="order.state")
    state_name = Str()
    origin = Str(attribute="order.origin")
    origin_name = Str()
    category = Part(OrderCategoryOut)
    urgency = Str(attribute="order.urgency")
    urgency_name = Str()
    place_kind = Str(attribute="order.place_kind", allow_none=True)
    place_id = Id(attribute="order.place_id", allow_none=True)
    place_path = Str(attribute="order.place_path")
    campus_id = Id(attribute="order.campus_id")
    building_id = Int(attribute="order.building_id")
    asset_id = Id(attribute="order.asset_id", allow_none=True)
    description = Str(attribute="order.description")
    submitted_at = Instant(attribute="order.submitted_at")
    worker_id = Id(attribute="order.worker_id", allow_none=True)
    worker_name = Str()
    group_id = Id(attribute="order.group_id", allow_none=True)
    group_name = Str()
    contractor_id = Id(attribute="order.contractor_id", allow_none=True)
    contractor_name = Str()
    response_due_at = Instant(attribute="response.due_at", allow_none=True)
    resolution_due_at = Instant(attribute="resolution.due_at", allow_none=True)
    due_at = Instant(allow_none=True)
    is_overdue = Bool()
    is_paused = Bool()
    reminders = Int(attribute="order.reminders")
    appointment = Part(OrderAppointmentOut, allow_none=True)
    parent_id = Id(attribute="order.parent_id", allow_none=True)
    finished_at = Instant(attribute="order.finished_at", allow_none=True)
    completed_at = Instant(attribute="order.completed_at", allow_none=True)
    revision = Int(attribute="order.revision")


class OrderEventOut(Out):
    """One entry of the timeline. `is_late`: told too late to count as of when it was said to be."""

    at = Instant()
    cycle = Int()
    step = Str()
    step_name = Str()
    from_state = Str()
    to_state = Str()
    actor_name = Str()
    text = Str()
    is_late = Bool()


class OrderClockOut(Out):
    """A clock of a cycle: running, paused, met, missed or void. `is_provisional`: a calendar is to come."""

    cycle = Int()
    kind = Str(attribute="kind.value")
    started_at = Instant()
    due_at = Instant()
    verdict = Str(attribute="verdict.value")
    ended_at = Instant(allow_none=True)
    paused_since = Instant(allow_none=True)
    is_provisional = Bool()


class OrderHoldOut(Out):
    """A wish to hold the order, and what became of it."""

    id = Id(attribute="hold.id")
    cycle = Int(attribute="hold.cycle")
    state = Str(attribute="hold.state")
    state_name = Str()
    reason = Str(attribute="hold.reason")
    expected_until = Instant(attribute="hold.expected_until")
    asked_at = Instant(attribute="hold.asked_at")
    asked_by_name = Str()
    decided_at = Instant(attribute="hold.decided_at", allow_none=True)
    decision = Str(attribute="hold.decision")
    from_at = Instant(attribute="hold.from_at", allow_none=True)
    ended_at = Instant(attribute="hold.ended_at", allow_none=True)
    photos = Many(Part(PhotoLinksOut))


class RelatedOrderOut(Out):
    """Another order that this one has to do with."""

    id = Id()
    number = Str()
    state = Str()
    state_name = Str()
    category_name = Str()
    description = Str()


class OrderAssetOut(Out):
    """What an order is about."""

    id = Id()
    number = Str()
    name = Str()
    plate = Str()


class OrderPhotosOut(Out):
    """The photos of an order: of the report, before and after the work, and the signature."""

    report = Many(Part(PhotoLinksOut))
    before = Many(Part(PhotoLinksOut))
    after = Many(Part(PhotoLinksOut))
    signature = Many(Part(PhotoLinksOut))


class WorkOrderOut(WorkOrderRowOut):
    """All of an order. `can` are the verbs that the reader may use now. `contact_phone` is masked: the verb
    `contact` tells all of it.
    """

    cycle = Int(attribute="order.cycle")
    reporter_name = Str()
    department_name = Str()
    contact = Str(attribute="order.contact")
    contact_phone = Str()
    asset = Part(OrderAssetOut, allow_none=True)
    result = Str(attribute="order.result")
    labour_minutes = Int(attribute="order.labour_minutes")
    cost_fen = Fen(attribute="order.cost_fen")
    is_warranty = Bool(attribute="order.is_warranty")
    warranty_reason = Str(attribute="order.warranty_reason")
    returns = Int(attribute="order.returns")
    transfers = Int(attribute="order.transfers")
    reworks = Int(attribute="order.reworks")
    reopenings = Int(attribute="order.reopenings")
    is_lapsed = Bool(attribute="order.is_lapsed")
    arrived_at = Instant(attribute="order.arrived_at", allow_none=True)
    ended_at = Instant(attribute="order.ended_at", allow_none=True)
    timeline = Many(Part(OrderEventOut))
    clocks = Many(Part(OrderClockOut))
    photos = Part(OrderPhotosOut)
    holds = Many(Part(OrderHoldOut))
    parts = Many(Part(RelatedOrderOut))
    parent = Part(RelatedOrderOut, allow_none=True)
    master = Part(RelatedOrderOut, allow_none=True)
    follows = Part(RelatedOrderOut, allow_none=True)
    can = Many(Str())


class OrderContactOut(Out):
    """Whom to call."""

    name = Str()
    phone = Str()


class SimilarOrderOut(Out):
    """An order that may be about the same thing."""

    id = Id()
    number = Str()
    category_name = Str()
    place_path = Str()
    description = Str()
    state = Str()
    state_name = Str()
    submitted_at = Instant()
    is_mine = Bool()


class OrderWaitingHoldOut(Out):
    """A wish to hold an order that waits for approval."""

    id = Id(attribute="hold.id")
    order_id = Id(attribute="order.id")
    number = Str(attribute="order.number")
    place_path = Str(attribute="order.place_path")
    description = Str(attribute="order.description")
    urgency = Str(attribute="order.urgency")
    reason = Str(attribute="hold.reason")
    expected_until = Instant(attribute="hold.expected_until")
    asked_at = Instant(attribute="hold.asked_at")
    asked_by_name = Str()


class OrderCountsOut(Out):
    """What waits for the reader, for badges."""

    mine_open = Int()
    to_verify = Int()
    to_rate = Int()
    todo = Int()
    pool = Int()
    to_triage = Int()
    to_dispatch = Int()
    holds = Int()
