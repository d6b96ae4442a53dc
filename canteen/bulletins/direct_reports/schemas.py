"""Wire shapes of direct reports: what `waste-report.schema.json` says, as this side checks it."""

from enum import StrEnum
from typing import Final

from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Month, Out, PageQuery, Part, Str
from canteen.bulletins.direct_reports.policies import SCHEMA

_MOST: Final = 10**12
_MOST_COUNT: Final = 10**9


class ReportSchema(StrEnum):
    """The version of the contract."""

    V1 = SCHEMA


class WasteFiguresIn(In):
    """Sums of a month. Grams of food; null is what was not weighed."""

    meals_served = Int(minimum=0, maximum=_MOST_COUNT, required=True)
    meals_measured = Int(minimum=0, maximum=_MOST_COUNT, required=True)
    diners = Int(minimum=0, maximum=_MOST_COUNT, required=True)
    plate_meals = Int(minimum=0, maximum=_MOST_COUNT)
    plate_diners = Int(minimum=0, maximum=_MOST, allow_none=True)
    prepared_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    storage_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    preparation_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    unserved_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    plate_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    inedible_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    reused_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    purchased_g = Int(minimum=0, maximum=_MOST, allow_none=True)
    purchase_fen = Int(minimum=0, maximum=_MOST, allow_none=True)
    cost_fen = Int(minimum=0, maximum=_MOST, allow_none=True)


class CanteenFiguresIn(In):
    """One canteen's share of a report."""

    name = Str(min_length=1, max_length=50, required=True)
    figures = Part(WasteFiguresIn, required=True)


class WasteReportIn(In):
    """A month's report of one unit."""

    schema = Choice(ReportSchema, required=True)
    unit = Str(min_length=1, max_length=32, required=True)
    period = Month(required=True)
    version = Int(minimum=1, maximum=1000, required=True)
    bulletin = Str(max_length=40)
    reported_at = Instant(required=True)
    remark = Str(max_length=500)
    figures = Part(WasteFiguresIn, required=True)
    canteens = Many(Part(CanteenFiguresIn), maximum=200)


class WasteReceiptOut(Out):
    """That a report was taken. `is_repeated`: it had been taken before; nothing was changed."""

    receipt_no = Str()
    unit = Str()
    period = Str()
    version = Int()
    replaced_version = Int(allow_none=True)
    received_at = Instant()
    is_repeated = Bool()


class DirectReportsQuery(PageQuery):
    """Which page of what was sent."""


class DirectReportOut(Out):
    """A report on its way to the superior platform."""

    id = Id()
    bulletin_id = Id()
    unit_code = Str()
    period = Str()
    version = Int()
    state = Str(metadata={"description": "waiting, accepted or refused"})
    attempts = Int()
    next_attempt_at = Instant()
    last_error = Str()
    receipt_no = Str()
    queued_at = Instant()
    queued_by_name = Str()
    settled_at = Instant(allow_none=True)
