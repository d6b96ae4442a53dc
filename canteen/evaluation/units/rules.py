"""What is decided about reports."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

REPORT_DAYS: Final = Rule(
    "evaluation.report_days",
    title="月报期限",
    kind=Count(1, 28, "天"),
    default=10,
    group="评估",
    description="被评估单位应在每月结束后多少天内填报当月数据；之后填报的记为迟报。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (REPORT_DAYS,)
