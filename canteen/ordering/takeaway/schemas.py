"""Wire shapes of takeaways. Amounts are fen."""

from backend.wire import Bool, Choice, Date, Id, Instant, Int, Many, Out, Part, Query
from canteen.menu.models import Period


class WindowsQuery(Query):
    """Which meal."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


class WindowOut(Out):
    """When a takeaway is collected, half-open; `free` is null for any number."""

    collect_from = Instant(data_key="from")
    collect_until = Instant(data_key="until")
    free = Int(allow_none=True)


class TakeawayOut(Out):
    """Whether the canteen packs meals, for how much, and the windows of this one that are not over."""

    is_offered = Bool()
    is_window_required = Bool()
    packaging_fee_fen = Int()
    windows = Many(Part(WindowOut))
