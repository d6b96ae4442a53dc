"""What is decided about spot checks. The defaults are those of 国管节能〔2023〕211号."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

PERCENT: Final = Rule(
    "evaluation.spot_check_percent",
    title="每年抽查比例",
    kind=Count(35, 100, "%"),
    default=35,
    group="评估",
    description="每年抽查的单位占在册单位的比例，不足一个的进一；国家要求不低于 35%。"
    "修改后对新抽取的名单有效。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
YEARS: Final = Rule(
    "evaluation.spot_check_years",
    title="抽查全覆盖周期",
    kind=Count(1, 3, "年"),
    default=3,
    group="评估",
    description="每个单位在多少年内至少抽查一次；国家要求三年内全覆盖。修改后对新抽取的名单有效。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
ANSWER_DAYS: Final = Rule(
    "evaluation.answer_days",
    title="抽查结果反馈期限",
    kind=Count(1, 30, "天"),
    default=5,
    group="评估",
    description="抽查组提交评分后，被抽查单位在多少天内确认或提出异议；逾期未反馈的可直接办结。",
    changes=Permission.EVALUATION_MANAGE,
    reads=Permission.EVALUATION_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (PERCENT, YEARS, ANSWER_DAYS)
