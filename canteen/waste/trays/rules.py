"""What is decided about trays."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule

OWN_TRAYS_DAYS: Final = Rule(
    "waste.own_trays_days",
    title="本人餐盘记录的保存时间",
    kind=Count(7, 730, "天"),
    default=365,
    group="食堂·称重",
    description="只对选择查看本人餐盘的职工保存；期满后系统不再保留餐盘与本人的对应关系。",
)
RULES: Final[tuple[Rule[Any], ...]] = (OWN_TRAYS_DAYS,)
