"""Wire shapes of the dispatch board."""

from typing import Final

from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from property.categories.models import Urgency
from property.work_orders.models import State

MOST_AT_ONCE: Final = 50


class BoardQuery(PageQuery):
    """What of the board; place, category and skill narrow every figure, the rest the queue alone."""

    campus_id = Id()
    building_id = Id()
    category = Str(max_length=40)
    skill = Str(max_length=20)
    urgency = Choice(Urgency)
    state = Choice(State)
    group_id = Id()
    is_overdue = Bool()
    q = Str(max_length=50)


class StateCountOut(Out):
    """How many orders are in a state."""

    state = Choice(State)
    state_name = Str()
    orders = Int()
    critical = Int()
    urgent = Int()
    ordinary = Int()


class CountsOut(Out):
    """The figures at the head of the board."""

    states = Many(Part(StateCountOut))
    open = Int()
    unassigned = Int(metadata={"description": "待受理 and 待派单"})
    response_overdue = Int()
    resolution_overdue = Int()
    due_soon = Int(metadata={"description": "Orders of which a clock ends within the hour"})
    holds_waiting = Int()


class WaitingHoldOut(Out):
    """A wish to hold an order that waits for approval."""

    id = Int()
    reason = Str()
    expected_until = Instant()
    asked_at = Instant()


class QueueRowOut(Out):
    """An order that waits."""

    id = Int()
    number = Str()
    state = Choice(State)
    state_name = Str()
    urgency = Choice(Urgency)
    category = Str()
    category_name = Str()
    skill = Str()
    place_path = Str()
    campus_id = Int()
    building_id = Int()
    description = Str(metadata={"description": "Its beginning"})
    submitted_at = Instant()
    appointment_from = Instant(allow_none=True)
    appointment_until = Instant(allow_none=True)
    group_id = Int(allow_none=True)
    group = Str()
    worker_id = Int(allow_none=True)
    worker = Str()
    reminders = Int()
    returns = Int()
    due_at = Instant(allow_none=True)
    due_kind = Str(allow_none=True, metadata={"description": "response or resolution"})
    is_overdue = Bool()
    hold = Part(WaitingHoldOut, allow_none=True)


class QueueOut(Out):
    """One page of what waits."""

    list = Many(Part(QueueRowOut), attribute="rows")
    total = Int()
    page = Int()
    page_size = Int()


class WorkerLoadOut(Out):
    """A worker with what is open in their hands."""

    staff_id = Int(attribute="worker.staff_id")
    staff_no = Str(attribute="worker.staff_no")
    name = Str(attribute="worker.name")
    group_id = Int(attribute="worker.group_id")
    group = Str(attribute="worker.group")
    is_lead = Bool(attribute="worker.is_lead")
    building_id = Int(attribute="worker.building_id", allow_none=True)
    building = Str(attribute="worker.building")
    skills = Many(Str(), attribute="worker.skills")
    capacity = Int(attribute="worker.capacity")
    open = Int()
    dispatched = Int()
    working = Int()
    held = Int()
    is_full = Bool()
    is_on_duty = Bool()
    is_available = Bool(attribute="worker.is_available")
    may_handle = Bool(attribute="worker.may_handle")


class GroupLoadOut(Out):
    """A group with its workers' load."""

    id = Int(attribute="group.id")
    name = Str(attribute="group.name")
    contractor = Str(attribute="group.contractor")
    workers = Int(attribute="group.workers")
    on_duty = Int()
    waiting = Int(metadata={"description": "Given to the group, and taken on by nobody yet"})
    open = Int()
    capacity = Int()


class BoardOut(Out):
    """The board at one moment."""

    as_of = Instant()
    counts = Part(CountsOut)
    queue = Part(QueueOut)
    workers = Many(Part(WorkerLoadOut))
    groups = Many(Part(GroupLoadOut))


class DispatchSuggestionsQuery(Query):
    """For which order."""

    order_id = Id(required=True)


class ReasonOut(Out):
    """One reason in words."""

    is_for = Bool()
    text = Str()


class WorkerSuggestionOut(Out):
    """A worker who could do it."""

    rank = Int()
    staff_id = Int(attribute="candidate.staff_id")
    name = Str(attribute="candidate.name")
    group_id = Int(attribute="candidate.group_id")
    group = Str(attribute="candidate.group")
    open = Int(attribute="candidate.open")
    capacity = Int(attribute="candidate.capacity")
    is_full = Bool(attribute="candidate.is_full")
    is_on_duty = Bool(attribute="candidate.is_on_duty")
    reasons = Many(Part(ReasonOut))


class GroupSuggestionOut(Out):
    """A group that could do it."""

    rank = Int()
    id = Int()
    name = Str()
    workers = Int()
    on_duty = Int(metadata={"description": "Those with the skill who are on duty now"})
    free = Int(metadata={"description": "How many orders the group has room for"})
    reasons = Many(Part(ReasonOut))


class DispatchSuggestionsOut(Out):
    """Whom an order might be given to."""

    order_id = Int(attribute="order.id")
    number = Str(attribute="order.number")
    skill = Str()
    contractor = Str(metadata={"description": "Whom a contract obliges, if anybody"})
    workers = Many(Part(WorkerSuggestionOut))
    groups = Many(Part(GroupSuggestionOut))


class AssignIn(In):
    """Orders for one worker, or for one group."""

    order_ids = Many(Id(), minimum=1, maximum=MOST_AT_ONCE, required=True)
    worker_id = Id(allow_none=True, load_default=None)
    group_id = Id(allow_none=True, load_default=None)
    is_over_capacity_ok = Bool(load_default=False)


class AssignedOut(Out):
    """What became of one order."""

    order_id = Int()
    number = Str()
    is_done = Bool()
    state = Str()
    error = Str()
    msg = Str()
