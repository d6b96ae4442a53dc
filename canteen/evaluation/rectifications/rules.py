"""What is decided about rectifications."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

RECTIFICATION_DAYS: Final = Rule(
    "evaluation.rectification_days",
    title="整改期限",
    kind=Count(1, 180, "天"),
    default=30,
    group="评估",
    description="下达整改时没有另定期限的，自下达之日起多少天内完成。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
REMINDER_DAYS: Final = Rule(
    "evaluation.rectification_reminder_days",
    title="整改到期提醒",
    kind=Count(0, 30, "天"),
    default=3,
    group="评估",
    description="整改期限前多少天提醒被评估单位；0 表示只在逾期后提醒。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (RECTIFICATION_DAYS, REMINDER_DAYS)
