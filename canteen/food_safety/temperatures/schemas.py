"""Wire shapes of temperatures: tenths of a degree, `*_dc`."""

from enum import StrEnum
from typing import Any, Final

from marshmallow import post_load

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
    Query,
    Str,
    ValidationError,
)
from canteen.food_safety.temperatures.models import FridgeKind
from canteen.food_safety.temperatures.policies import LEAST_DC, MOST_DC, Entered

MOST_READINGS: Final = 1000
_READING: Final = {
    "type": "object",
    "required": ["seq", "captured_at", "temperature_dc"],
    "properties": {
        "seq": {"type": "integer", "minimum": 1},
        "captured_at": {"type": "string", "format": "date-time"},
        "temperature_dc": {"type": "integer", "minimum": LEAST_DC, "maximum": MOST_DC},
        "probe": {"type": "string", "maxLength": 32},
    },
}


class ExcursionFilter(StrEnum):
    """Which excursions."""

    OPEN = "open"
    UNANSWERED = "unanswered"
    ALL = "all"


def _ensure_readings(value: Any) -> None:
    if type(value) is not list:
        raise ValidationError("应为列表")
    if not 1 <= len(value) <= MOST_READINGS:
        raise ValidationError(f"应有 1 到 {MOST_READINGS} 项")


class FridgeIn(In):
    """What a fridge is; without limits those of its kind."""

    name = Str(required=True, min_length=1, max_length=50)
    kind = Choice(FridgeKind, required=True)
    location = Str(max_length=50, load_default="")
    minimum_dc = Int(minimum=LEAST_DC, maximum=MOST_DC, allow_none=True)
    maximum_dc = Int(minimum=LEAST_DC, maximum=MOST_DC, allow_none=True)
    device_id = Id(allow_none=True)
    probe = Str(max_length=32, load_default="")


class NewFridgeIn(FridgeIn):
    """A fridge of a canteen."""

    canteen_id = Id(required=True)


class FridgeChangeIn(FridgeIn):
    """What a fridge is now."""

    is_active = Bool(required=True)


class ReadingIn(In):
    """What somebody read off a fridge; without an instant now."""

    fridge_id = Id(required=True)
    temperature_dc = Int(required=True, minimum=LEAST_DC, maximum=MOST_DC)
    measured_at = Instant()
    note = Str(max_length=200, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Entered:
        """As the use case takes it."""
        return Entered(**data)


class ReadingsIn(In):
    """What somebody read off a canteen's fridges."""

    canteen_id = Id(required=True)
    readings = Many(Part(ReadingIn), required=True, minimum=1, maximum=100)


class DeviceReadingsIn(In):
    """A batch of a device's readings; each of them is read by hand and answered for itself."""

    sent_at = Instant(required=True, metadata={"description": "The device's own clock at sending"})
    readings = Json(
        required=True,
        validate=_ensure_readings,
        metadata={"type": "array", "items": _READING, "minItems": 1, "maxItems": MOST_READINGS},
    )


class ReadingReasonIn(In):
    """Why."""

    reason = Str(required=True, min_length=2, max_length=200)


class ActionIn(In):
    """What was done about it."""

    action = Str(required=True, min_length=2, max_length=300)


class FridgesQuery(PageQuery):
    """Of one canteen, or of all within reach."""

    canteen_id = Id()
    is_active = Bool()


class ThermometersQuery(Query):
    """Of which canteen."""

    canteen_id = Id(required=True)


class FridgeSheetQuery(Query):
    """Of today, unless a day is given."""

    canteen_id = Id(required=True)
    on = Date(data_key="date")


class FridgeRecordQuery(Query):
    """Of which day."""

    canteen_id = Id(required=True)
    on = Date(required=True, data_key="date")


class ReadingsQuery(PageQuery):
    """Of which fridge and days, both included."""

    fridge_id = Id(required=True)
    from_date = Date(required=True)
    to_date = Date(required=True)


class ExcursionsQuery(PageQuery):
    """Which excursions."""

    canteen_id = Id()
    state = Choice(ExcursionFilter, load_default=ExcursionFilter.ALL)


class FridgeOut(Out):
    """A fridge with its limits."""

    id = Id()
    canteen_id = Id()
    canteen_name = Str()
    name = Str()
    kind = Str()
    kind_name = Str()
    location = Str()
    minimum_dc = Int()
    maximum_dc = Int()
    device_id = Id(allow_none=True)
    device_name = Str()
    probe = Str()
    is_active = Bool()


class ThermometerOut(Out):
    """A device that can report of fridges."""

    id = Id()
    code = Str()
    name = Str()
    kind = Str()


class ReadingOut(Out):
    """A reading."""

    id = Id()
    fridge_id = Id()
    fridge_name = Str()
    temperature_dc = Int()
    minimum_dc = Int()
    maximum_dc = Int()
    is_out = Bool()
    measured_at = Instant()
    received_at = Instant()
    is_manual = Bool()
    by_name = Str()
    note = Str()
    is_void = Bool()
    can_void = Bool()


class ReadingsTakenOut(Out):
    """Readings that were entered together."""

    readings = Many(Part(ReadingOut))


class ExcursionOut(Out):
    """A fridge beyond its limits."""

    id = Id()
    fridge_id = Id()
    fridge_name = Str()
    canteen_id = Id()
    canteen_name = Str()
    began_at = Instant()
    ended_at = Instant(allow_none=True)
    minutes = Int()
    extreme_dc = Int()
    minimum_dc = Int()
    maximum_dc = Int()
    is_high = Bool()
    told_at = Instant(allow_none=True)
    action = Str()
    acted_at = Instant(allow_none=True)
    acted_by_name = Str()
    needs_action = Bool()


class LatestReadingOut(Out):
    """A fridge's last reading of the day."""

    temperature_dc = Int()
    measured_at = Instant()
    is_out = Bool()


class FridgeDayOut(Out):
    """A fridge's day."""

    fridge = Part(FridgeOut)
    latest = Part(LatestReadingOut, allow_none=True)
    readings = Int()
    manual_readings = Int()
    lowest_dc = Int(allow_none=True)
    highest_dc = Int(allow_none=True)
    is_short = Bool()
    excursion = Part(ExcursionOut, allow_none=True)


class FridgeSheetOut(Out):
    """A day of a canteen's fridges."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    readings_needed = Int()
    fridges = Many(Part(FridgeDayOut))


class DeviceReadingItemOut(Out):
    """What became of one reading."""

    seq = Int(allow_none=True)
    result = Str(metadata={"enum": ["accepted", "duplicate", "conflict", "rejected"]})
    index = Int(metadata={"description": "Its place in the batch, of what was refused or is in conflict"})
    code = Str()
    msg = Str()


class DeviceReadingsOut(Out):
    """What became of a batch."""

    accepted = Int()
    duplicate = Int()
    conflict = Int()
    rejected = Int()
    items = Many(Part(DeviceReadingItemOut))
