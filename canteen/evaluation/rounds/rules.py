"""What is decided about rounds."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

REMINDER_DAYS: Final = Rule(
    "evaluation.reminder_days",
    title="评估填报提醒",
    kind=Count(0, 30, "天"),
    default=3,
    group="评估",
    description="填报截止日期前多少天提醒还没有提交评估表的单位；截止当天再提醒一次。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (REMINDER_DAYS,)
