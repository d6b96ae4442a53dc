"""Wire shapes of units and reports. Weights are grams, money is fen."""

from typing import Any

from backend.wire import (
    Bool,
    Choice,
    Date,
    Fen,
    Id,
    In,
    Instant,
    Int,
    Many,
    Month,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
)
from canteen.evaluation.units.models import NAME_LENGTH, REMARK_LENGTH, Level, Operation, Serving, Via
from canteen.evaluation.units.policies import Figures
from canteen.evaluation.units.queries import Punctuality

_MOST = 10**12


class UnitIn(In):
    """A unit; `phone` null keeps the number, "" removes it."""

    code = Str(required=True, min_length=1, max_length=32)
    name = Str(required=True, min_length=1, max_length=NAME_LENGTH)
    level = Choice(Level, required=True)
    region = Str(max_length=50, load_default="")
    operation = Choice(Operation, required=True)
    serving = Choice(Serving, required=True)
    canteens = Int(minimum=0, maximum=1_000, load_default=1)
    diners = Int(minimum=0, maximum=1_000_000, load_default=0)
    contact = Str(max_length=50, load_default="")
    phone = Str(max_length=20, load_default=None, allow_none=True)
    device_id = Id(load_default=None, allow_none=True)
    is_active = Bool(load_default=True)


class UnitsQuery(PageQuery):
    """Which units."""

    is_active = Bool(load_default=None)
    q = Str(max_length=50, load_default="")


class PhoneIn(In):
    """Why a number is shown in full."""

    reason = Str(required=True, min_length=2, max_length=100)


class PhoneOut(Out):
    """A number in full."""

    phone = Str()


class UnitOut(Out):
    """A unit; the phone number is masked."""

    id = Id()
    code = Str()
    name = Str()
    level = Choice(Level)
    region = Str()
    operation = Choice(Operation)
    serving = Choice(Serving)
    canteens = Int()
    diners = Int()
    contact = Str()
    phone = Str(allow_none=True)
    canteen_id = Id(allow_none=True)
    canteen_name = Str(allow_none=True)
    device_id = Id(allow_none=True)
    device_name = Str(allow_none=True)
    is_active = Bool()
    changed_at = Instant()


def _grams() -> Int:
    return Int(minimum=0, maximum=_MOST, load_default=None, allow_none=True)


def _fen() -> Fen:
    return Fen(minimum=0, maximum=_MOST, load_default=None, allow_none=True)


class UnitReportIn(In):
    """A month's figures; null where nothing was weighed or is known."""

    diners = Int(required=True, minimum=0, maximum=10**9)
    meals_served = Int(required=True, minimum=0, maximum=10**6)
    meals_measured = Int(required=True, minimum=0, maximum=10**6)
    prepared_g = _grams()
    storage_g = _grams()
    preparation_g = _grams()
    unserved_g = _grams()
    plate_g = _grams()
    reused_g = _grams()
    purchased_g = _grams()
    purchase_fen = _fen()
    cost_fen = _fen()
    remark = Str(max_length=REMARK_LENGTH, load_default="")


class FindingOut(Out):
    """Something implausible of a report."""

    code = Str()
    msg = Str()


class UnitReportOut(Out):
    """A version of a month's report."""

    id = Id()
    unit_id = Id()
    unit_name = Str()
    month = Month()
    version = Int()
    diners = Int(attribute="figures.diners")
    meals_served = Int(attribute="figures.meals_served")
    meals_measured = Int(attribute="figures.meals_measured")
    prepared_g = Int(attribute="figures.prepared_g", allow_none=True)
    storage_g = Int(attribute="figures.storage_g", allow_none=True)
    preparation_g = Int(attribute="figures.preparation_g", allow_none=True)
    unserved_g = Int(attribute="figures.unserved_g", allow_none=True)
    plate_g = Int(attribute="figures.plate_g", allow_none=True)
    reused_g = Int(attribute="figures.reused_g", allow_none=True)
    purchased_g = Int(attribute="figures.purchased_g", allow_none=True)
    purchase_fen = Int(attribute="figures.purchase_fen", allow_none=True)
    cost_fen = Int(attribute="figures.cost_fen", allow_none=True)
    remark = Str(attribute="figures.remark")
    findings = Many(Part(FindingOut))
    via = Choice(Via)
    reported_at = Instant()
    reported_by_name = Str()
    is_late = Bool()


class MonthQuery(Query):
    """Which month; `only_missing` for who has not reported."""

    month = Month(required=True)
    only_missing = Bool(load_default=False)


class MonthStandOut(Out):
    """A unit and its report of a month."""

    unit_id = Id()
    code = Str()
    unit_name = Str()
    due_on = Date()
    punctuality = Choice(Punctuality)
    report = Part(UnitReportOut, allow_none=True)


class ImportCountsOut(Out):
    """What an import came to."""

    added = Int()
    changed = Int()
    unchanged = Int()


def figures_of(body: dict[str, Any]) -> Figures:
    """What `UnitReportIn` has read."""
    return Figures(**body)
