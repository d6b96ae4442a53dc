"""Wire shapes of the service levels. Amounts are minutes, or days where workdays are counted."""

from typing import Any

from marshmallow import post_load, validates_schema

from backend.places.models import PlaceKind
from backend.wire import (
    Bool,
    Choice,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    Part,
    Query,
    Str,
    ValidationError,
)
from backend.workdays.clocks import Counting, Target
from backend.workdays.schemas import SegmentIn, SegmentOut
from property.categories.models import Urgency
from property.service_levels.models import ClockKind, PlaceClass
from property.service_levels.policies import MOST_MINUTES, Line
from property.service_levels.reading import VersionState


class ServiceWeekdayIn(In):
    """The hours of one weekday that differ; 0 is Monday, and 5 and 6 are makeup workdays."""

    weekday = Int(required=True, minimum=0, maximum=6)
    segments = Many(Part(SegmentIn), required=True, minimum=1, maximum=10)


class ServiceCalendarIn(In):
    """Hours of service on a workday."""

    name = Str(required=True, min_length=1, max_length=40)
    segments = Many(Part(SegmentIn), required=True, minimum=1, maximum=10)
    by_weekday = Many(Part(ServiceWeekdayIn), maximum=7, load_default=list)

    @validates_schema(skip_on_field_errors=True)
    def ensure_weekdays(self, data: dict[str, Any], **_: Any) -> None:
        """Each weekday once."""
        days = [each["weekday"] for each in data["by_weekday"]]
        if len(set(days)) < len(days):
            raise ValidationError({"by_weekday": ["同一天只能设置一次"]})

    @post_load
    def to_hours(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the service takes."""
        by_weekday = {each["weekday"]: tuple(each["segments"]) for each in data["by_weekday"]}
        return {"name": data["name"], "segments": tuple(data["segments"]), "by_weekday": by_weekday}


class ServiceWeekdayOut(Out):
    """The hours of one weekday."""

    weekday = Int()
    segments = Many(Part(SegmentOut))


class ServiceCalendarOut(Out):
    """A service calendar; `revision` counts the changes of its hours."""

    id = Id()
    name = Str()
    segments = Many(Part(SegmentOut))
    by_weekday = Many(Part(ServiceWeekdayOut))
    revision = Int()


class ServiceTargetIn(In):
    """How much of what may pass."""

    counting = Choice(Counting, required=True)
    amount = Int(required=True, minimum=1, maximum=MOST_MINUTES)

    @post_load
    def to_target(self, data: dict[str, Any], **_: Any) -> Target:
        """What the service takes."""
        return Target(**data)


class ServiceTargetOut(Out):
    """How much of what may pass, also in words."""

    counting = Choice(Counting)
    amount = Int()
    text = Str()


class ServiceLineIn(In):
    """A line; null holds for any, `calendar_id` null counts by the office hours."""

    category_id = Id(load_default=None, allow_none=True)
    urgency = Choice(Urgency, load_default=None, allow_none=True)
    place_class = Choice(PlaceClass, load_default=None, allow_none=True)
    calendar_id = Id(load_default=None, allow_none=True)
    response = Part(ServiceTargetIn, required=True)
    resolution = Part(ServiceTargetIn, required=True)

    @post_load
    def to_line(self, data: dict[str, Any], **_: Any) -> Line:
        """What the service takes."""
        return Line(**data)


class ServiceLineOut(Out):
    """A line with the names of what it is about."""

    position = Int()
    category_id = Id(allow_none=True)
    category = Str()
    urgency = Choice(Urgency, allow_none=True)
    place_class = Choice(PlaceClass, allow_none=True)
    calendar_id = Id(allow_none=True)
    calendar = Str()
    response = Part(ServiceTargetOut)
    resolution = Part(ServiceTargetOut)


class ServiceVersionIn(In):
    """What a draft says."""

    title = Str(required=True, min_length=1, max_length=100)
    source = Str(max_length=300, load_default="")
    lines = Many(Part(ServiceLineIn), required=True, minimum=1, maximum=300)


class NewServiceVersionIn(In):
    """A new draft: lines of its own, or those of a version (`copy_of`; 0 and nothing: the built-in ones)."""

    title = Str(required=True, min_length=1, max_length=100)
    source = Str(max_length=300, load_default="")
    lines = Many(Part(ServiceLineIn), minimum=1, maximum=300, load_default=None, allow_none=True)
    copy_of = Int(minimum=0, load_default=None, allow_none=True)


class ServicePublicationIn(In):
    """From when a draft holds; at once if nothing is said."""

    effective_at = Instant(load_default=None, allow_none=True)


class ServiceVersionRowOut(Out):
    """A version in the list."""

    id = Id()
    number = Int()
    title = Str()
    source = Str()
    state = Choice(VersionState)
    effective_at = Instant(allow_none=True)
    changed_at = Instant()
    changed_by_name = Str()


class ServiceVersionOut(ServiceVersionRowOut):
    """A version with its lines."""

    lines = Many(Part(ServiceLineOut))


class PlaceClassIn(In):
    """The class that a place is given."""

    place_class = Choice(PlaceClass, required=True)


class PlaceClassOut(Out):
    """A place that has a class of its own."""

    place_kind = Choice(PlaceKind)
    place_id = Id()
    path = Str()
    place_class = Choice(PlaceClass)


class ServicePreviewQuery(Query):
    """For which case: a category, an urgency and a place, if there is one."""

    category_id = Id(required=True)
    urgency = Choice(Urgency, required=True)
    place_kind = Choice(PlaceKind, load_default=None)
    place_id = Id(load_default=None)
    at = Instant(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def ensure_place(self, data: dict[str, Any], **_: Any) -> None:
        """Both of a place, or none."""
        if (data["place_kind"] is None) != (data["place_id"] is None):
            raise ValidationError({"place_id": ["位置类型和编号应同时给出"]})


class ServiceStepOut(Out):
    """When so many per cent would have passed."""

    percent = Int()
    at = Instant()


class ServicePromiseOut(Out):
    """What one clock would be promised."""

    kind = Choice(ClockKind)
    target = Part(ServiceTargetOut)
    due_at = Instant()
    is_provisional = Bool()
    steps = Many(Part(ServiceStepOut))


class ServicePreviewOut(Out):
    """What would be promised, and by which version."""

    policy = Str()
    place_class = Choice(PlaceClass)
    promises = Many(Part(ServicePromiseOut))
