"""Wire shapes of standing orders."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, Part, Str
from canteen.menu.models import Period
from canteen.ordering.models import Dining
from canteen.ordering.schemas import WishIn
from canteen.ordering.standing.policies import EVERY_WORKDAY, MOST_CHOICES, MOST_LINES


class StandingChoiceIn(In):
    """One alternative."""

    items = Many(Part(WishIn), required=True, minimum=1, maximum=MOST_LINES)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """The lines alone."""
        return data["items"]


class StandingOrderChangeIn(In):
    """What a standing order shall say; `choices` in order of preference, weekdays from 1 (Monday) to 7."""

    choices = Many(Part(StandingChoiceIn), required=True, minimum=1, maximum=MOST_CHOICES)
    weekdays = Many(Int(minimum=1, maximum=7), minimum=1, maximum=7, load_default=lambda: list(EVERY_WORKDAY))
    workdays_only = Bool(load_default=True)
    dining = Choice(Dining, load_default=Dining.DINE_IN)
    from_on = Date(data_key="from_date", load_default=None)
    until_on = Date(data_key="until_date", load_default=None, allow_none=True)
    is_paused = Bool(load_default=False)


class StandingOrderIn(StandingOrderChangeIn):
    """A standing order for one canteen and period."""

    canteen_id = Id(required=True)
    period = Choice(Period, required=True)


class StandingLineOut(Out):
    """A dish of an alternative at its present price; null for what is not sold any more."""

    dish_id = Id()
    name = Str()
    portion = Str()
    quantity = Int()
    price_fen = Int(allow_none=True)


class StandingChoiceOut(Out):
    """An alternative."""

    items = Many(Part(StandingLineOut))
    total_fen = Int(allow_none=True)


class StandingOrderOut(Out):
    """A standing order."""

    id = Id()
    canteen_id = Id()
    canteen = Str()
    period = Str()
    weekdays = Many(Int())
    workdays_only = Bool()
    choices = Many(Part(StandingChoiceOut))
    dining = Str()
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date", allow_none=True)
    is_paused = Bool()
    created_at = Instant()
    changed_at = Instant()


class StandingResultOut(Out):
    """What became of a standing order at a meal."""

    id = Id()
    date = Date()
    period = Str()
    outcome = Str()
    outcome_name = Str()
    detail = Str()
    choice = Int(allow_none=True)
    order_id = Id(allow_none=True)
    order_number = Str(allow_none=True)
    order_state = Str(allow_none=True)
    decided_at = Instant()
