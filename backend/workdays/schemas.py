"""Wire shapes of the calendar."""

from datetime import timedelta
from typing import Any

from marshmallow import post_load, validates_schema

from backend.wire import (
    Bool,
    Choice,
    Date,
    In,
    Instant,
    Int,
    Many,
    Out,
    Part,
    Query,
    Str,
    ValidationError,
    WallTime,
)
from backend.workdays.policies import DayKind, Segment

LONGEST_RANGE = timedelta(days=400)


class SegmentIn(In):
    """A span of wall time; `until_time` 00:00 is the midnight that ends the day."""

    from_time = WallTime(required=True)
    until_time = WallTime(required=True)

    @post_load
    def to_segment(self, data: dict[str, Any], **_: Any) -> Segment:
        """What the service takes."""
        return Segment(**data)


class SegmentOut(Out):
    """A span of wall time."""

    from_time = WallTime()
    until_time = WallTime()


class DayOut(Out):
    """One day of the calendar."""

    on_date = Date()
    kind = Choice(DayKind)
    name = Str()
    is_workday = Bool()
    is_provisional = Bool()
    segments = Many(Part(SegmentOut))


class OverrideIn(In):
    """What holds on the day that the address names; no segments closes it."""

    segments = Many(Part(SegmentIn), required=True, maximum=10)
    reason = Str(required=True, min_length=1, max_length=200)


class OverrideOut(Out):
    """An override that stands. `set_by` 0 is the system."""

    on_date = Date()
    segments = Many(Part(SegmentOut))
    reason = Str()
    set_by = Int(minimum=0)
    set_at = Instant()


class DaysQuery(Query):
    """A range of days [from_date, to_date], at most a year and a month long."""

    from_date = Date(required=True)
    to_date = Date(required=True)

    @validates_schema
    def ensure_range(self, data: dict[str, Any], **_: Any) -> None:
        """In order, and bounded."""
        if not timedelta(0) <= data["to_date"] - data["from_date"] <= LONGEST_RANGE:
            raise ValidationError({"to_date": ["应不早于起始日期，且范围不超过 400 天"]})


class OverridesQuery(Query):
    """Which year's overrides."""

    year = Int(required=True, minimum=2000, maximum=2999)
