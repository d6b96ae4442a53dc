"""Rules of the work orders: pure functions."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from property.work_orders.models import Origin, State

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


# From which states a step leads where; None: where it was. Everything else is a conflict (§3 of the domain page).
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
