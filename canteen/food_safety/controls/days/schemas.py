"""Wire shapes of the daily control."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, Part, Str
from canteen.food_safety.controls.days.policies import Given, Wanted
from canteen.food_safety.controls.findings.schemas import SafetyFindingOut
from canteen.food_safety.controls.models import Area
from canteen.food_safety.controls.policies import MOST_ITEMS


class ControlItemIn(In):
    """An item."""

    area = Choice(Area, required=True)
    text = Str(required=True, min_length=1, max_length=120)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """The item as the use case takes it."""
        return Wanted(**data)


class ControlItemsIn(In):
    """A canteen's items, all of them; none at all gives it the house's again."""

    canteen_id = Id(required=True)
    items = Many(Part(ControlItemIn), maximum=MOST_ITEMS, required=True)


class ControlItemOut(Out):
    """An item."""

    id = Id()
    area = Str()
    text = Str()


class ControlItemsOut(Out):
    """The items of a canteen: its own, or the house's."""

    is_own = Bool()
    items = Many(Part(ControlItemOut))


class ControlAnswerIn(In):
    """What was found of an item; what is not in order says who puts it right, and by when."""

    item_id = Id(required=True)
    is_ok = Bool(required=True)
    remark = Str(max_length=200, load_default="")
    measure = Str(max_length=300, load_default="")
    responsible = Str(max_length=50, load_default="")
    responsible_id = Id(allow_none=True, load_default=None)
    due_on = Date(allow_none=True, load_default=None, data_key="due_date")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Given:
        """The answer as the use case takes it."""
        return Given(**data)


class ControlAnswersIn(In):
    """What was found at a kitchen."""

    canteen_id = Id(required=True)
    answers = Many(Part(ControlAnswerIn), minimum=1, maximum=MOST_ITEMS, required=True)


class ControlCloseIn(In):
    """That the day is done."""

    canteen_id = Id(required=True)
    note = Str(max_length=500, load_default="")


class ControlLineOut(Out):
    """An item with what was found of it; null while nobody looked."""

    item_id = Id()
    area = Str()
    area_name = Str()
    text = Str()
    is_ok = Bool(attribute="answer.is_ok", dump_default=None, allow_none=True)
    remark = Str(attribute="answer.remark", dump_default="")
    answered_at = Instant(attribute="answer.answered_at", dump_default=None, allow_none=True)
    answered_by_name = Str(attribute="answer.answered_by_name", dump_default="")
    finding_id = Id(attribute="finding.id", dump_default=None, allow_none=True)


class ControlDayOut(Out):
    """A day of a kitchen: none, open or closed. `is_zero_risk`: closed, and nothing was found."""

    canteen_id = Id()
    canteen = Str()
    on = Date(data_key="date")
    is_open = Bool()
    state = Str()
    state_name = Str()
    items = Int()
    answered = Int()
    found = Int(attribute="control.found", dump_default=0)
    is_zero_risk = Bool()
    note = Str(attribute="control.note", dump_default="")
    closed_at = Instant(attribute="control.closed_at", dump_default=None, allow_none=True)
    closed_by_name = Str(attribute="control.closed_by_name", dump_default="")
    lines = Many(Part(ControlLineOut))
    findings = Many(Part(SafetyFindingOut))


class ControlDayStateOut(Out):
    """How far a day is; `is_gap`: the kitchen worked, the day is over, and it was not closed."""

    on = Date(data_key="date")
    is_open = Bool()
    state = Str()
    state_name = Str()
    found = Int()
    is_zero_risk = Bool()
    is_gap = Bool()
    closed_by_name = Str()
    closed_at = Instant(allow_none=True)


class FactOut(Out):
    """One sentence of what the records say; an alarm where something is missing or out of its limits."""

    title = Str()
    text = Str()
    is_alarm = Bool()


class FactGroupOut(Out):
    """The facts of one subject."""

    title = Str()
    lines = Many(Part(FactOut))
