"""Rules of the bookings: pure functions. Which step leads where, who may do what, what lapses when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from meeting.bookings.errors import BookingState
from meeting.bookings.models import HOLDING, HolidayRule, Occurrence, State
from meeting.rooms.models import Layout, Level
from meeting.rooms.policies import RoomView

CONFIDENTIAL: Final = "内部会议"
# A meeting that is entered while people sit down already has not begun in the past.
START_GRACE: Final = timedelta(minutes=5)
# How long before its beginning a meeting may be signed in to.
CHECK_IN_BEFORE: Final = timedelta(minutes=15)
MOST_ATTENDEES: Final = 500

STATE_NAMES: Final[Mapping[State, str]] = {
    State.PENDING: "待审批",
    State.BOOKED: "已预订",
    State.IN_USE: "使用中",
    State.ENDED: "已结束",
    State.CANCELLED: "已取消",
    State.REJECTED: "未批准",
    State.EXPIRED: "逾期未审批",
    State.RELEASED: "未签到释放",
    State.DISPLACED: "已被优先调整",
    State.SKIPPED: "跳过",
    State.CONFLICT: "未订上",
}
LEVEL_NAMES: Final[Mapping[Level, str]] = {
    Level.ORDINARY: "一般人员",
    Level.DIVISION: "处级",
    Level.BUREAU: "厅局级",
    Level.LEADER: "主要领导",
}
LAYOUT_NAMES: Final[Mapping[Layout, str]] = {
    Layout.CLASSROOM: "课桌式",
    Layout.HOLLOW: "回字式",
    Layout.THEATRE: "剧院式",
    Layout.U_SHAPE: "U 形",
    Layout.BOARD: "董事会式",
}
HOLIDAY_RULE_NAMES: Final[Mapping[HolidayRule, str]] = {
    HolidayRule.KEEP: "照常",
    HolidayRule.SKIP: "跳过",
    HolidayRule.NEXT_WORKDAY: "顺延到下一工作日",
}


class Step(StrEnum):
    """What may be done with a meeting, and what the system does by itself."""

    BOOK = "book"
    ASK = "ask"  # it waits for approval, from now on or again
    APPROVE = "approve"
    REJECT = "reject"
    ENQUIRE = "enquire"  # who approves wants to know more
    ANSWER = "answer"
    EXPIRE = "expire"
    CHANGE = "change"
    EXTEND = "extend"
    CHECK_IN = "check_in"
    END = "end"
    RELEASE = "release"  # nobody came
    CANCEL = "cancel"
    DISPLACE = "displace"
    TRANSFER = "transfer"
    RESTORE = "restore"
    SKIP = "skip"
    NOTE = "note"


STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.BOOK: "预订",
    Step.ASK: "提交审批",
    Step.APPROVE: "批准",
    Step.REJECT: "不批准",
    Step.ENQUIRE: "要求补充说明",
    Step.ANSWER: "补充说明",
    Step.EXPIRE: "逾期未审批",
    Step.CHANGE: "变更",
    Step.EXTEND: "延长",
    Step.CHECK_IN: "签到",
    Step.END: "结束",
    Step.RELEASE: "未签到释放",
    Step.CANCEL: "取消",
    Step.DISPLACE: "优先调整",
    Step.TRANSFER: "移交",
    Step.RESTORE: "恢复",
    Step.SKIP: "跳过",
    Step.NOTE: "备注",
}

_OPEN: Final = frozenset({State.PENDING, State.BOOKED})
_LOST: Final = frozenset(
    {
        *(State.CONFLICT, State.SKIPPED, State.CANCELLED, State.REJECTED, State.EXPIRED),
        *(State.RELEASED, State.DISPLACED),
    }
)
# From which states a step leads where; None: where it was. Everything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.ASK: (frozenset({State.BOOKED}) | _LOST, State.PENDING),
    Step.APPROVE: (frozenset({State.PENDING}), State.BOOKED),
    Step.REJECT: (frozenset({State.PENDING}), State.REJECTED),
    Step.ENQUIRE: (frozenset({State.PENDING}), None),
    Step.ANSWER: (frozenset({State.PENDING}), None),
    Step.EXPIRE: (frozenset({State.PENDING}), State.EXPIRED),
    Step.CHANGE: (_OPEN | {State.IN_USE}, None),
    Step.EXTEND: (frozenset({State.BOOKED, State.IN_USE}), None),
    Step.CHECK_IN: (frozenset({State.BOOKED}), State.IN_USE),
    Step.END: (frozenset({State.BOOKED, State.IN_USE}), State.ENDED),
    Step.RELEASE: (frozenset({State.BOOKED}), State.RELEASED),
    Step.CANCEL: (_OPEN, State.CANCELLED),
    Step.DISPLACE: (_OPEN, State.DISPLACED),
    Step.TRANSFER: (_OPEN | {State.IN_USE}, None),
    Step.RESTORE: (_LOST, State.BOOKED),
    Step.SKIP: (_OPEN, State.SKIPPED),
}
# A booking is what its liveliest meeting is.
_SUMMARY: Final = (
    *(State.PENDING, State.IN_USE, State.BOOKED, State.ENDED, State.DISPLACED, State.RELEASED),
    *(State.EXPIRED, State.REJECTED, State.CANCELLED, State.CONFLICT, State.SKIPPED),
)


def state_after(state: str, step: Step) -> State:
    """Where a step leads. Raises BookingState if it does not start from here."""
    sources, target = TRANSITIONS[step]
    before = State(state)
    if before not in sources:
        raise refusal(before)
    return target or before


def refusal(state: str) -> BookingState:
    """What is said of a step that the state does not allow."""
    return BookingState(state=str(State(state)), state_name=STATE_NAMES[State(state)])


def summary(states: Iterable[str]) -> State:
    """What a booking with meetings in these states is."""
    found = set(map(State, states))
    return next((state for state in _SUMMARY if state in found), State.CANCELLED)


def is_holding(state: str) -> bool:
    """Whether a meeting in this state keeps its room."""
    return state in HOLDING


def lapses_at(
    room: RoomView, state: State, start: datetime, end: datetime, *, asked_at: datetime, pending_hours: int
) -> datetime | None:
    """When what keeps the room becomes void: an approval that does not come, a meeting nobody signs in to."""
    if state is State.PENDING:
        return min(asked_at + timedelta(hours=pending_hours), start)
    is_exempt = end - start >= timedelta(minutes=room.exempt_minutes)
    if state is State.BOOKED and room.is_checkin_required and not is_exempt:
        return start + timedelta(minutes=room.grace_minutes)
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to a meeting.

    `approves`: decides on the room's bookings. `manages`: looks after the room, or approves. `serves`:
    prepares it. `reads`: sees every meeting of the room. `overrides`: lets one meeting displace another.
    """

    is_organiser: bool = False
    is_booker: bool = False
    is_attendee: bool = False
    approves: bool = False
    manages: bool = False
    serves: bool = False
    reads: bool = False
    overrides: bool = False

    @property
    def owns(self) -> bool:
        """Whether it is theirs to change and to cancel."""
        return self.is_organiser or self.is_booker

    @property
    def is_visible(self) -> bool:
        """Whether they may know of the booking at all."""
        return any((self.owns, self.is_attendee, self.manages, self.serves, self.reads, self.overrides))

    @property
    def knows(self) -> bool:
        """Whether they may know what a confidential meeting is about."""
        return self.owns or self.is_attendee or self.manages


class Verb(StrEnum):
    """What the API may be asked to do with a meeting; phones show a button for each that is possible."""

    APPROVE = "approve"
    REJECT = "reject"
    ENQUIRE = "enquire"
    ANSWER = "answer"
    CHANGE = "change"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    CHECK_IN = "check_in"
    EXTEND = "extend"
    END = "end"
    RESTORE = "restore"


def verbs(occurrence: Occurrence, who: Standing, now: datetime, *, is_asked: bool) -> list[Verb]:
    """What the actor may do with the meeting now. `is_asked`: who approves waits for an answer."""
    state = State(occurrence.state)
    has_begun, is_over = occurrence.start_at <= now, occurrence.end_at <= now
    may_change = who.owns or who.manages
    is_pending = state is State.PENDING and not has_begun
    is_coming = state in _OPEN and not has_begun
    is_running = has_begun and not is_over and state in (State.BOOKED, State.IN_USE)
    is_near = state is State.BOOKED and occurrence.start_at - CHECK_IN_BEFORE <= now and not is_over
    decides = who.approves and not who.owns
    possible = {
        Verb.APPROVE: is_pending and decides,
        Verb.REJECT: is_pending and decides,
        Verb.ENQUIRE: is_pending and decides,
        Verb.ANSWER: is_pending and is_asked and who.owns,
        Verb.CHANGE: is_coming and may_change,
        Verb.CANCEL: is_coming and may_change,
        Verb.TRANSFER: not is_over and state in (*_OPEN, State.IN_USE) and may_change,
        Verb.CHECK_IN: is_near and (may_change or who.is_attendee or who.serves),
        Verb.EXTEND: is_running and may_change,
        Verb.END: is_running and (may_change or who.serves),
        Verb.RESTORE: state in _LOST and not has_begun and may_change,
    }
    return [verb for verb, is_possible in possible.items() if is_possible]


def shown_subject(subject: str, *, is_confidential: bool, knows: bool) -> str:
    """A meeting's subject as somebody may read it."""
    return CONFIDENTIAL if is_confidential and not knows else subject


def ensure_decidable(states: Collection[str]) -> None:
    """Raise BookingState unless something waits for a decision."""
    if State.PENDING not in states:
        raise refusal(summary(states))
