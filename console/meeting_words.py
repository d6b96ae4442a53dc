"""Meetings in words, for the pages: states with their colours, and how a series repeats."""

from collections.abc import Mapping
from typing import Any, Final

from meeting.bookings.models import State
from meeting.bookings.overrides.models import OverrideState
from meeting.bookings.policies import HOLIDAY_RULE_NAMES, LAYOUT_NAMES, LEVEL_NAMES, STATE_NAMES

STATE_TONES: Final[Mapping[State, str]] = {
    State.PENDING: "yellow",
    State.BOOKED: "blue",
    State.IN_USE: "green",
    State.ENDED: "gray",
    State.CANCELLED: "gray",
    State.REJECTED: "red",
    State.EXPIRED: "red",
    State.RELEASED: "red",
    State.DISPLACED: "red",
    State.SKIPPED: "gray",
    State.CONFLICT: "red",
}
OVERRIDE_NAMES: Final[Mapping[OverrideState, str]] = {
    OverrideState.WAITING: "待审批",
    OverrideState.APPROVED: "已同意",
    OverrideState.REJECTED: "未同意",
    OverrideState.WITHDRAWN: "已撤回",
    OverrideState.LAPSED: "已过期",
}
OVERRIDE_TONES: Final[Mapping[OverrideState, str]] = {
    OverrideState.WAITING: "yellow",
    OverrideState.APPROVED: "green",
    OverrideState.REJECTED: "red",
    OverrideState.WITHDRAWN: "gray",
    OverrideState.LAPSED: "gray",
}
_WEEKDAYS: Final = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "一二三四五六日", strict=True))
_EVERY: Final = {
    "DAILY": ("天", "每天"),
    "WEEKLY": ("周", "每周"),
    "MONTHLY": ("个月", "每月"),
    "YEARLY": ("年", "每年"),
}
_SAID: Final = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
_UNSAID: Final = "按规则重复"


def meeting_words() -> dict[str, Any]:
    """What states, levels and layouts are called, for templates."""
    return {
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "level_names": LEVEL_NAMES,
        "layout_names": LAYOUT_NAMES,
        "holiday_names": HOLIDAY_RULE_NAMES,
    }


def rule_words(rule: str) -> str:
    """A rule as people say it: `每两周 周一、周三，共 8 次`. What it cannot say is `按规则重复`."""
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    names = _EVERY.get(parts.get("FREQ", ""))
    if names is None or not parts.keys() <= _SAID:
        return _UNSAID
    interval = int(parts.get("INTERVAL", "1"))
    number = "两" if interval == 2 else str(interval)
    every = names[1] if interval == 1 else f"每{number}{names[0]}"
    days = [_day_words(code) for code in parts.get("BYDAY", "").split(",") if code]
    dates = [_date_words(text) for text in parts.get("BYMONTHDAY", "").split(",") if text]
    count = f"，共 {parts['COUNT']} 次" if "COUNT" in parts else ""
    return f"{every} {'、'.join([*days, *dates])}".strip() + count


def _day_words(code: str) -> str:
    name = f"周{_WEEKDAYS[code[-2:]]}"
    ordinal = int(code[:-2] or 0)
    if not ordinal:
        return name
    return f"最后一个{name}" if ordinal == -1 else f"第{ordinal}个{name}"


def _date_words(text: str) -> str:
    return "最后一天" if text == "-1" else f"{text}日"
