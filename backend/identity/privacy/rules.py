"""What administrators decide about privacy."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule

GROUP: Final = "个人信息"

ANSWER_DAYS: Final = Rule(
    "privacy.answer_days",
    title="个人信息申请的答复期限",
    kind=Count(1, 60, "个工作日"),
    default=15,
    group=GROUP,
    description="自收到更正、删除或限制处理的申请次日起算；已收到的申请期限不变。",
)
DAILY_EXPORTS: Final = Rule(
    "privacy.daily_exports",
    title="每人每天可下载的个人信息副本",
    kind=Count(1, 50, "次"),
    default=5,
    group=GROUP,
)
RULES: Final[tuple[Rule[Any], ...]] = (ANSWER_DAYS, DAILY_EXPORTS)
