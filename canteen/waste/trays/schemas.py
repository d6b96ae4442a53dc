"""Wire shapes of trays. Weights are grams."""

from typing import Any

from marshmallow import post_load, validates_schema

from backend.wire import (
    Bool,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Month,
    Out,
    Part,
    Query,
    Str,
    ValidationError,
)
from canteen.waste.trays.queries import Shown

_WAYS = ("card_no", "diner_token", "pickup_token", "order_id")


class ShownIn(In):
    """A tray, and by what its diner is known: exactly one of the ways."""

    tray_code = Str(required=True, min_length=1, max_length=32)
    card_no = Str(min_length=1, max_length=32)
    diner_token = Str(min_length=1, max_length=100)

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """One way or the other."""
        if sum(way in data for way in _WAYS) != 1:
            raise ValidationError("请提供饭卡号、用餐码、取餐码或订单其中之一")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use case takes."""
        shown = Shown(**{way: data.pop(way) for way in _WAYS if way in data})
        return {"shown": shown, **data}


class BindTrayIn(ShownIn):
    """At a counter: by the card, the diner's code, the code of a pick-up, or the order just handed out."""

    canteen_id = Id(required=True)
    pickup_token = Str(min_length=1, max_length=100)
    order_id = Id()


class DeviceBindTrayIn(ShownIn):
    """At a reader; the instants are of its own clock."""

    bound_at = Instant()
    sent_at = Instant()


class TrayBoundOut(Out):
    """The binding; `is_by_weight` says that what goes on the tray is charged."""

    binding_id = Id()
    tray_code = Str()
    staff_name = Str()
    date = Date()
    period = Str()
    bound_at = Instant()
    is_by_weight = Bool()


class DeviceTrayBoundOut(Out):
    """The same for a display that others see."""

    tray_code = Str()
    staff_name = Str(attribute="masked_name")
    bound_at = Instant()
    is_by_weight = Bool()


class TrayConsentIn(In):
    """Whether to see one's own trays."""

    is_on = Bool(required=True)


class TrayConsentOut(Out):
    """Whether one sees one's own trays, and since when."""

    is_on = Bool()
    since = Instant(allow_none=True)


class TrayMonthQuery(Query):
    """Which month."""

    month = Month(required=True)


class OwnTrayOut(Out):
    """One tray; what was not weighed is null."""

    date = Date()
    period = Str()
    meal_name = Str()
    canteen_name = Str()
    bound_at = Instant()
    returned_at = Instant(allow_none=True)
    served_g = Int(allow_none=True)
    leftover_g = Int(allow_none=True)
    is_clean = Bool(allow_none=True)


class TrayMonthOut(Out):
    """One's own trays of a month, the latest first. There is no total on purpose."""

    month = Month()
    is_on = Bool()
    trays = Many(Part(OwnTrayOut))
