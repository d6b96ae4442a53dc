"""Wire shapes of what is done with an order after its submission."""

from typing import Any, Final

from marshmallow import post_load, validates_schema

from backend.places.models import PlaceKind
from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, PageQuery, Part, Str, ValidationError
from property.categories.models import Urgency
from property.work_orders import policies
from property.work_orders.policies import MOST_PARTS, Outcome
from property.work_orders.schemas import photo_ids

_TEXT: Final = 500
_LONG_TEXT: Final = 1000
_CODE: Final = 40
_MINUTES: Final = 100_000


class OrderHappenedIn(In):
    """When a worker who was cut off took the step; now unless said."""

    happened_at = Instant(load_default=None, allow_none=True)


class OrderReasonIn(OrderHappenedIn):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=_TEXT)


class OrderWhyIn(In):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=_TEXT)


class OrderCancelIn(In):
    """Why, if one likes."""

    reason = Str(load_default="", max_length=_TEXT)


class OrderRejectIn(In):
    """Why a report is refused, or what is wrong with the work."""

    text = Str(required=True, min_length=1, max_length=_TEXT)


class OrderDispatchIn(In):
    """To a worker, or to a group."""

    worker_id = Id(load_default=None, allow_none=True)
    group_id = Id(load_default=None, allow_none=True)
    is_over_capacity_ok = Bool(load_default=False)
    text = Str(load_default="", max_length=_TEXT)

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        """A worker or a group."""
        if (data.get("worker_id") is None) == (data.get("group_id") is None):
            raise ValidationError("请选择一名人员或一个班组", "worker_id")


class OrderArriveIn(OrderHappenedIn):
    """Photos of how it was, if there are any."""

    before_photo_ids = photo_ids()


class OrderHoldIn(OrderReasonIn):
    """Why, with photos, and until when."""

    photo_ids = photo_ids()
    expected_until = Instant(required=True)


class OrderFinishIn(OrderHappenedIn):
    """What was done, with the proofs that the category demands."""

    result = Str(required=True, min_length=1, max_length=_LONG_TEXT)
    labour_minutes = Int(minimum=0, maximum=_MINUTES, load_default=0)
    before_photo_ids = photo_ids()
    after_photo_ids = photo_ids()
    signature_photo_ids = photo_ids()


class OrderVerifyIn(In):
    """Whether all of it is resolved; what is resolved in part says what is missing."""

    outcome = Choice(Outcome, required=True)
    text = Str(load_default="", max_length=_TEXT)


class OrderDuplicateIn(In):
    """Which order this one follows."""

    master_id = Id(required=True)


class OrderUrgencyIn(OrderWhyIn):
    """How urgent it is, and why."""

    urgency = Choice(Urgency, required=True)


class OrderPartIn(In):
    """One part; without a place it is the whole's."""

    category = Str(required=True, min_length=1, max_length=_CODE)
    description = Str(required=True, min_length=1, max_length=_LONG_TEXT)
    place_kind = Choice(PlaceKind, load_default=None, allow_none=True)
    place_id = Id(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> policies.Part:
        """As the use case takes it."""
        return policies.Part(**data)


class OrderSplitIn(In):
    """The parts."""

    parts = Many(Part(OrderPartIn), required=True, minimum=1, maximum=MOST_PARTS)


class HoldApprovalIn(In):
    """What is said with it, if anything."""

    text = Str(load_default="", max_length=_TEXT)


class HoldsQuery(PageQuery):
    """Which page."""
