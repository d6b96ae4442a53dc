"""What is decided about visits and supervision."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

_GROUP = "诉求回访"
_MANAGE = Permission.FEEDBACK_MANAGE

VISIT_SHARE: Final = Rule(
    "feedback.visit_share",
    title="回访抽查比例",
    kind=Count(0, 100, "%"),
    default=100,
    group=_GROUP,
    description="逾期未评价或超过办理时限的诉求中列入回访的比例；由编号决定，不能挑选。",
    changes=_MANAGE,
    reads=_MANAGE,
)
VISIT_DAYS: Final = Rule(
    "feedback.visit_days",
    title="回访期限",
    kind=Count(1, 180, "天"),
    default=30,
    group=_GROUP,
    description="答复后多少天内可以回访；更早的不再列入。",
    changes=_MANAGE,
    reads=_MANAGE,
)
SUPERVISED_REOPENINGS: Final = Rule(
    "feedback.supervised_reopenings",
    title="列入督办的重新办理次数",
    kind=Count(1, 10, "次"),
    default=2,
    group="诉求办理",
    description="重新办理达到此次数而尚未办结的诉求，列入督办清单。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (VISIT_SHARE, VISIT_DAYS, SUPERVISED_REOPENINGS)
