"""Wire shapes of what 会务 offers."""

from typing import Any, Final

from backend.wire import Bool, Choice, Code, Fen, Id, In, Int, Many, Out, Part, Query, Str
from meeting.hospitality.catalogue.models import LineKind, Phase, QuantityBy

_DAY: Final = 24 * 60


def _minutes(most: int = _DAY, **kwargs: Any) -> Int:
    return Int(minimum=0, maximum=most, **kwargs)


class MeetingServicesQuery(Query):
    """With those that are no longer offered, for who manages them."""

    all = Bool(load_default=False)


class ServiceCheckIn(In):
    """A line of a service's checklist."""

    phase = Choice(Phase, required=True)
    code = Code(required=True, max_length=30)
    text = Str(required=True, min_length=1, max_length=60)


class MeetingServiceIn(In):
    """A service."""

    name = Str(required=True, min_length=1, max_length=30)
    description = Str(max_length=200, load_default="")
    unit = Str(required=True, min_length=1, max_length=10)
    quantity_by = Choice(QuantityBy, load_default=QuantityBy.MEETING)
    price_fen = Fen(minimum=0, maximum=10_000_000, load_default=0)
    lead_minutes = _minutes(7 * _DAY, allow_none=True, load_default=None)
    setup_minutes = _minutes(load_default=0)
    ready_minutes = _minutes(load_default=0)
    repeat_minutes = Int(minimum=0, maximum=_DAY, load_default=0)
    visit_minutes = Int(minimum=1, maximum=120, load_default=5)
    is_attended = Bool(load_default=False)
    clear_minutes = _minutes(load_default=0)
    stewards = Int(minimum=1, maximum=50, load_default=1)
    item_id = Id(allow_none=True, load_default=None)
    item_count = Int(minimum=0, maximum=1000, load_default=0)
    item_per = Int(minimum=1, maximum=1000, load_default=1)
    spared_by = Str(max_length=30, load_default="")
    checklist = Many(Part(ServiceCheckIn), maximum=30, load_default=list)
    position = Int(minimum=0, maximum=10_000, load_default=0)
    is_active = Bool(load_default=True)


class NewMeetingServiceIn(MeetingServiceIn):
    """A new service, whose code stays."""

    code = Code(required=True, max_length=30)


class ItemNameOut(Out):
    """An item as a service names it."""

    id = Id()
    name = Str()
    unit = Str()


class ServiceCheckOut(Out):
    """A line of a service's checklist."""

    phase = Str()
    code = Str()
    text = Str()


class MeetingServiceOut(Out):
    """A service; `lead_minutes` null is by the rule."""

    id = Id()
    code = Str()
    name = Str()
    description = Str()
    unit = Str()
    quantity_by = Str()
    price_fen = Int()
    lead_minutes = Int(allow_none=True)
    setup_minutes = Int()
    ready_minutes = Int()
    repeat_minutes = Int()
    visit_minutes = Int()
    is_attended = Bool()
    clear_minutes = Int()
    stewards = Int()
    item = Part(ItemNameOut, allow_none=True)
    item_count = Int()
    item_per = Int()
    spared_by = Str()
    checklist = Many(Part(ServiceCheckOut))
    position = Int()
    is_active = Bool()


class MeetingItemChangeIn(In):
    """An item of equipment."""

    name = Str(required=True, min_length=1, max_length=30)
    unit = Str(required=True, min_length=1, max_length=10)
    is_active = Bool(load_default=True)


class MeetingItemIn(In):
    """A new item of equipment, whose code stays."""

    code = Code(required=True, max_length=30)
    name = Str(required=True, min_length=1, max_length=30)
    unit = Str(required=True, min_length=1, max_length=10)


class ItemStockOut(Out):
    """How many a campus has."""

    campus_id = Id()
    campus = Str()
    count = Int()


class MeetingItemOut(Out):
    """An item of equipment with where it is."""

    id = Id()
    code = Str()
    name = Str()
    unit = Str()
    is_active = Bool()
    stocks = Many(Part(ItemStockOut))


class MeetingChecklistLineIn(In):
    """A line of every meeting's checklist."""

    phase = Choice(Phase, required=True)
    code = Code(required=True, max_length=30)
    text = Str(required=True, min_length=1, max_length=60)
    kind = Choice(LineKind, load_default=LineKind.ORDINARY)


class MeetingChecklistIn(In):
    """All lines, in their order."""

    lines = Many(Part(MeetingChecklistLineIn), required=True, minimum=1, maximum=60)


class MeetingChecklistLineOut(Out):
    """A line of every meeting's checklist."""

    phase = Str()
    code = Str()
    text = Str()
    kind = Str()
