"""Wire shapes of the suppliers. Weights are grams, money is fen."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
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
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from canteen.purchasing.suppliers import policies
from canteen.purchasing.suppliers.models import LicenceKind
from canteen.purchasing.suppliers.policies import Mark, Standing

_MOST_FEN = 100_000_000


class SuppliersQuery(PageQuery):
    """Which suppliers: `q` is part of the name or the region."""

    q = Str(max_length=80, load_default="")
    is_active = Bool(load_default=None)
    is_assistance = Bool(load_default=None)
    standing = Choice(Standing, load_default=None)


class SupplierIn(In):
    """A supplier; `phone` null keeps the number, "" removes it."""

    name = Str(required=True, min_length=1, max_length=80)
    credit_code = Str(max_length=18, load_default="")
    contact = Str(max_length=50, load_default="")
    phone = Str(max_length=20, load_default=None, allow_none=True)
    address = Str(max_length=200, load_default="")
    region = Str(max_length=50, load_default="")
    is_assistance = Bool(load_default=False)
    is_active = Bool(load_default=True)


class BlockSupplierIn(In):
    """Why nothing may be ordered any more; "" lets the supplier supply again."""

    reason = Str(required=True, max_length=200)


class SupplierWordIn(In):
    """Why something is done."""

    reason = Str(required=True, min_length=2, max_length=100)


class SupplierPhoneOut(Out):
    """A number in full."""

    phone = Str()


class LicenceIn(In):
    """A licence; `valid_until` null: it does not expire. `photo_id` null removes the photo."""

    kind = Choice(LicenceKind, required=True)
    number = Str(required=True, min_length=1, max_length=60)
    valid_from = Date(allow_none=True, load_default=None)
    valid_until = Date(allow_none=True, load_default=None)
    photo_id = Id(allow_none=True, load_default=None)


class LicenceOut(Out):
    """A licence; `counts` if no other one of its kind runs longer."""

    id = Id()
    kind = Choice(LicenceKind)
    number = Str()
    valid_from = Date(allow_none=True)
    valid_until = Date(allow_none=True)
    counts = Bool()
    standing = Choice(Standing)
    photo_id = Id(allow_none=True)
    photo = Part(PhotoLinksOut, allow_none=True)


class SupplierOut(Out):
    """A supplier; the phone number is masked. `problems` say why nothing may be ordered of it."""

    id = Id()
    name = Str()
    credit_code = Str()
    contact = Str()
    phone = Str(allow_none=True)
    address = Str()
    region = Str()
    is_assistance = Bool()
    is_active = Bool()
    blocked_reason = Str()
    standing = Choice(Standing)
    problems = Many(Str())
    licences = Many(Part(LicenceOut))
    changed_at = Instant()


class PricesQuery(PageQuery):
    """Which prices: those that hold today, or unless `is_current` all that ever were."""

    supplier_id = Id(load_default=None)
    ingredient_id = Id(load_default=None)
    q = Str(max_length=60, load_default="")
    is_current = Bool(load_default=True)


class PriceListQuery(Query):
    """Whose price list."""

    supplier_id = Id(load_default=None)


class CompareQuery(Query):
    """Of which ingredient, on which day (today), and its changes since when (a year)."""

    ingredient_id = Id(required=True)
    on = Date(load_default=None)
    since = Date(load_default=None)


class PriceIn(In):
    """What a pack costs from a day on (today); `price_fen` null: the pack is no longer offered."""

    ingredient_id = Id(required=True)
    pack_g = Int(required=True, minimum=1, maximum=1_000_000)
    price_fen = Fen(required=True, minimum=1, maximum=_MOST_FEN, allow_none=True)
    valid_from = Date(allow_none=True, load_default=None)
    valid_until = Date(allow_none=True, load_default=None)
    spec = Str(max_length=80, load_default="")


class PriceOut(Out):
    """A price; `per_kg_fen` is that of a kilogram, rounded. `is_usable`: the supplier may supply."""

    id = Id()
    supplier_id = Id()
    supplier_name = Str()
    ingredient_id = Id()
    ingredient_name = Str()
    pack_g = Int()
    price_fen = Fen(allow_none=True)
    per_kg_fen = Fen(allow_none=True)
    valid_from = Date()
    valid_until = Date(allow_none=True)
    spec = Str()
    entered_by_name = Str()
    is_usable = Bool()


class ComparisonOut(Out):
    """The offers of an ingredient side by side, the cheapest kilogram first, and how they came to be."""

    ingredient_id = Id()
    ingredient_name = Str()
    on = Date()
    since = Date()
    offers = Many(Part(PriceOut))
    changes = Many(Part(PriceOut))
    lowest_fen = Fen(allow_none=True)
    highest_fen = Fen(allow_none=True)


class PriceCountsOut(Out):
    """What the import of a price list came to."""

    added = Int()
    unchanged = Int()


class SupplierAssessmentsQuery(PageQuery):
    """Which assessments; `quarter` is any day of it."""

    quarter = Date(load_default=None)
    supplier_id = Id(load_default=None)


class QuarterIn(In):
    """Any day of a quarter."""

    quarter = Date(required=True)


class QuarterQuery(Query):
    """Any day of a quarter."""

    quarter = Date(required=True)


class SupplierMarkIn(In):
    """So many points of so many for something, and why."""

    item = Str(required=True, min_length=1, max_length=50)
    points = Int(required=True, minimum=0, maximum=100)
    of = Int(required=True, minimum=1, maximum=100)
    reason = Str(required=True, min_length=2, max_length=200)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Mark:
        """What the use case takes."""
        return Mark(**data)


class SupplierMarksIn(In):
    """All marks of a quarter, in place of those before."""

    marks = Many(Part(SupplierMarkIn), required=True, maximum=20)
    word = Str(max_length=500, load_default="")
    revision = Int(required=True, minimum=1)


class SupplierCloseIn(In):
    """The assessment as it was seen."""

    revision = Int(required=True, minimum=1)


class SupplierMarkOut(Out):
    """A mark."""

    item = Str()
    points = Int()
    of = Int()
    reason = Str()


class SupplierFactsOut(Out):
    """What was counted in the quarter; see `policies.Facts`."""

    due = Int()
    on_time = Int()
    accepted_g = Int()
    refused_g = Int()
    ordered_g = Int()
    deviation_g = Int()
    amount_fen = Int()
    paid_fen = Int()
    others_fen = Int()


class SupplierPercentsOut(Out):
    """The parts of the score in tenths of a percent; null without anything to go by."""

    on_time = Int(allow_none=True)
    accepted = Int(allow_none=True)
    weight = Int(allow_none=True)
    price = Int(allow_none=True)
    marks = Int(allow_none=True)


class SupplierAssessmentOut(Out):
    """How a supplier did in a quarter (its first day); the score is of 100."""

    id = Id()
    supplier_id = Id()
    supplier_name = Str()
    quarter = Date()
    quarter_name = Str()
    facts = Part(SupplierFactsOut)
    percents = Part(SupplierPercentsOut)
    marks = Many(Part(SupplierMarkOut))
    score = Tenths(allow_none=True)
    word = Str()
    revision = Int()
    counted_at = Instant()
    closed_at = Instant(allow_none=True)
    closed_by_name = Str()


def quarter_first(query: dict[str, Any]) -> dict[str, Any]:
    """A query with the first day of the quarter that its day lies in."""
    day = query.get("quarter")
    return {**query, "quarter": policies.quarter_of(day) if day is not None else None}
