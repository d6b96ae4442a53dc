"""Wire shapes of missed meals. Amounts are fen."""

from typing import Any

from marshmallow import validates_schema

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Out, PageQuery, Str, ValidationError
from canteen.pickups.no_shows.models import LONGEST_TEXT, NoShowState


class NoShowOut(Out):
    """A missed meal of one's own."""

    order_id = Id()
    number = Str()
    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    pickup_no = Int(allow_none=True)
    total_fen = Int()
    state = Str()
    state_name = Str()
    was_absent = Bool()
    recorded_at = Instant()
    refunded_fen = Int()
    can_appeal = Bool()
    appeal_closes_at = Instant()
    appeal_reason = Str()
    appealed_at = Instant(allow_none=True)
    answer = Str()
    decided_at = Instant(allow_none=True)


class ManagedNoShowOut(NoShowOut):
    """A missed meal as a canteen's manager sees it."""

    staff_no = Str()
    staff_name = Str()
    department = Str()
    is_own = Bool()


class NoShowsQuery(PageQuery):
    """Which missed meals; the days are those of the meals, both included."""

    canteen_id = Id()
    state = Choice(NoShowState)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")
    department_id = Id()


class AppealIn(In):
    """Why one could not come."""

    reason = Str(required=True, min_length=1, max_length=LONGEST_TEXT)


class DecisionIn(In):
    """What is decided; the person concerned reads the answer."""

    accepted = Bool(required=True)
    was_picked_up = Bool(load_default=False)
    answer = Str(required=True, min_length=1, max_length=LONGEST_TEXT)

    @validates_schema
    def ensure_one_decision(self, data: dict[str, Any], **_: Any) -> None:
        """What was picked up after all is accepted."""
        if data["was_picked_up"] and not data["accepted"]:
            raise ValidationError({"was_picked_up": ["认定已取餐时应选择通过"]})


class PauseOut(Out):
    """A pause of one's own that is running."""

    canteen_id = Id()
    canteen_name = Str()
    from_at = Instant()
    until_at = Instant()
    missed = Int()
