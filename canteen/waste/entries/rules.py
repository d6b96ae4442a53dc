"""What is decided about entries by hand."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·称重"

ENTRY_DAYS: Final = Rule(
    "waste.entry_days",
    title="可补登多少天前的餐次",
    kind=Count(0, 60, "天"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="0 为只能登记当天的；食堂管理人员不受限制。",
)
MAXIMUM_KG: Final = Rule(
    "waste.entry_maximum_kg",
    title="一次登记的合理上限",
    kind=Count(1, 2000, "公斤"),
    default=100,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="超出的需再次确认才能保存。",
)
MAXIMUM_G_PER_DINER: Final = Rule(
    "waste.entry_maximum_g_per_diner",
    title="人均餐盘剩余的合理上限",
    kind=Count(10, 5000, "克"),
    default=400,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="一餐登记的餐盘剩余合计超出的，需再次确认才能保存。",
)
RULES: Final[tuple[Rule[Any], ...]] = (ENTRY_DAYS, MAXIMUM_KG, MAXIMUM_G_PER_DINER)
