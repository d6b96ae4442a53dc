"""What is decided about surveys."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

SMALLEST_SAMPLE: Final = Rule(
    "feedback.survey_smallest_sample",
    title="问卷最小抽样人数",
    kind=Count(5, 1000, "人"),
    default=30,
    group="满意度",
    description="按比例随机抽样的问卷，抽取人数不得少于此数；范围内人数不足此数的，全部邀请。",
    changes=Permission.SURVEYS_MANAGE,
    reads=Permission.SURVEYS_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (SMALLEST_SAMPLE,)
