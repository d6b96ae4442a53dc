"""What is decided about meals by weight."""

from typing import Any, Final

from backend.rules.kinds import Count, Fen, Flag, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·按克计费"

BY_WEIGHT: Final = Rule(
    "canteen.by_weight",
    title="是否提供按克计费",
    kind=Flag(yes="提供", no="不提供"),
    default=False,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="餐盘绑定用餐人员后，按各菜品实际取用的重量和称重单价扣款；以该餐开始供餐时的规定为准。",
)
SETTLE_MINUTES: Final = Rule(
    "canteen.by_weight_settle_minutes",
    title="最后一次取菜后多久扣款",
    kind=Minutes(1, 180),
    default=20,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="餐盘已经回收的，不再等待。",
)
LATE_DAYS: Final = Rule(
    "canteen.by_weight_late_days",
    title="迟到的称重数据多久内仍补扣或退回",
    kind=Count(1, 30, "天"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自用餐日起算；期满后系统不再保留餐盘与用餐人员的对应关系。",
)
MINIMUM_FEN: Final = Rule(
    "canteen.by_weight_minimum_fen",
    title="绑定餐盘所需的最低餐费余额",
    kind=Fen(0, 100_000),
    default=1000,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="余额低于此数的不能绑定按克计费的餐盘；0 为不限。",
)
OBJECTION_DAYS: Final = Rule(
    "canteen.by_weight_objection_days",
    title="对称重扣款提出异议的期限",
    kind=Count(1, 30, "天"),
    default=7,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自扣款时起算。",
)
RULES: Final[tuple[Rule[Any], ...]] = (BY_WEIGHT, SETTLE_MINUTES, LATE_DAYS, MINIMUM_FEN, OBJECTION_DAYS)
