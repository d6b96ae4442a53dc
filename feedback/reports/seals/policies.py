"""Rules of the seals: pure functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from feedback.reports.seals.errors import SealClosed, SealDecided, SealNotYours
from feedback.reports.seals.models import SealRequest

LOOK_WITHIN: Final = timedelta(hours=24)


class SealState(StrEnum):
    """待审批, 已同意, 未同意, 已查看, 已过期."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    LOOKED = "looked"
    EXPIRED = "expired"


STATE_NAMES: Final[Mapping[SealState, str]] = {
    SealState.WAITING: "待审批",
    SealState.GRANTED: "已同意",
    SealState.REFUSED: "未同意",
    SealState.LOOKED: "已查看",
    SealState.EXPIRED: "已过期",
}


def state_of(request: SealRequest, now: datetime) -> SealState:
    """How a request stands."""
    if request.decided_at is None:
        return SealState.WAITING
    if not request.is_granted:
        return SealState.REFUSED
    if request.looked_at is not None:
        return SealState.LOOKED
    return SealState.GRANTED if now < request.decided_at + LOOK_WITHIN else SealState.EXPIRED


def ensure_decidable(request: SealRequest, staff_id: int, now: datetime) -> None:
    """Raise SealDecided, or SealNotYours for who asked."""
    if request.asked_by == staff_id:
        raise SealNotYours
    if state_of(request, now) is not SealState.WAITING:
        raise SealDecided


def ensure_may_look(request: SealRequest, staff_id: int, now: datetime) -> None:
    """Raise SealNotYours for anybody but who asked, or SealClosed."""
    if request.asked_by != staff_id:
        raise SealNotYours
    if state_of(request, now) is not SealState.GRANTED:
        raise SealClosed
