"""What a canteen's managers decide about the kitchen's word on its waste."""

from typing import Any, Final

from backend.rules.kinds import Flag
from backend.rules.registry import Rule, RuleScope
from canteen.waste.rules import GROUP

LOSSES_COUNT: Final = Rule(
    "canteen.stock_losses_count",
    title="库房报损是否计入储存损耗",
    kind=Flag(yes="计入", no="不计入"),
    default=True,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="报损的食材同时倒入储存环节的收集桶称重的，应设为不计入，以免重复统计；只对以后的报损有效。",
)
RULES: Final[tuple[Rule[Any], ...]] = (LOSSES_COUNT,)
