"""Wire shapes of weighings."""

from collections.abc import Mapping
from typing import Any, Final

from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Json,
    Many,
    Out,
    PageQuery,
    Part,
    Str,
    ValidationError,
)
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste.models import Kind, Quarantine
from canteen.waste.queries import WeighingView
from canteen.waste.titles import KIND_NAMES, QUARANTINE_NAMES, STAGE_NAMES, STATUS_NAMES

MAX_EVENTS: Final = 1000
_EVENT: Final = {
    "type": "object",
    "required": ["seq", "captured_at", "kind"],
    "properties": {
        "seq": {"type": "integer", "minimum": 1},
        "captured_at": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": [kind.value for kind in Kind if kind is not Kind.ENTRY]},
        "served_on": {"type": "string", "format": "date"},
        "period": {"type": "string", "enum": [period.value for period in Period]},
        "stage": {"type": "string"},
        "edible": {"type": "string", "enum": ["edible", "inedible", "mixed"]},
        "tray": {"type": "string", "maxLength": 32},
        "bin": {"type": "string", "maxLength": 32},
        "pan": {"type": "string", "maxLength": 32},
        "dish_id": {"type": "integer"},
        "gross_g": {"type": "integer"},
        "tare_g": {"type": "integer", "minimum": 0},
        "stable": {"type": "boolean"},
        "overload": {"type": "boolean"},
        "raw_frame": {"type": "string", "maxLength": 40},
        "disposition": {"type": "string", "enum": ["discard", "compost", "feed", "donate", "reuse"]},
        "reason": {"type": "string", "maxLength": 100},
    },
}


def _ensure_events(value: Any) -> None:
    if type(value) is not list:
        raise ValidationError("应为列表")
    if not 1 <= len(value) <= MAX_EVENTS:
        raise ValidationError(f"应有 1 到 {MAX_EVENTS} 项")


class WeighingsIn(In):
    """A batch of a device's events; each of them is read by hand and answered for itself."""

    sent_at = Instant(required=True, metadata={"description": "The device's own clock at sending"})
    events = Json(
        required=True,
        validate=_ensure_events,
        metadata={"type": "array", "items": _EVENT, "minItems": 1, "maxItems": MAX_EVENTS},
    )


class WeighingItemOut(Out):
    """What became of one event."""

    seq = Int(allow_none=True)
    result = Str(metadata={"enum": ["accepted", "duplicate", "quarantined", "conflict", "rejected"]})
    index = Int(metadata={"description": "Its place in the batch, of what was refused or is in conflict"})
    code = Str()
    msg = Str()


class WeighingsTakenOut(Out):
    """What became of a batch: how many events ended how, and each of them in the order sent."""

    accepted = Int()
    duplicate = Int()
    quarantined = Int()
    conflict = Int()
    rejected = Int()
    items = Many(Part(WeighingItemOut))

    def dump(self, obj: Any, *, many: bool | None = None, **kwargs: Any) -> Any:
        """The object as it is: it comes in this very shape, a thousand items at a time."""
        return obj


class QuarantineQuery(PageQuery):
    """Which of what waits for a decision; both dates included."""

    canteen_id = Id()
    device_id = Id()
    from_date = Date()
    to_date = Date()
    code = Choice(Quarantine)


class WeighingsQuery(PageQuery):
    """The weighings of a canteen's day."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period)
    kind = Choice(Kind)


class WeighingDecisionIn(In):
    """Why."""

    reason = Str(required=True, min_length=2, max_length=100)


class WeighingCorrectionIn(WeighingDecisionIn):
    """What stands instead, as far as it differs."""

    net_g = Int(minimum=0, maximum=10_000_000)
    served_on = Date()
    period = Choice(Period)


class WeighingOut(Out):
    """A weighing as managers see it."""

    id = Int(attribute="weighing.id")
    canteen_id = Int(attribute="weighing.canteen_id")
    date = Date(attribute="weighing.served_on")
    period = Str(attribute="weighing.period")
    meal = Str()
    kind = Str(attribute="weighing.kind")
    kind_name = Str()
    stage = Str(attribute="weighing.stage")
    stage_name = Str()
    edible = Str(attribute="weighing.edible")
    status = Str(attribute="weighing.status")
    status_name = Str()
    quarantine_code = Str(attribute="weighing.quarantine_code", allow_none=True)
    quarantine_name = Str()
    is_open = Bool(metadata={"description": "Waits for a decision"})
    can_correct = Bool()
    gross_g = Int(attribute="weighing.gross_g", allow_none=True)
    tare_g = Int(attribute="weighing.tare_g", allow_none=True)
    net_g = Int(attribute="weighing.net_g")
    counted_g = Int(attribute="weighing.counted_g")
    cost_fen = Int(attribute="weighing.cost_fen")
    raw_frame = Str(attribute="weighing.raw_frame")
    reason = Str(attribute="weighing.reason")
    captured_at = Instant(attribute="weighing.captured_at")
    received_at = Instant(attribute="weighing.received_at")
    clock_skew_s = Int(attribute="weighing.clock_skew_s")
    device_id = Int(attribute="weighing.device_id", allow_none=True)
    device_name = Str()
    container_code = Str()
    container_name = Str()
    dish_id = Int(attribute="weighing.dish_id", allow_none=True)
    dish_name = Str()
    entered_by_name = Str()
    replaces = Int(attribute="weighing.replaces", allow_none=True)
    replaced_by = Int(allow_none=True)
    voided_at = Instant(allow_none=True)
    void_reason = Str()
    voided_by_name = Str()

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Names beside the words of the vocabulary; the rest is the view's."""
        named = _NAMES.get(attr)
        if named is not None and isinstance(obj, WeighingView):
            field, names = named
            return names.get(getattr(obj.weighing, field), "")
        return super().get_attribute(obj, attr, default)


_NAMES: Final[Mapping[str, tuple[str, Mapping[Any, str]]]] = {
    "kind_name": ("kind", KIND_NAMES),
    "stage_name": ("stage", STAGE_NAMES),
    "status_name": ("status", STATUS_NAMES),
    "quarantine_name": ("quarantine_code", QUARANTINE_NAMES),
    "period_name": ("period", PERIOD_NAMES),
}
