"""What a canteen's managers decide about takeaways."""

from typing import Any, Final

from backend.rules.kinds import Count, Fen, Flag, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·外带"

OFFERED: Final = Rule(
    "canteen.takeaway",
    title="提供外带",
    kind=Flag(yes="提供", no="不提供"),
    default=True,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="不提供时，新下单和改单均不能选择外带；已预订的外带不受影响。",
)
WINDOW_MINUTES: Final = Rule(
    "canteen.takeaway_window_minutes",
    title="外带取餐时段长度",
    kind=Minutes(5, 120),
    default=15,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="把供餐时间划分为若干取餐时段；最后一段可能较短。已选定的时段不变。",
)
WINDOW_ORDERS: Final = Rule(
    "canteen.takeaway_window_orders",
    title="每个时段的外带单数",
    kind=Count(0, 9999, "单"),
    default=0,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="每个取餐时段最多接受的外带订单数；0 表示不限，此时可以不选时段。",
)
PACKAGING_FEN: Final = Rule(
    "canteen.packaging_fen",
    title="外带包装费",
    kind=Fen(0, 10_000),
    default=0,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="每份外带订单的包装费，计入订单金额；订单按下单时的金额收取。",
)
RULES: Final[tuple[Rule[Any], ...]] = (OFFERED, WINDOW_MINUTES, WINDOW_ORDERS, PACKAGING_FEN)
