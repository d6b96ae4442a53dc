"""What is decided about cooking in batches."""

from typing import Any, Final

from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·备餐"

FIRST_PERCENT: Final = Rule(
    "canteen.first_batch_percent",
    title="大锅备菜占计划量的比例",
    kind=Count(10, 100, "%"),
    default=60,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="开餐时先备好的部分；其余在供餐中分小锅续供。100 为一次备齐。",
)
REFILL_MINUTES: Final = Rule(
    "canteen.refill_minutes",
    title="小锅续供的间隔",
    kind=Minutes(5, 120),
    default=15,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自开餐起每隔多久可以续供一次；每次备到下一次续供前够用的量。",
)
LEAST_PORTIONS: Final = Rule(
    "canteen.least_batch_portions",
    title="每锅最少份数",
    kind=Count(1, 500, "份"),
    default=20,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="不足此数的不单独起锅；计划量不超过此数的菜品一次备齐。",
)
RULES: Final[tuple[Rule[Any], ...]] = (FIRST_PERCENT, REFILL_MINUTES, LEAST_PORTIONS)
