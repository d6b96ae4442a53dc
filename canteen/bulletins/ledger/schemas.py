"""Wire shapes of the ledger. Weights are grams; null is what nobody weighed."""

from backend.wire import Bool, Date, Id, Int, Many, Month, Out, PageQuery, Part, Query, Str
from canteen.food_safety.ledgers.schemas import HandOverOut


class WasteLedgerQuery(Query):
    """Which month of which canteen."""

    canteen_id = Id(required=True)
    month = Month(required=True)


class HandOversQuery(PageQuery):
    """Whose loads of which month."""

    canteen_id = Id(required=True)
    month = Month(required=True)


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
