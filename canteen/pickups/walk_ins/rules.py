"""What is decided about walk-ins."""

from typing import Any, Final

from backend.rules.kinds import Flag, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·现场用餐"

WALK_INS: Final = Rule(
    "canteen.walk_ins",
    title="是否提供现场用餐",
    kind=Flag(yes="提供", no="不提供"),
    default=False,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="未订餐的职工能否在取餐时间内凭用餐码或饭卡现场用餐；供应上限仍然有效。",
)
DINER_CODE_MINUTES: Final = Rule(
    "canteen.diner_code_minutes",
    title="用餐码有效时间",
    kind=Minutes(1, 15),
    default=3,
    group=GROUP,
    description="职工的用餐码自生成起多久有效；已生成的不变。",
)
RULES: Final[tuple[Rule[Any], ...]] = (WALK_INS, DINER_CODE_MINUTES)
