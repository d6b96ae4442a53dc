"""What a canteen's managers decide about orders."""

from typing import Any, Final

from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule, RuleScope

MAX_PORTIONS: Final = Rule(
    "canteen.max_portions",
    title="每单最多份数",
    kind=Count(1, 99, "份"),
    default=10,
    scope=RuleScope.CANTEEN,
    group="食堂·订餐",
    description="一份订单中各菜品份数之和的上限；修改后对新下单和改单有效。",
)
MOST_REMINDER_MINUTES: Final = 180
REMINDER_MINUTES: Final = Rule(
    "canteen.pickup_reminder_minutes",
    title="提前多久提醒取餐",
    kind=Minutes(0, MOST_REMINDER_MINUTES),
    default=30,
    scope=RuleScope.CANTEEN,
    group="食堂·订餐",
    description="在供餐开始前多少分钟提醒已订餐的职工；0 表示不提醒。",
)
RULES: Final[tuple[Rule[Any], ...]] = (MAX_PORTIONS, REMINDER_MINUTES)
