"""What is decided about samples."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·食品安全"

MINIMUM_G: Final = Rule(
    "canteen.sample_minimum_g",
    title="每个品种留样至少多少克",
    kind=Count(125, 500, "克"),
    default=125,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="餐饮服务食品安全操作规范要求不少于 125 克，高校等可要求 200 克。",
    changes=Permission.SAFETY_MANAGE,
)
USUAL_G: Final = Rule(
    "canteen.sample_usual_g",
    title="留样一键登记的默认重量",
    kind=Count(125, 1000, "克"),
    default=150,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="低于最低重量时按最低重量登记。",
    changes=Permission.SAFETY_MANAGE,
)
HOURS: Final = Rule(
    "canteen.sample_hours",
    title="留样保存多少小时",
    kind=Count(48, 168, "小时"),
    default=48,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="餐饮服务食品安全操作规范要求不少于 48 小时；修改只对此后的留样生效。",
    changes=Permission.SAFETY_MANAGE,
)
MISSING_MINUTES: Final = Rule(
    "canteen.sample_missing_minutes",
    title="开餐多久后提醒未留样的菜品",
    kind=Minutes(0, 180),
    default=30,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    changes=Permission.SAFETY_MANAGE,
)
OVERDUE_HOURS: Final = Rule(
    "canteen.sample_overdue_hours",
    title="可销毁后多少小时仍未销毁视为超期",
    kind=Count(1, 120, "小时"),
    default=24,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (MINIMUM_G, USUAL_G, HOURS, MISSING_MINUTES, OVERDUE_HOURS)
