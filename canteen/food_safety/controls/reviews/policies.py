"""Rules of the weeks and the months: pure functions."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from backend.dates import day_text
from canteen.food_safety.controls.errors import (
    ReviewChanged,
    ReviewIncomplete,
    ReviewSigned,
    ReviewTooEarly,
)
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek

# A week is written up from its Friday on: what the weekend brings goes into the next one's facts.
_READY: Final = timedelta(days=4)
_NEEDED: Final[Mapping[type, Mapping[str, str]]] = {
    SafetyWeek: {"conclusion": "排查结论"},
    SafetyMonth: {
        "held_at": "会议时间",
        "chair": "主持人",
        "attendees": "参会人员",
        "decisions": "调度事项",
    },
}


def ensure_open(report: Any, revision: int) -> None:
    """It is still written, and the actor saw it as it is. Raises ReviewSigned or ReviewChanged."""
    if report.signed_at is not None:
        raise ReviewSigned
    if report.revision != revision:
        raise ReviewChanged(revision=report.revision)


def ensure_complete(report: Any) -> None:
    """It says what it has to. Raises ReviewIncomplete."""
    missing = [title for name, title in _NEEDED[type(report)].items() if not getattr(report, name)]
    if missing:
        raise ReviewIncomplete(missing="、".join(missing))


def ensure_due(report: Any, today: date, now: datetime) -> None:
    """Its days have come: a week's Friday, a month's meeting. Raises ReviewTooEarly."""
    if isinstance(report, SafetyWeek):
        ready = report.monday + _READY
        if today < ready:
            raise ReviewTooEarly(until=f"{day_text(ready)}的检查")
    elif report.held_at is not None and report.held_at > now:
        raise ReviewTooEarly(until="调度会议")


def ensure_begun(first: date, today: date) -> None:
    """Nothing is written about days to come. Raises ReviewTooEarly."""
    if first > today:
        raise ReviewTooEarly(until=f"{day_text(first)}以前的检查")
