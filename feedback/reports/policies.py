"""Rules of the reports: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final

from backend.actor import Actor, Permission
from feedback.categories.models import Kind
from feedback.reports.errors import ReportNotYours, ReportState
from feedback.reports.models import OPEN_STATES, Origin, Outcome, Report, State

# What owns the photos: the report as it came in (private for ever), an entry of its timeline (owner_id is the
# event's), and the approved copies that everybody may see.
PHOTOS: Final = "report"
PHOTOS_NOTE: Final = "report_note"
PHOTOS_PUBLIC: Final = "report_public"
# Copies that went with a work order; owner_id is the order's, which is property's.
PHOTOS_FORWARDED: Final = "work_order_forwarded"
MOST_PHOTOS: Final = 9
MOST_SIMILAR: Final = 5
NEARBY_M: Final = 300
EXCERPT_LENGTH: Final = 60
UNNAMED: Final = "匿名"

STATE_NAMES: Final[Mapping[State, str]] = {
    State.PENDING: "待审核",
    State.ACCEPTED: "已受理",
    State.ASSIGNED: "转办",
    State.IN_ORDER: "转工单",
    State.REPLIED: "已答复",
    State.TO_RATE: "待评价",
    State.CLOSED: "已办结",
    State.REJECTED: "不予受理",
    State.DUPLICATE: "重复",
    State.HIDDEN: "隐藏",
    State.SUSPENDED: "挂账",
    State.WITHDRAWN: "已撤回",
}
ORIGIN_NAMES: Final[Mapping[Origin, str]] = {
    Origin.PHONE: "手机提交",
    Origin.DESK: "专席登记",
    Origin.CONCIERGE: "微管家",
    Origin.OPEN311: "开放接口",
}
OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {
    Outcome.RESOLVED: "已解决",
    Outcome.PARTLY: "部分解决",
    Outcome.UNRESOLVED: "未解决",
}


class Step(StrEnum):
    """What may be done with a report, and what the system does by itself."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    ASSIGN = "assign"
    RAISE_ORDER = "raise_order"
    ORDER_BACK = "order_back"
    GIVE_BACK = "give_back"  # an objection was heard: to the desk, the office stays responsible
    REJECT = "reject"
    DUPLICATE = "duplicate"
    HIDE = "hide"
    UNHIDE = "unhide"
    SUSPEND = "suspend"
    RESUME_CASE = "resume_case"
    REPLY = "reply"
    INVITE = "invite"  # 已答复 → 待评价
    RATE = "rate"
    LAPSE = "lapse"  # the window for rating is over: 未参评
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REMIND = "remind"
    SUPERVISE = "supervise"
    UNSUPERVISE = "unsupervise"
    NOTE = "note"
    EXTEND = "extend"
    ASK = "ask"  # an application: 延期, 挂账, 派单异议
    REFUSE = "refuse"
    ESCALATE = "escalate"
    VISIT = "visit"
    REVIEW = "review"  # looked at again while 挂账
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    CHANGE = "change"  # the desk corrected its category or place
    FOLLOW = "follow"
    PROGRESS = "progress"  # what its work order came to


_EVERY: Final = frozenset(State)
OPEN: Final = frozenset(State(state) for state in OPEN_STATES)
ENDED: Final = frozenset({State.CLOSED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN})

# From which states a step leads where; two targets: the first if an office has the report, else the second;
# none: to where it was before it was hidden. Everything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], tuple[State, ...]]]] = {
    Step.ACCEPT: (frozenset({State.PENDING}), (State.ACCEPTED,)),
    Step.ASSIGN: (frozenset({State.ACCEPTED, State.ASSIGNED, State.IN_ORDER}), (State.ASSIGNED,)),
    Step.RAISE_ORDER: (frozenset({State.ACCEPTED, State.ASSIGNED}), (State.IN_ORDER,)),
    Step.ORDER_BACK: (frozenset({State.IN_ORDER}), (State.ASSIGNED,)),
    Step.GIVE_BACK: (frozenset({State.ASSIGNED}), (State.ACCEPTED,)),
    Step.REJECT: (frozenset({State.PENDING, State.ACCEPTED}), (State.REJECTED,)),
    Step.DUPLICATE: (OPEN, (State.DUPLICATE,)),
    Step.HIDE: (_EVERY - {State.HIDDEN}, (State.HIDDEN,)),
    Step.UNHIDE: (frozenset({State.HIDDEN}), ()),
    Step.SUSPEND: (frozenset({State.ASSIGNED, State.ACCEPTED}), (State.SUSPENDED,)),
    Step.RESUME_CASE: (frozenset({State.SUSPENDED}), (State.ASSIGNED, State.ACCEPTED)),
    Step.REPLY: (frozenset({State.ASSIGNED, State.IN_ORDER, State.ACCEPTED}), (State.REPLIED,)),
    Step.INVITE: (frozenset({State.REPLIED}), (State.TO_RATE,)),
    Step.RATE: (frozenset({State.TO_RATE}), (State.CLOSED,)),
    Step.LAPSE: (frozenset({State.REPLIED, State.TO_RATE}), (State.CLOSED,)),
    Step.REOPEN: (
        frozenset({State.TO_RATE, State.REPLIED, State.CLOSED}),
        (State.ASSIGNED, State.ACCEPTED),
    ),
    Step.WITHDRAW: (frozenset({State.PENDING, State.ACCEPTED}), (State.WITHDRAWN,)),
}
# In which states what leaves the state as it is may be done; steps that are not here: in every state.
NOTES: Final[Mapping[Step, frozenset[State]]] = {
    Step.REMIND: OPEN - {State.SUSPENDED},
    Step.SUPERVISE: OPEN,
    Step.UNSUPERVISE: OPEN,
    Step.EXTEND: frozenset({State.ACCEPTED, State.ASSIGNED, State.IN_ORDER}),
    Step.ESCALATE: OPEN,
    Step.REVIEW: frozenset({State.SUSPENDED}),
    Step.FOLLOW: OPEN,
    Step.CHANGE: OPEN,
    Step.PROGRESS: frozenset({State.IN_ORDER}),
}
STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.SUBMIT: "提交",
    Step.ACCEPT: "受理",
    Step.ASSIGN: "转办",
    Step.RAISE_ORDER: "转工单",
    Step.ORDER_BACK: "工单退回",
    Step.GIVE_BACK: "退回专席",
    Step.REJECT: "不予受理",
    Step.DUPLICATE: "标记重复",
    Step.HIDE: "隐藏",
    Step.UNHIDE: "取消隐藏",
    Step.SUSPEND: "挂账",
    Step.RESUME_CASE: "恢复办理",
    Step.REPLY: "答复",
    Step.INVITE: "邀请评价",
    Step.RATE: "评价",
    Step.LAPSE: "未参评办结",
    Step.REOPEN: "重新办理",
    Step.WITHDRAW: "撤回",
    Step.REMIND: "催办",
    Step.SUPERVISE: "督办",
    Step.UNSUPERVISE: "解除督办",
    Step.NOTE: "办理记录",
    Step.EXTEND: "延期",
    Step.ASK: "提出申请",
    Step.REFUSE: "不同意申请",
    Step.ESCALATE: "时限提醒",
    Step.VISIT: "回访",
    Step.REVIEW: "挂账复查",
    Step.PUBLISH: "公开",
    Step.UNPUBLISH: "取消公开",
    Step.CHANGE: "更正信息",
    Step.FOLLOW: "我也遇到",
    Step.PROGRESS: "工单进展",
}
# What somebody does with a report as the one who reported it. What they do with it by another right, as a
# member of its office or of the desk, they do under their own name: else nameless steps would name them.
OWN_STEPS: Final = frozenset({Step.SUBMIT, Step.WITHDRAW, Step.REMIND, Step.RATE, Step.REOPEN})
# What everybody may meet, too: offered to who is about to report the same, and followed (我也遇到). A
# complaint is between one and the desk, and a service is one's own.
SHARED_KINDS: Final = frozenset({Kind.SNAP, Kind.SUGGESTION})
IN_HAND: Final = frozenset({State.ASSIGNED, State.IN_ORDER})
ASSIGNABLE: Final = TRANSITIONS[Step.ASSIGN][0] | {State.PENDING}
DONE: Final = frozenset({State.REPLIED, State.TO_RATE, State.CLOSED})
WITHDRAWABLE: Final = TRANSITIONS[Step.WITHDRAW][0]


class Verb(StrEnum):
    """What the API may be asked to do with a report; phones show a button for each that is possible."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    RAISE_ORDER = "raise_order"
    REPLY = "reply"
    NOTE = "note"
    EXTEND = "extend"
    SUSPEND = "suspend"
    RESUME = "resume"
    OBJECT = "object"
    REJECT = "reject"
    DUPLICATE = "duplicate"
    SUPERVISE = "supervise"
    HIDE = "hide"
    UNHIDE = "unhide"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    VISIT = "visit"
    RATE = "rate"
    REOPEN = "reopen"
    REMIND = "remind"
    WITHDRAW = "withdraw"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    UNSEAL = "unseal"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to a report.

    `is_handler`: a member of the office that has, or had last, the report, with the right to handle.
    `triages`, `approves`, `visits`: hold that permission where the report is. `reads`: may read all of it
    that the desk may. `unseals`: a keeper of sealed names.
    """

    is_reporter: bool = False
    is_follower: bool = False
    is_handler: bool = False
    triages: bool = False
    approves: bool = False
    visits: bool = False
    reads: bool = False
    unseals: bool = False
    is_public: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the actor works on it or oversees it: sees what is not public."""
        return self.is_handler or self.triages or self.approves or self.visits or self.reads

    @property
    def is_visible(self) -> bool:
        """Whether the actor may know of it at all."""
        return self.is_reporter or self.is_staff or self.is_follower or self.is_public


def standing(
    actor: Actor,
    report: Report,
    *,
    office_ids: frozenset[int],
    is_reporter: bool,
    is_follower: bool,
) -> Standing:
    """What the actor, a member of these offices, is to the report."""

    def holds(permission: Permission) -> bool:
        reach = actor.reach(permission)
        return reach.covers(campus_id=report.campus_id, building_id=report.building_id)

    is_shown = report.state != State.HIDDEN
    return Standing(
        is_reporter=is_reporter,
        is_follower=is_follower and is_shown,
        is_handler=actor.can(Permission.REPORTS_HANDLE) and report.office_id in office_ids,
        triages=holds(Permission.REPORTS_TRIAGE),
        approves=holds(Permission.REPORTS_APPROVE),
        visits=holds(Permission.REPORTS_VISIT),
        reads=holds(Permission.FEEDBACK_READ),
        unseals=holds(Permission.REPORTS_UNSEAL),
        is_public=report.published_at is not None and is_shown,
    )


def verbs(
    report: Report, who: Standing, *, may_reopen: bool, may_be_shown: bool, has_phone: bool = False
) -> list[Verb]:
    """The verbs that the actor may use on the report now, in the order in which a phone shows them.

    `may_be_shown`: its category and its reporter allow the wall.
    """
    state = State(report.state)
    works, is_done = who.is_handler or who.triages, state in DONE
    judges = who.is_reporter and not who.is_handler
    is_shared = report.kind in SHARED_KINDS
    possible = {
        Verb.ACCEPT: state is State.PENDING and who.triages,
        Verb.ASSIGN: state in ASSIGNABLE and who.triages,
        Verb.RAISE_ORDER: state in TRANSITIONS[Step.RAISE_ORDER][0] and works,
        Verb.REPLY: (state in IN_HAND and who.is_handler) or (state is State.ACCEPTED and who.triages),
        Verb.NOTE: (state in OPEN or is_done) and works,
        Verb.EXTEND: state in IN_HAND and who.is_handler,
        Verb.SUSPEND: (state is State.ASSIGNED and who.is_handler)
        or (state is State.ACCEPTED and who.triages),
        Verb.RESUME: state is State.SUSPENDED and (works or who.approves),
        Verb.OBJECT: state is State.ASSIGNED and who.is_handler,
        Verb.REJECT: state in TRANSITIONS[Step.REJECT][0] and who.triages,
        Verb.DUPLICATE: state in OPEN and who.triages,
        Verb.SUPERVISE: state in OPEN and (who.triages or who.approves) and report.supervised_at is None,
        Verb.PUBLISH: is_done and who.triages and may_be_shown and report.published_at is None,
        Verb.UNPUBLISH: report.published_at is not None and state is not State.HIDDEN and who.triages,
        Verb.HIDE: state is not State.HIDDEN and who.triages,
        Verb.UNHIDE: state is State.HIDDEN and who.triages,
        Verb.VISIT: is_done and who.visits and not (who.is_handler or who.is_reporter),
        Verb.RATE: state is State.TO_RATE and judges,
        Verb.REOPEN: is_done and judges and may_reopen,
        Verb.REMIND: state in NOTES[Step.REMIND] and who.is_reporter,
        Verb.WITHDRAW: state in WITHDRAWABLE and who.is_reporter,
        Verb.FOLLOW: state in OPEN and is_shared and not (who.is_reporter or who.is_follower),
        Verb.UNFOLLOW: who.is_follower,
        Verb.UNSEAL: bool(report.reporter_cipher) and who.unseals and not who.is_reporter,
        Verb.CONTACT: has_phone and may_call(report, who) and (state in OPEN or is_done),
    }
    return [verb for verb, is_possible in possible.items() if is_possible]


def may_call(report: Report, who: Standing) -> bool:
    """Whether the actor may know a reporter's number in full: to handle the report, or to visit; never of
    an unnamed one.
    """
    asks = who.visits and State(report.state) in DONE
    return not report.is_anonymous and (who.is_handler or who.triages or asks)


def state_after(state: str, step: Step, *, has_office: bool = False, unhidden_state: str = "") -> State:
    """The state that the step leads to. Raises ReportState."""
    before, targets = TRANSITIONS[step]
    if state not in before:
        raise refusal(state)
    if not targets:
        return State(unhidden_state)
    return targets[0] if len(targets) == 1 or has_office else targets[1]


def ensure_notable(state: str, step: Step) -> None:
    """Raise ReportState unless a step that leaves the state as it is may be taken there."""
    if state not in NOTES.get(step, _EVERY):
        raise refusal(state)


def refusal(state: str) -> ReportState:
    """The refusal of a step that the table does not know."""
    return ReportState(state=state, state_name=STATE_NAMES[State(state)])


def ensure(is_allowed: bool) -> None:
    """Raise ReportNotYours unless it is."""
    if not is_allowed:
        raise ReportNotYours


def number_of(report_id: int, submitted_on: str) -> str:
    """`F20261123-000001`: the day of the submission, and the last six digits of the identifier.

    From the identifier, not from a counter of the day: reports at once need not wait for each other.
    """
    return f"F{submitted_on}-{report_id % 1_000_000:06d}"


def excerpt(text: str) -> str:
    """The beginning of a text, for lists and messages."""
    return text if len(text) <= EXCERPT_LENGTH else f"{text[:EXCERPT_LENGTH]}…"


_EARTH_M: Final = 6_371_000
_E6: Final = 1_000_000


def distance_m(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Metres between two positions in micro-degrees (haversine)."""
    lat1, lon1, lat2, lon2 = (radians(each / _E6) for each in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))


def box(position: tuple[int, int], radius_m: float) -> tuple[int, int, int, int]:
    """(south, north, west, east) in micro-degrees around everything within `radius_m` of a position."""
    latitude, longitude = position
    up = radius_m / 111_000 * _E6 + 1
    across = up / max(0.01, cos(radians(min(89.0, abs(latitude) / _E6 + up / _E6))))
    return int(latitude - up), int(latitude + up) + 1, int(longitude - across), int(longitude + across) + 1
