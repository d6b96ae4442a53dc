"""Rules of samples: pure functions."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend import clock
from canteen.food_safety.samples.errors import (
    ExtraNeedsReason,
    NotOwnSample,
    SampleDisposed,
    SampleLocked,
    SampleNotDue,
    SampleTimeInvalid,
    SampleTooLight,
    SampleVoided,
)

# Longer ago nobody takes a sample after all.
LATEST_ENTRY: Final = timedelta(hours=24)
MOST_DAYS: Final = 62
# Typed by hand where a label is torn: no character is taken for another.
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PREFIX: Final = "LY"


class SampleState(StrEnum):
    """How a sample stands."""

    KEPT = "kept"
    DUE = "due"
    OVERDUE = "overdue"
    DISPOSED = "disposed"
    VOID = "void"


STATE_NAMES: Final = {
    SampleState.KEPT: "保存中",
    SampleState.DUE: "可销毁",
    SampleState.OVERDUE: "超期未销毁",
    SampleState.DISPOSED: "已销毁",
    SampleState.VOID: "已作废",
}


class Origin(StrEnum):
    """Where a dish was served."""

    MENU = "menu"
    RECEPTION = "reception"


ORIGIN_NAMES: Final = {Origin.MENU: "菜单", Origin.RECEPTION: "公务接待"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sample as somebody enters it; without a weight the usual one, without an instant now."""

    dish_id: int
    weight_g: int | None = None
    taken_at: datetime | None = None
    is_extra: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a sample so far."""

    taken_at: datetime
    due_at: datetime
    disposed_at: datetime | None
    is_void: bool


def new_code() -> str:
    """A code for a label: ten characters, 30 bits."""
    return f"{_PREFIX}-" + "".join(secrets.choice(_ALPHABET) for _ in range(7))


def usual_g(usual: int, minimum: int) -> int:
    """What one tap enters."""
    return max(usual, minimum)


def ensure_weight(dish: str, weight_g: int, minimum_g: int) -> None:
    """Raise SampleTooLight below the canteen's least weight."""
    if weight_g < minimum_g:
        raise SampleTooLight(dish=dish, weight_g=weight_g, minimum_g=minimum_g)


def ensure_reason(dish: str, wanted: Wanted) -> None:
    """Raise ExtraNeedsReason for an extra sample without a word."""
    if wanted.is_extra and len(wanted.reason) < 2:
        raise ExtraNeedsReason(dish=dish)


def ensure_time(taken_at: datetime, served_on: date, now: datetime) -> None:
    """Raise SampleTimeInvalid unless it was taken at that meal, and not long ago.

    A late meal's sample may be taken after midnight.
    """
    day = clock.local(taken_at).date()
    is_of_meal = served_on <= day <= served_on + timedelta(days=1)
    if taken_at > now or now - taken_at > LATEST_ENTRY or not is_of_meal:
        raise SampleTimeInvalid


def state_of(life: Life, now: datetime, overdue_after: timedelta) -> SampleState:
    """How a sample stands."""
    if life.is_void:
        return SampleState.VOID
    if life.disposed_at is not None:
        return SampleState.DISPOSED
    if now < life.due_at:
        return SampleState.KEPT
    return SampleState.OVERDUE if now >= life.due_at + overdue_after else SampleState.DUE


def ensure_present(dish: str, life: Life) -> None:
    """Raise SampleVoided or SampleDisposed unless it is still there."""
    if life.is_void:
        raise SampleVoided(dish=dish)
    if life.disposed_at is not None:
        raise SampleDisposed(dish=dish, at=_spoken(life.disposed_at))


def ensure_unlocked(dish: str, lock_reason: str) -> None:
    """Raise SampleLocked while somebody needs it."""
    if lock_reason:
        raise SampleLocked(dish=dish, reason=lock_reason)


def ensure_due(dish: str, life: Life, now: datetime) -> None:
    """Raise SampleNotDue before its hours are over."""
    if now < life.due_at:
        hours = round((life.due_at - life.taken_at).total_seconds() / 3600)
        raise SampleNotDue(
            dish=dish, hours=hours, until=_spoken(life.due_at), due_at=clock.local(life.due_at).isoformat()
        )


def may_void(*, is_own: bool, entered_on: date, today: date, manages: bool) -> bool:
    """One's own entry on the same day; any for who manages."""
    return manages or (is_own and entered_on == today)


def ensure_may_void(*, is_own: bool, entered_on: date, today: date, manages: bool) -> None:
    """Raise NotOwnSample unless the actor may void the entry."""
    if not may_void(is_own=is_own, entered_on=entered_on, today=today, manages=manages):
        raise NotOwnSample


def _spoken(instant: datetime) -> str:
    return clock.local(instant).strftime("%m月%d日 %H:%M")
