"""What is decided about records of hygiene."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·食品安全"

RECORD_DAYS: Final = Rule(
    "canteen.safety_record_days",
    title="可补登多少天前的清洁消毒和检查记录",
    kind=Count(0, 7, "天"),
    default=1,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="0 为只能登记当天的；补登的记录保留实际登记时间。",
    reads=Permission.SAFETY_READ,
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (RECORD_DAYS,)
