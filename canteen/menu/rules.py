"""What a canteen's managers decide about its menus: when it serves, its periods, what counts as repeated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from backend.rules.errors import RuleValueInvalid
from backend.rules.kinds import Count, Flag, Json, Kind
from backend.rules.registry import Rule, RuleScope
from canteen.menu import policies
from canteen.menu.errors import InvalidPeriod
from canteen.menu.models import Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.titles import PERIOD_NAMES

# The topic under which a cached menu learns that something on it has changed.
TOPIC: Final = "canteen.menu"
GROUP: Final = "食堂·供餐与菜单"

MAX_CUTOFF_DAYS: Final = 14
MAX_MINUTES: Final = MAX_CUTOFF_DAYS * 24 * 60
MAX_NAME: Final = 20
_FIELDS: Final = frozenset(PeriodRules.__dataclass_fields__)
_CUTOFF_FIELDS: Final = frozenset({"days", "time", "minutes"})


@dataclass(frozen=True)
class PeriodKind(Kind[PeriodRules | None]):
    """How a canteen serves a period; None, which is never kept, where it does not. It has a page of its own.

    The JSON is that of `/canteen/admin/periods`.
    """

    def load(self, data: Json) -> PeriodRules:
        """The rules that a version keeps, or that came over the wire."""
        try:
            if not isinstance(data, dict) or set(data) != _FIELDS or not isinstance(data["is_active"], bool):
                raise ValueError
            lead = data["pickup_lead_minutes"]
            return PeriodRules(
                period=Period(data["period"]),
                name=_text(data["name"]),
                is_active=data["is_active"],
                window_from=_time(data["window_from"]),
                window_until=_time(data["window_until"]),
                order_cutoff=_cutoff(data["order_cutoff"]),
                cancel_cutoff=_cutoff(data["cancel_cutoff"]),
                pickup_lead_minutes=None if lead is None else _number(lead, MAX_MINUTES),
            )
        except ValueError as wrong:
            raise RuleValueInvalid(reason="餐别设置的内容不完整或格式有误") from wrong

    def dump(self, value: PeriodRules | None) -> Json:
        """All fields, times as `"11:30"`; null for None."""
        if value is None:
            return None
        return {
            "period": value.period.value,
            "name": value.name,
            "is_active": value.is_active,
            "window_from": value.window_from.isoformat("minutes"),
            "window_until": value.window_until.isoformat("minutes"),
            "order_cutoff": _json(value.order_cutoff),
            "cancel_cutoff": _json(value.cancel_cutoff),
            "pickup_lead_minutes": value.pickup_lead_minutes,
        }

    def text(self, value: PeriodRules | None) -> str:
        """One sentence with everything in it."""
        if value is None:
            return "未设置"
        parts = [
            f"{value.name} {window_text(value)} 供餐",
            f"订餐截止为{cutoff_text(value.order_cutoff)}",
            f"取消截止为{cutoff_text(value.cancel_cutoff)}",
            lead_text(value.pickup_lead_minutes),
        ]
        return "，".join(parts if value.is_active else [*parts, "已停用"])

    def parts(self, value: PeriodRules | None) -> Mapping[str, str]:
        """Field by field; nothing of None."""
        if value is None:
            return {}
        return {
            "状态": "在用" if value.is_active else "已停用",
            "名称": value.name,
            "供餐时段": window_text(value),
            "订餐截止": cutoff_text(value.order_cutoff),
            "取消截止": cutoff_text(value.cancel_cutoff),
            "取餐": lead_text(value.pickup_lead_minutes),
        }

    def check(self, value: PeriodRules | None, variant: str) -> None:
        """The rules of this very period, and they do not contradict one another. Raises InvalidPeriod."""
        if value is None or value.period.value != variant:
            raise InvalidPeriod(period=variant, reason="内容与所选餐别不符")
        policies.ensure_rules(value)


def _text(data: Any) -> str:
    if not isinstance(data, str) or not 0 < len(data.strip()) <= MAX_NAME:
        raise ValueError
    return data.strip()


def _number(data: Any, maximum: int) -> int:
    if isinstance(data, bool) or not isinstance(data, int) or not 0 <= data <= maximum:
        raise ValueError
    return data


def _time(data: Any) -> time:
    if not isinstance(data, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", data):
        raise ValueError
    return time.fromisoformat(data)


def _cutoff(data: Any) -> Cutoff:
    if not isinstance(data, dict) or set(data) != _CUTOFF_FIELDS:
        raise ValueError
    return Cutoff(
        days=_number(data["days"], MAX_CUTOFF_DAYS),
        at=None if data["time"] is None else _time(data["time"]),
        minutes=None if data["minutes"] is None else _number(data["minutes"], MAX_MINUTES),
    )


def _json(cutoff: Cutoff) -> Json:
    at = None if cutoff.at is None else cutoff.at.isoformat("minutes")
    return {"days": cutoff.days, "time": at, "minutes": cutoff.minutes}


def window_text(rules: PeriodRules) -> str:
    """`11:30–12:30`."""
    return f"{rules.window_from:%H:%M}–{rules.window_until:%H:%M}"


def cutoff_text(cutoff: Cutoff) -> str:
    """`供餐前 90 分钟`, `当日 09:30` or `前一日 16:00`."""
    if cutoff.at is None:
        return f"供餐前 {cutoff.minutes or 0} 分钟"
    day = {0: "当日", 1: "前一日"}.get(cutoff.days, f"前 {cutoff.days} 日")
    return f"{day} {cutoff.at:%H:%M}"


def lead_text(minutes: int | None) -> str:
    """From when on a meal may be picked up: so many minutes before its window, or at once."""
    return "下单后即可取餐" if minutes is None else f"供餐前 {minutes} 分钟开始取餐"


MEAL_PERIOD: Final[Rule[PeriodRules | None]] = Rule(
    "canteen.meal_period",
    title="餐别时段与截止时间",
    kind=PeriodKind(),
    default=None,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="供餐时段、订餐与取消的截止时间、可取餐时间。餐次按其供餐开始时生效的设置发布，已发布的不变。",
    variants={period.value: name for period, name in PERIOD_NAMES.items()},
    topics=(TOPIC,),
)
OPENS_ON_REST_DAYS: Final = Rule(
    "canteen.opens_on_rest_days",
    title="休息日供餐",
    kind=Flag(yes="供餐", no="不供餐"),
    default=False,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="周末和节假日是否供餐；一天之中的修改对当天全天有效。",
    topics=(TOPIC,),
)
REPEAT_DAYS: Final = Rule(
    "canteen.repeat_days",
    title="菜品重复提醒",
    kind=Count(0, 14, "天"),
    default=2,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="发布菜单时，此天数之内供应过的菜品会被提醒。",
)
RULES: Final[tuple[Rule[Any], ...]] = (MEAL_PERIOD, OPENS_ON_REST_DAYS, REPEAT_DAYS)
