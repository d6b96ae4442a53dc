"""What is decided about temperatures."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·食品安全"

EXCURSION_MINUTES: Final = Rule(
    "canteen.excursion_minutes",
    title="冷藏温度超限持续多久提醒",
    kind=Minutes(5, 240),
    default=30,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="超过这一时间仍未恢复即通知后厨，并须登记处置措施；短时开门不计。",
    changes=Permission.SAFETY_MANAGE,
)
READINGS_PER_DAY: Final = Rule(
    "canteen.readings_per_day",
    title="每台冷藏设备每天至少测温几次",
    kind=Count(1, 12),
    default=2,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (EXCURSION_MINUTES, READINGS_PER_DAY)
