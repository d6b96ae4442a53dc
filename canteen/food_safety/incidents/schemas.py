"""Wire shapes of incidents."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Json, Many, Out, PageQuery, Part, Str
from canteen.food_safety.incidents.models import Kind, Source, State
from canteen.food_safety.incidents.policies import LONGEST_TEXT

_MOST_BATCHES = 50
_MOST_DISHES = 500
_LONG = 2_000


class IncidentIn(In):
    """What was noticed, where and when; `feedback_number` is that of a diner's report, if it began so."""

    canteen_id = Id(required=True)
    title = Str(required=True, min_length=2, max_length=80)
    kind = Choice(Kind, required=True)
    source = Choice(Source, required=True)
    description = Str(required=True, min_length=2, max_length=_LONG)
    noticed_at = Instant(required=True)
    sick = Int(minimum=0, maximum=100_000, load_default=0)
    in_hospital = Int(minimum=0, maximum=100_000, load_default=0)
    feedback_number = Str(load_default="", max_length=30)
    is_drill = Bool(load_default=False)


class IncidentsQuery(PageQuery):
    """Which incidents; `q` is part of a title, or a number."""

    canteen_id = Id(load_default=None)
    state = Choice(State, load_default=None)
    is_drill = Bool(load_default=None)
    is_open = Bool(load_default=None)
    q = Str(load_default="", max_length=80)
    from_date = Date(load_default=None)
    to_date = Date(load_default=None)


class ScopedDishIn(In):
    """A dish at a meal."""

    meal_id = Id(required=True)
    dish_id = Id(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """As the use case knows it."""
        return data["meal_id"], data["dish_id"]


class IncidentScopeIn(In):
    """What an incident is about, or what is added to it; `revision` as it was seen."""

    revision = Int(required=True, minimum=0)
    batch_ids = Many(Id(), load_default=list, maximum=_MOST_BATCHES)
    dishes = Many(Part(ScopedDishIn), load_default=list, maximum=_MOST_DISHES)
    meal_ids = Many(Id(), load_default=list, maximum=_MOST_BATCHES)
    word = Str(load_default="", max_length=300)


class RecallIn(In):
    """The words of the notice; without any, the usual neutral ones."""

    text = Str(load_default="", max_length=LONGEST_TEXT)


class AuthorityReportIn(In):
    """Which authority was told what, when and by whom it was taken."""

    told_at = Instant(required=True)
    authority = Str(required=True, min_length=2, max_length=60)
    contact = Str(load_default="", max_length=60)
    text = Str(required=True, min_length=2, max_length=300)


class IncidentNoteIn(In):
    """What was done."""

    text = Str(required=True, min_length=2, max_length=500)


class IncidentReleaseIn(In):
    """Which batches turned out to be sound, and why."""

    batch_ids = Many(Id(), required=True, maximum=_MOST_BATCHES)
    reason = Str(required=True, min_length=2, max_length=300)


class IncidentClosingIn(In):
    """What came of it, and which batches are let go of."""

    revision = Int(required=True, minimum=0)
    cause = Str(required=True, min_length=2, max_length=_LONG)
    findings = Str(required=True, min_length=2, max_length=_LONG)
    measures = Str(required=True, min_length=2, max_length=_LONG)
    release_batch_ids = Many(Id(), load_default=list, maximum=_MOST_BATCHES)


class IncidentDismissalIn(In):
    """Why it was nothing."""

    reason = Str(required=True, min_length=2, max_length=500)


class IncidentRowOut(Out):
    """An incident in a list."""

    id = Id(attribute="incident.id")
    number = Str()
    canteen_id = Id(attribute="incident.canteen_id")
    canteen = Str()
    title = Str(attribute="incident.title")
    kind = Str(attribute="incident.kind")
    kind_name = Str()
    state = Str(attribute="incident.state")
    state_name = Str()
    is_drill = Bool(attribute="incident.is_drill")
    sick = Int(attribute="incident.sick")
    in_hospital = Int(attribute="incident.in_hospital")
    noticed_at = Instant(attribute="incident.noticed_at")
    reported_at = Instant(attribute="incident.reported_at")
    reported_by_name = Str(attribute="incident.reported_by_name")
    authority_told_at = Instant(attribute="incident.authority_told_at", allow_none=True)
    is_authority_overdue = Bool()
    diners = Int()
    told = Int()
    closed_at = Instant(attribute="incident.closed_at", allow_none=True)


class IncidentSubjectOut(Out):
    """What an incident is about; `is_traced`: the trace of a batch found it."""

    kind = Str()
    name = Str()
    batch_id = Id(allow_none=True)
    meal_id = Id(allow_none=True)
    dish_id = Id(allow_none=True)
    is_traced = Bool()


class IncidentOut(Out):
    """All of an incident but its diners; `can` are the steps that one may take now."""

    id = Id(attribute="incident.id")
    number = Str(attribute="row.number")
    canteen_id = Id(attribute="incident.canteen_id")
    canteen = Str(attribute="row.canteen")
    title = Str(attribute="incident.title")
    kind = Str(attribute="incident.kind")
    kind_name = Str(attribute="row.kind_name")
    source = Str(attribute="incident.source")
    source_name = Str(attribute="row.source_name")
    description = Str(attribute="incident.description")
    feedback_number = Str(attribute="incident.feedback_number")
    state = Str(attribute="incident.state")
    state_name = Str(attribute="row.state_name")
    is_drill = Bool(attribute="incident.is_drill")
    revision = Int(attribute="incident.revision")
    sick = Int(attribute="incident.sick")
    in_hospital = Int(attribute="incident.in_hospital")
    noticed_at = Instant(attribute="incident.noticed_at")
    reported_at = Instant(attribute="incident.reported_at")
    reported_by_name = Str(attribute="incident.reported_by_name")
    confirmed_at = Instant(attribute="incident.confirmed_at", allow_none=True)
    confirmed_by_name = Str(attribute="incident.confirmed_by_name")
    authority_told_at = Instant(attribute="incident.authority_told_at", allow_none=True)
    is_authority_overdue = Bool(attribute="row.is_authority_overdue")
    recalled_at = Instant(attribute="incident.recalled_at", allow_none=True)
    closed_at = Instant(attribute="incident.closed_at", allow_none=True)
    closed_by_name = Str(attribute="incident.closed_by_name")
    cause = Str(attribute="incident.cause")
    findings = Str(attribute="incident.findings")
    measures = Str(attribute="incident.measures")
    subjects = Many(Part(IncidentSubjectOut))
    batches = Int()
    dishes = Int()
    meals = Int()
    samples = Int()
    diners = Int(attribute="row.diners")
    told = Int(attribute="row.told")
    can = Many(Str())


class IncidentEventOut(Out):
    """A line of the timeline."""

    id = Id(attribute="event.id")
    step = Str(attribute="event.step")
    step_name = Str()
    at = Instant(attribute="event.at")
    entered_at = Instant(attribute="event.entered_at")
    by_name = Str(attribute="event.by_name")
    text = Str(attribute="event.text")
    details = Json(attribute="event.details")


class ReachedBatchOut(Out):
    """A batch of an incident."""

    batch_id = Id(attribute="id")
    code = Str()
    ingredient = Str()
    lot = Str()
    supplier = Str()
    received_at = Instant()
    expires_on = Date(allow_none=True)
    remaining_g = Int()
    is_blocked = Bool()
    hold = Str(allow_none=True)


class IncidentDishOut(Out):
    """A dish of a meal; `can_stop`: somebody could still get it."""

    dish_id = Id()
    name = Str()
    can_stop = Bool()


class IncidentMealOut(Out):
    """A meal that an incident reaches."""

    meal_id = Id()
    served_on = Date(data_key="date")
    period = Str()
    name = Str()
    state = Str()
    dishes = Many(Part(IncidentDishOut))


class IncidentSampleOut(Out):
    """A sample that is kept."""

    sample_id = Id(attribute="id")
    code = Str()
    date = Date()
    period = Str()
    dish_name = Str()
    fridge = Str()
    state = Str()


class IncidentReachOut(Out):
    """How far an incident reaches, without any name."""

    batches = Many(Part(ReachedBatchOut))
    meals = Many(Part(IncidentMealOut))
    samples = Many(Part(IncidentSampleOut))
    diners = Int()
    told = Int()


class RecallPreviewOut(Out):
    """What a recall would do."""

    incident_id = Id()
    is_drill = Bool()
    diners = Int()
    told = Int()
    to_tell = Int()
    text = Str()


class RecalledOut(Out):
    """What a recall did: `new` were told by this press."""

    incident_id = Id()
    is_drill = Bool()
    diners = Int()
    new = Int()
    told = Int()
    text = Str()


class StoppedOut(Out):
    """A dish that is not sold any more."""

    meal_id = Id()
    served_on = Date(data_key="date")
    period = Str()
    dish_id = Id()
    dish = Str()
    orders_reduced = Int()
    orders_cancelled = Int()
    refunded_fen = Int()


class StopOut(Out):
    """What was taken off the menus."""

    incident_id = Id()
    stopped = Many(Part(StoppedOut))


class DinersQuery(PageQuery):
    """`q` is part of a name or number."""

    q = Str(load_default="", max_length=50)


class IncidentDinerOut(Out):
    """Somebody whom the food reached; `date` null: no order of theirs says when."""

    staff_id = Id()
    staff_no = Str()
    name = Str()
    department = Str()
    served_on = Date(data_key="date", allow_none=True)
    meals = Int()
    told_at = Instant(allow_none=True)
