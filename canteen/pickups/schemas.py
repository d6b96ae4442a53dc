"""Wire shapes of the counter."""

from typing import Any

from marshmallow import validates_schema

from backend.wire import Choice, Id, In, Instant, Out, Str, ValidationError
from canteen.menu.models import Period
from canteen.ordering.schemas import OrderOut


class PickupCodeOut(Out):
    """A code to show at the counter."""

    token = Str()
    expires_at = Instant()
    qr_svg = Str()


class PickupIn(In):
    """Either a code (with the counter's canteen, if wanted), or a card for one meal of today."""

    token = Str(min_length=1, max_length=100)
    card_no = Str(min_length=1, max_length=32)
    canteen_id = Id()
    period = Choice(Period)

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """One way or the other, and whole."""
        if ("token" in data) == ("card_no" in data):
            raise ValidationError("请提供取餐码或饭卡号其中之一")
        missing = {"canteen_id", "period"} - data.keys()
        if "card_no" in data and missing:
            raise ValidationError({name: ["必填"] for name in sorted(missing)})


class PickedUpOut(OrderOut):
    """The order that was handed out, and whose it is."""

    staff_name = Str()
    canteen_name = Str()
