"""Wire shapes of advice."""

from backend.wire import Choice, Date, Id, Many, Out, Query, Str
from canteen.menu.models import Period


class AdviceQuery(Query):
    """Which meal."""

    on_date = Date(required=True, data_key="date")
    period = Choice(Period, required=True)


class AdviceOut(Out):
    """Dishes whose half portion is offered first, and one line to show while ordering; null: nothing."""

    half_first = Many(Id())
    line = Str(allow_none=True)
