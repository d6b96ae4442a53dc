"""Wire shapes of meters. Readings are numbers of at most three decimals."""

from typing import Any

from backend.wire import Bool, Id, In, Instant, Json, Out, Query, Str

_NAME: dict[str, Any] = {"required": True, "min_length": 1, "max_length": 40}
_UNIT: dict[str, Any] = {
    "required": True,
    "min_length": 1,
    "max_length": 12,
    "attribute": "unit_name",
    "data_key": "unit",
}


class MetersQuery(Query):
    """Which meters."""

    asset_id = Id(load_default=None)
    is_active = Bool(load_default=None)


class MeterIn(In):
    """A new meter of an asset."""

    asset_id = Id(required=True)
    name = Str(**_NAME)
    unit = Str(**_UNIT)


class MeterChangeIn(In):
    """A meter as it is to be."""

    name = Str(**_NAME)
    unit = Str(**_UNIT)
    is_active = Bool(required=True)


class MeterOut(Out):
    """A meter with what it showed last; `total` goes on counting when it is replaced."""

    id = Id(attribute="meter.id")
    asset_id = Id(attribute="meter.asset_id")
    asset_name = Str()
    name = Str(attribute="meter.name")
    unit = Str(attribute="meter.unit")
    is_active = Bool(attribute="meter.is_active")
    value = Json(allow_none=True)
    total = Json(allow_none=True)
    read_at = Instant(allow_none=True)


class MeterReadingIn(In):
    """What a meter shows; `corrects_id` is the last reading, if this one stands instead of it."""

    value = Json(required=True)
    read_at = Instant(load_default=None, allow_none=True)
    is_replacement = Bool(load_default=False)
    corrects_id = Id(load_default=None, allow_none=True)
    reason = Str(load_default="", max_length=200)


class MeterReadingOut(Out):
    """A reading."""

    id = Id(attribute="reading.id")
    value = Json()
    total = Json()
    read_at = Instant(attribute="reading.read_at")
    recorded_at = Instant(attribute="reading.recorded_at")
    recorded_by_name = Str(attribute="reading.recorded_by_name")
    is_replacement = Bool(attribute="reading.is_replacement")
    reason = Str(attribute="reading.reason")
    corrects_id = Id(attribute="reading.corrects_id", allow_none=True)
    is_corrected = Bool()
