"""Rules of rounds: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.places.policies import Ref
from property.inspections import policies
from property.inspections.errors import NumberInvalid
from property.inspections.models import CheckItem, ItemKind, Point
from property.inspections.policies import NO, YES, Position
from property.inspections.rounds.errors import (
    AnswerInvalid,
    OutsideWindow,
    PositionNeeded,
    RoundEnded,
    RoundNotYours,
    TooFar,
)
from property.inspections.rounds.models import PointState, Presence, Recheck, Round, RoundState, Verdict
from property.workforce.models import Worker

PHOTO_OWNER: Final = "inspection_answer"
MOST_PHOTOS: Final = 6
LONGEST_PERIOD: Final = 366
STATE_NAMES: Final[Mapping[RoundState, str]] = {
    RoundState.OPEN: "待完成",
    RoundState.FINISHED: "已完成",
    RoundState.LAPSED: "已过期",
    RoundState.SKIPPED: "已跳过",
    RoundState.WITHDRAWN: "已取消",
}
POINT_NAMES: Final[Mapping[PointState, str]] = {
    PointState.PENDING: "未到",
    PointState.VISITED: "已到",
    PointState.MISSED: "漏检",
}
PRESENCE_NAMES: Final[Mapping[Presence, str]] = {Presence.SCAN: "扫码", Presence.MANUAL: "手工签到"}
VERDICT_NAMES: Final[Mapping[Verdict, str]] = {
    Verdict.PASSED: "合格",
    Verdict.FAILED: "不合格",
    Verdict.NOTED: "已记录",
}
RECHECK_NAMES: Final[Mapping[Recheck, str]] = {
    Recheck.NONE: "",
    Recheck.AWAITED: "待维修后复查",
    Recheck.ASKED: "待复查",
    Recheck.PASSED: "复查合格",
    Recheck.FAILED: "复查不合格",
    Recheck.DROPPED: "未维修，不复查",
}
VALUE_NAMES: Final = {YES: "是", NO: "否"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A point that a new round leads to; `item_id` only for a re-check."""

    point_id: int | None
    asset_id: int | None
    place: Ref
    place_path: str
    name: str
    version_id: int
    is_security: bool
    is_manual_ok: bool
    campus_id: int
    building_id: int
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a round comes to so far. `unanswered` are required items of visited points; `last_at` is the last
    thing that was done."""

    points: int = 0
    visited: int = 0
    by_hand: int = 0
    unanswered: int = 0
    passed: int = 0
    failed: int = 0
    last_at: datetime | None = None

    @property
    def missed(self) -> int:
        """Points where nobody was."""
        return self.points - self.visited

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missed and not self.unanswered


def performs(actor: Actor, worker: Worker | None, of: Round) -> bool:
    """Whether a round is the actor's to do: a member's of its group, or, given to one, only that one's or a
    lead's."""
    if worker is None or worker.group_id != of.group_id:
        return False
    return of.worker_id is None or of.worker_id == actor.staff_id or worker.is_lead


def ensure_performs(actor: Actor, worker: Worker | None, of: Round) -> None:
    """Raise RoundNotYours unless it is the actor's to do."""
    if not performs(actor, worker, of):
        raise RoundNotYours


def ensure_open(of: Round) -> None:
    """Raise RoundEnded once it is."""
    if of.state != RoundState.OPEN:
        raise RoundEnded(state=of.state, state_name=STATE_NAMES[RoundState(of.state)])


def ensure_within_window(of: Round, at: datetime) -> None:
    """Raise OutsideWindow unless somebody may be there at that instant; a re-check has no end."""
    if not (of.opens_at <= at and (of.recheck_of_id is not None or at < of.closes_at)):
        raise OutsideWindow(opens_at=_local(of.opens_at), closes_at=_local(of.closes_at))


def ensure_near(point: Point | None, is_security: bool, position: Position | None) -> int | None:
    """How far from a security point somebody is, in metres; None at any other, whatever was sent.

    Raises PositionNeeded or TooFar.
    """
    if not is_security or point is None or point.radius_m is None:
        return None
    if position is None:
        raise PositionNeeded
    distance = policies.distance_m(point, position)
    if distance > point.radius_m:
        raise TooFar(distance_m=distance, radius_m=point.radius_m)
    return distance


def judge(item: CheckItem, value: Any) -> tuple[Verdict, str]:
    """What an answer comes to, and how it is kept. Raises AnswerInvalid."""
    kind = ItemKind(item.kind)
    if kind is ItemKind.NUMBER:
        return _judge_number(item, value)
    if kind is ItemKind.PHOTO:
        if value is not None:
            raise AnswerInvalid(item=item.text, item_id=item.id, reason="只须拍照")
        return Verdict.NOTED, ""
    if kind is ItemKind.YES_NO:
        if not isinstance(value, bool):
            raise AnswerInvalid(item=item.text, item_id=item.id, reason="应答是或否")
        kept = YES if value else NO
    else:
        if not isinstance(value, str) or value not in item.options:
            raise AnswerInvalid(item=item.text, item_id=item.id, reason="应从选项中选择")
        kept = value
    if not item.failing:
        return Verdict.NOTED, kept
    return (Verdict.FAILED if kept in item.failing else Verdict.PASSED), kept


def _judge_number(item: CheckItem, value: Any) -> tuple[Verdict, str]:
    try:
        milli = policies.milli_of(value)
    except NumberInvalid as error:
        raise AnswerInvalid(item=item.text, item_id=item.id, reason=error.msg) from error
    kept = policies.shown(milli)
    if item.lower_milli is None and item.upper_milli is None:
        return Verdict.NOTED, kept
    is_low = item.lower_milli is not None and milli < item.lower_milli
    is_high = item.upper_milli is not None and milli > item.upper_milli
    return (Verdict.FAILED if is_low or is_high else Verdict.PASSED), kept


def value_in_words(item: CheckItem, value: str) -> str:
    """An answer as people read it: `是`, `0.8 MPa`."""
    if item.kind == ItemKind.YES_NO:
        return VALUE_NAMES.get(value, value)
    return f"{value} {item.unit}".rstrip() if item.kind == ItemKind.NUMBER else value


def wire_value(item: CheckItem, value: str) -> Any:
    """An answer as the phone sent it."""
    if item.kind == ItemKind.YES_NO:
        return value == YES
    if item.kind == ItemKind.NUMBER:
        return policies.number_of(round(float(value) * 1000))
    return value or None


def complaint(point: str, item: CheckItem, value: str, remark: str) -> str:
    """What an order says about a failed item: `3 号泵房：出口压力 0.8 MPa（标准 0.2–0.6 MPa）；有异响`."""
    limits = policies.limits_in_words(item.lower_milli, item.upper_milli, item.unit)
    standard = f"（标准 {limits}）" if limits else ""
    said = f"；{remark}" if remark else ""
    return f"{point}：{item.text}，{value_in_words(item, value)}{standard}{said}"


def _local(instant: datetime) -> str:
    return clock.local(instant).isoformat()
