"""Wire shapes of the ledger. Weights are grams; null is what nobody weighed."""

from backend.wire import (
    Bool,
    Choice,
    Date,
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
from canteen.bulletins.ledger.models import HandOverKind

_HEAVIEST_G = 20_000_000


class WasteLedgerQuery(Query):
    """Which month of which canteen."""

    canteen_id = Id(required=True)
    month = Month(required=True)


class HandOversQuery(PageQuery):
    """Whose loads of which month."""

    canteen_id = Id(required=True)
    month = Month(required=True)


class HandOverIn(In):
    """A load that a collector took."""

    canteen_id = Id(required=True)
    handed_at = Instant(required=True)
    kind = Choice(HandOverKind, required=True)
    weight_g = Int(minimum=1, maximum=_HEAVIEST_G, required=True)
    receiver = Str(min_length=1, max_length=60, required=True)
    use = Str(max_length=60, load_default="")
    vehicle_no = Str(max_length=20, load_default="")
    receipt_no = Str(max_length=40, load_default="")


class HandOverVoidIn(In):
    """Why it is taken back."""

    reason = Str(min_length=1, max_length=100, required=True)


class HandOverOut(Out):
    """A load; one that was taken back stays on the list."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    handed_at = Instant(attribute="row.handed_at")
    handed_on = Date(attribute="row.handed_on")
    kind = Choice(HandOverKind, attribute="kind")
    weight_g = Int(attribute="row.weight_g")
    receiver = Str(attribute="row.receiver")
    use = Str(attribute="row.use")
    vehicle_no = Str(attribute="row.vehicle_no")
    receipt_no = Str(attribute="row.receipt_no")
    recorded_at = Instant(attribute="row.recorded_at")
    recorded_by_name = Str(attribute="row.recorded_by_name")
    is_taken_back = Bool()


class WasteLedgerDayOut(Out):
    """A day of the ledger. `is_sample`: plates were weighed as a sample only."""

    date = Date(attribute="on")
    meals = Int()
    weighed = Int()
    diners = Int(allow_none=True)
    storage_g = Int(allow_none=True)
    preparation_g = Int(allow_none=True)
    preparation_inedible_g = Int(allow_none=True)
    unserved_g = Int(allow_none=True)
    plate_g = Int(allow_none=True)
    total_g = Int(allow_none=True)
    reused_g = Int(allow_none=True)
    taken_g = Int(allow_none=True)
    is_sample = Bool()
    dispositions = Many(Str())
    recorders = Many(Str())


class WasteLedgerOut(Out):
    """A month of a canteen, day by day, with its sums and its loads."""

    canteen_id = Id()
    canteen = Str()
    month = Month()
    days = Many(Part(WasteLedgerDayOut))
    whole = Part(WasteLedgerDayOut)
    hand_overs = Many(Part(HandOverOut), attribute="whole.loads", maximum=10_000)
