"""Rules of the work orders: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.actor import Actor, Permission
from backend.places.models import PlaceKind
from property.work_orders.errors import (
    AppointmentInvalid,
    HappenedInFuture,
    HoldUntilInvalid,
    OrderNotYours,
    OrderState,
    OwnWork,
)
from property.work_orders.models import HoldState, Origin, State, WorkOrder

PHOTOS: Final = "work_order"
# Copies of what another module's case shows; that one takes them out of sight when it is hidden.
PHOTOS_FORWARDED: Final = "work_order_forwarded"
PHOTOS_BEFORE: Final = "work_order_before"
PHOTOS_AFTER: Final = "work_order_after"
PHOTOS_SIGNATURE: Final = "work_order_signature"
PHOTOS_HOLD: Final = "work_order_hold"
MOST_PHOTOS: Final = 9
MOST_PARTS: Final = 20
LONGEST_HOLD: Final = timedelta(days=90)
LATEST_APPOINTMENT: Final = timedelta(days=60)
SIMILAR_FOR: Final = timedelta(days=7)
MOST_SIMILAR: Final = 5

STATE_NAMES: Final[Mapping[State, str]] = {
    State.SUBMITTED: "待受理",
    State.TRIAGED: "待派单",
    State.DISPATCHED: "待接单",
    State.WORKING: "处理中",
    State.HELD: "挂起",
    State.FINISHED: "待验收",
    State.COMPLETED: "已完成",
    State.TO_RATE: "待评价",
    State.CLOSED: "已关闭",
    State.DECLINED: "不予受理",
    State.CANCELLED: "已撤销",
    State.DUPLICATE: "重复",
}
ORIGIN_NAMES: Final[Mapping[Origin, str]] = {
    Origin.PHONE: "手机报修",
    Origin.TELEPHONE: "电话报修",
    Origin.INSPECTION: "巡检发现",
    Origin.MAINTENANCE: "计划保养",
    Origin.REPORT: "随手拍",
    Origin.CONCIERGE: "微管家",
    Origin.MEETING: "会议服务",
    Origin.SPLIT: "拆分工单",
    Origin.FOLLOW_UP: "后续报修",
}


class Step(StrEnum):
    """What may be done with an order, and what the system does by itself."""

    SUBMIT = "submit"
    TRIAGE = "triage"  # 受理
    DECLINE = "decline"
    MARK_DUPLICATE = "mark_duplicate"
    CANCEL = "cancel"
    DISPATCH = "dispatch"
    GRAB = "grab"
    ACCEPT = "accept"  # 接单
    RETURN = "return"
    ARRIVE = "arrive"
    TRANSFER = "transfer"
    ASK_HOLD = "ask_hold"
    REFUSE_HOLD = "refuse_hold"
    HOLD = "hold"
    RESUME = "resume"
    FINISH = "finish"
    VERIFY = "verify"
    REJECT = "reject"  # 返工
    INVITE = "invite"  # 已完成 → 待评价
    RATE = "rate"
    LAPSE = "lapse"  # the window for rating is over: 未参评
    REOPEN = "reopen"
    REMIND = "remind"
    CHANGE_URGENCY = "change_urgency"
    ESCALATE = "escalate"
    NOTE = "note"


# From which states a step leads where; None: where it was. Everything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.TRIAGE: (frozenset({State.SUBMITTED}), State.TRIAGED),
    Step.DECLINE: (frozenset({State.SUBMITTED}), State.DECLINED),
    Step.MARK_DUPLICATE: (frozenset({State.SUBMITTED}), State.DUPLICATE),
    Step.CANCEL: (frozenset({State.SUBMITTED}), State.CANCELLED),
    Step.DISPATCH: (frozenset({State.TRIAGED}), State.DISPATCHED),
    Step.GRAB: (frozenset({State.TRIAGED}), State.WORKING),
    Step.ACCEPT: (frozenset({State.DISPATCHED}), State.WORKING),
    Step.RETURN: (frozenset({State.DISPATCHED}), State.TRIAGED),
    Step.ARRIVE: (frozenset({State.WORKING}), None),
    Step.TRANSFER: (frozenset({State.WORKING}), State.TRIAGED),
    Step.ASK_HOLD: (frozenset({State.WORKING}), None),
    Step.REFUSE_HOLD: (frozenset({State.WORKING}), None),
    Step.HOLD: (frozenset({State.WORKING}), State.HELD),
    Step.RESUME: (frozenset({State.HELD}), State.WORKING),
    Step.FINISH: (frozenset({State.WORKING}), State.FINISHED),
    Step.VERIFY: (frozenset({State.FINISHED}), State.COMPLETED),
    Step.REJECT: (frozenset({State.FINISHED}), State.WORKING),
    Step.INVITE: (frozenset({State.COMPLETED}), State.TO_RATE),
    Step.RATE: (frozenset({State.TO_RATE}), State.CLOSED),
    Step.LAPSE: (frozenset({State.COMPLETED, State.TO_RATE}), State.CLOSED),
    Step.REOPEN: (frozenset({State.COMPLETED, State.TO_RATE}), State.TRIAGED),
}
STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.SUBMIT: "提交报修",
    Step.TRIAGE: "受理",
    Step.DECLINE: "不予受理",
    Step.MARK_DUPLICATE: "标记重复",
    Step.CANCEL: "撤销",
    Step.DISPATCH: "派单",
    Step.GRAB: "抢单",
    Step.ACCEPT: "接单",
    Step.RETURN: "退单",
    Step.ARRIVE: "到场",
    Step.TRANSFER: "转单",
    Step.ASK_HOLD: "申请挂起",
    Step.REFUSE_HOLD: "不同意挂起",
    Step.HOLD: "挂起",
    Step.RESUME: "恢复处理",
    Step.FINISH: "完工",
    Step.VERIFY: "验收通过",
    Step.REJECT: "返工",
    Step.INVITE: "邀请评价",
    Step.RATE: "评价",
    Step.LAPSE: "未参评关闭",
    Step.REOPEN: "重开",
    Step.REMIND: "催办",
    Step.CHANGE_URGENCY: "调整紧急程度",
    Step.ESCALATE: "超时升级",
    Step.NOTE: "备注",
}
HOLD_NAMES: Final[Mapping[HoldState, str]] = {
    HoldState.WAITING: "待审批",
    HoldState.REFUSED: "未同意",
    HoldState.RUNNING: "挂起中",
    HoldState.ENDED: "已结束",
}
# What a worker has in hand: it counts against the capacity.
IN_HAND: Final = (State.DISPATCHED, State.WORKING, State.HELD)
UNSERVED: Final = frozenset({State.DECLINED, State.CANCELLED, State.DUPLICATE})
ENDED: Final = UNSERVED | {State.CLOSED}
# What nobody has finished yet: it may be urged, made more or less urgent and, once triaged, split.
UNDONE: Final = frozenset({State.SUBMITTED, State.TRIAGED, State.DISPATCHED, State.WORKING, State.HELD})
SPLITTABLE: Final = UNDONE - {State.SUBMITTED}


class Outcome(StrEnum):
    """What the requester says of finished work: all of it is resolved, or a part."""

    RESOLVED = "resolved"
    PARTLY = "partly"


class Verb(StrEnum):
    """What the API may be asked to do with an order; phones show a button for each that is possible."""

    ACCEPT = "accept"
    REJECT = "reject"
    DISPATCH = "dispatch"
    GRAB = "grab"
    RETURN = "return"
    ARRIVE = "arrive"
    TRANSFER = "transfer"
    HOLD = "hold"
    RESUME = "resume"
    FINISH = "finish"
    VERIFY = "verify"
    RATE = "rate"
    REOPEN = "reopen"
    CANCEL = "cancel"
    REMIND = "remind"
    DUPLICATE = "duplicate"
    URGENCY = "urgency"
    SPLIT = "split"
    APPROVE_HOLD = "approve_hold"
    REFUSE_HOLD = "refuse_hold"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an order that is split. Without a place it is the whole's."""

    category: str
    description: str
    place_kind: PlaceKind | None = None
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to an order.

    `is_handler`: has it in hand now. `handled`: had it in hand when it was finished, so may not judge it.
    `may_take`: it was dispatched to them or to their group. `may_grab`: a worker within reach.
    """

    is_reporter: bool = False
    is_handler: bool = False
    may_take: bool = False
    may_grab: bool = False
    dispatches: bool = False
    verifies: bool = False
    approves: bool = False
    reads: bool = False


def standing(actor: Actor, order: WorkOrder, *, group_id: int | None) -> Standing:
    """What the actor, a worker of `group_id` if any, is to the order."""

    def holds(permission: Permission) -> bool:
        return actor.reach(permission).covers(campus_id=order.campus_id, building_id=order.building_id)

    is_worker = group_id is not None
    dispatches, verifies = holds(Permission.ORDERS_DISPATCH), holds(Permission.ORDERS_VERIFY)
    approves = holds(Permission.ORDERS_APPROVE)
    contractors = actor.reach(Permission.CONTRACTORS_READ).contractor_ids
    return Standing(
        is_reporter=order.reporter_id is not None and order.reporter_id == actor.staff_id,
        is_handler=order.worker_id is not None and order.worker_id == actor.staff_id,
        may_take=is_worker
        and order.state == State.DISPATCHED
        and (order.worker_id == actor.staff_id or (order.worker_id is None and order.group_id == group_id)),
        may_grab=is_worker and holds(Permission.ORDERS_HANDLE),
        dispatches=dispatches,
        verifies=verifies,
        approves=approves,
        reads=dispatches
        or verifies
        or approves
        or holds(Permission.PROPERTY_READ)
        or order.contractor_id in contractors,
    )


def is_visible(who: Standing, state: str) -> bool:
    """Whether somebody may know of an order in this state."""
    return (
        who.is_reporter
        or who.is_handler
        or who.may_take
        or who.reads
        or (who.may_grab and state == State.TRIAGED)
    )


def verbs(
    order: WorkOrder, who: Standing, *, has_waiting_hold: bool, may_reopen: bool, is_own_hold: bool = False
) -> list[Verb]:
    """The verbs that the actor may use on the order now, in the order in which a phone shows them."""
    state = State(order.state)
    judges = (who.is_reporter or who.verifies) and not who.is_handler
    possible = {
        Verb.ACCEPT: (state is State.SUBMITTED and who.dispatches) or who.may_take,
        Verb.DISPATCH: state in (State.SUBMITTED, State.TRIAGED) and who.dispatches,
        Verb.GRAB: state is State.TRIAGED and who.may_grab,
        Verb.ARRIVE: state is State.WORKING and who.is_handler and order.arrived_at is None,
        Verb.FINISH: state is State.WORKING and who.is_handler,
        Verb.RESUME: state is State.HELD and (who.is_handler or who.dispatches),
        Verb.HOLD: state is State.WORKING and who.is_handler and not has_waiting_hold,
        Verb.RETURN: state is State.DISPATCHED and (who.may_take or who.dispatches),
        Verb.TRANSFER: state is State.WORKING and (who.is_handler or who.dispatches),
        Verb.VERIFY: state is State.FINISHED and judges,
        Verb.REJECT: (state is State.FINISHED and judges) or (state is State.SUBMITTED and who.dispatches),
        Verb.RATE: state is State.TO_RATE and who.is_reporter and not who.is_handler,
        Verb.REOPEN: may_reopen and state in (State.COMPLETED, State.TO_RATE) and (judges or who.dispatches),
        Verb.REMIND: state in UNDONE and who.is_reporter,
        Verb.CANCEL: state is State.SUBMITTED and may_cancel(order, who),
        Verb.DUPLICATE: state is State.SUBMITTED and who.dispatches,
        Verb.URGENCY: state in UNDONE and who.dispatches,
        Verb.SPLIT: state in SPLITTABLE and who.dispatches and order.parent_id is None,
        Verb.APPROVE_HOLD: has_waiting_hold and who.approves and not is_own_hold,
        Verb.REFUSE_HOLD: has_waiting_hold and who.approves and not is_own_hold,
    }
    return [verb for verb, is_possible in possible.items() if is_possible]


def may_cancel(order: WorkOrder, who: Standing) -> bool:
    """Only the reporter takes a report back; who dispatches does so for one who is not on the roster."""
    return who.is_reporter or (order.reporter_id is None and who.dispatches)


def may_call(order: WorkOrder, who: Standing) -> bool:
    """Whether the reporter's number is shown in full: to who has the order in hand, and who dispatches it."""
    return order.state not in ENDED and ((who.is_handler and order.state in _CALLS) or who.dispatches)


_CALLS: Final = frozenset({State.DISPATCHED, State.WORKING, State.HELD, State.FINISHED})


def may_see_masked(who: Standing) -> bool:
    """Whether the number is shown at all: not to a contractor's manager, nor to who could grab the order."""
    return who.is_reporter or who.is_handler or who.dispatches or who.verifies or who.approves


def state_after(state: str, step: Step) -> State:
    """The state that the step leads to. Raises OrderState."""
    before, after = TRANSITIONS[step]
    if state not in before:
        raise refusal(state)
    return after or State(state)


def refusal(state: str) -> OrderState:
    """The refusal of a step that the table does not know."""
    return OrderState(state=state, state_name=STATE_NAMES[State(state)])


def ensure(is_allowed: bool) -> None:
    """Raise OrderNotYours unless it is."""
    if not is_allowed:
        raise OrderNotYours


def ensure_judges(who: Standing) -> None:
    """Raise OwnWork or OrderNotYours unless the actor may say whether the work is good."""
    if who.is_handler:
        raise OwnWork
    ensure(who.is_reporter or who.verifies)


def happened_at(
    said: datetime | None, *, now: datetime, previous: datetime, grace: timedelta
) -> tuple[datetime, bool]:
    """When a step of a worker counts as taken, and whether that is later than said.

    What is said is honoured within the grace, and never before the order's previous step. Raises
    HappenedInFuture.
    """
    if said is None:
        return now, False
    if said > now + CLOCKS_DIFFER:
        raise HappenedInFuture
    counted = min(max(said, previous, now - grace), now)
    return counted, counted > said


# A phone's clock may be so much ahead of ours.
CLOCKS_DIFFER: Final = timedelta(minutes=2)


def ensure_hold_until(until: datetime, now: datetime) -> None:
    """Raise HoldUntilInvalid unless a hold may end then."""
    if not now < until <= now + LONGEST_HOLD:
        raise HoldUntilInvalid(days=LONGEST_HOLD.days)


def hold_needs_approval(from_at: datetime, until: datetime, free: timedelta) -> bool:
    """Whether a hold for so long is an approver's to allow."""
    return until - from_at > free


def ensure_appointment(appointment: tuple[datetime, datetime] | None, now: datetime) -> None:
    """Raise AppointmentInvalid unless it is ahead, not too far, and ends after it begins."""
    if appointment is None:
        return
    from_at, until_at = appointment
    if not (from_at < until_at <= now + LATEST_APPOINTMENT and until_at > now):
        raise AppointmentInvalid(days=LATEST_APPOINTMENT.days)


def may_reopen(completed_at: datetime | None, now: datetime, days: int) -> bool:
    """Whether what was completed then may be reopened now."""
    return completed_at is not None and now < completed_at + timedelta(days=days)


def number_of(order_id: int, submitted_on: str) -> str:
    """`WX20261122-0007`: the day of the report, and the last six digits of the identifier.

    From the identifier, not from a counter of the day: reports at once need not wait for each other.
    """
    return f"WX{submitted_on}-{order_id % 1_000_000:04d}"
