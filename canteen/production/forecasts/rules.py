"""What a canteen's managers decide about forecasts."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

LEAST_LEVEL: Final = 50
MOST_LEVEL: Final = 99
SERVICE_LEVEL: Final = Rule(
    "canteen.service_level_percent",
    title="备餐保障率",
    kind=Count(LEAST_LEVEL, MOST_LEVEL, "%"),
    default=80,
    scope=RuleScope.CANTEEN,
    group="食堂·备餐",
    description="备餐数量够用的把握：80% 即十天中约八天够用；越高断供越少、剩余越多。对以后的预测有效。",
)
RULES: Final[tuple[Rule[Any], ...]] = (SERVICE_LEVEL,)
