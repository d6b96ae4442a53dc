"""What a canteen's managers decide about weighing."""

from collections.abc import Mapping
from typing import Any, Final

from backend.rules.kinds import Count, Fen
from backend.rules.registry import Rule, RuleScope
from canteen.waste.models import Kind
from canteen.waste.titles import KIND_NAMES

GROUP: Final = "食堂·称重"
COST_FEN_PER_KG: Final = Rule(
    "waste.cost_fen_per_kg",
    title="每公斤食物成本",
    kind=Fen(0, 100_000),
    default=1_500,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="折算浪费金额时，菜品未填成本则按此计算；称重时定下，以后修改不影响已有记录。",
)
_MOST_G: Final[Mapping[Kind, int]] = {
    Kind.SERVE_DELTA: 2_000,
    Kind.TRAY_RETURN: 3_000,
    Kind.DISH_LEFTOVER: 30_000,
    Kind.BIN_DELTA: 60_000,
    Kind.PAN_OUT: 60_000,
    Kind.PAN_BACK: 60_000,
}
PLAUSIBLE_G: Final[Mapping[Kind, Rule[int]]] = {
    kind: Rule(
        f"waste.plausible_{kind.value}_g",
        title=f"{KIND_NAMES[kind]}的合理上限",
        kind=Count(1, 1_000_000, "克"),
        default=most,
        scope=RuleScope.CANTEEN,
        group=GROUP,
        description="一次称重的净重超过此值时先列入待核实，核实前不计入统计。",
    )
    for kind, most in _MOST_G.items()
}
RULES: Final[tuple[Rule[Any], ...]] = (COST_FEN_PER_KG, *PLAUSIBLE_G.values())
