"""What is decided about incidents."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

AUTHORITY_HOURS: Final = Rule(
    "canteen.incident_authority_hours",
    title="食品安全事件应在多少小时内报告监管部门",
    kind=Count(1, 72, "小时"),
    default=2,
    scope=RuleScope.CANTEEN,
    group="食堂·食品安全",
    description="自发现起计算；超过时限仍未登记报告的，在事件列表中提示。演练不计。",
    reads=Permission.SAFETY_READ,
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (AUTHORITY_HOURS,)
