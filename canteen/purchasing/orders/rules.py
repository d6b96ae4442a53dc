"""What is decided about purchases."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Fen
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·采购"
OVER_PERCENT: Final = Rule(
    "canteen.over_delivery_percent",
    title="到货超量容差",
    kind=Count(0, 100, "%"),
    default=5,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="到货净重超过订购量的百分比在此范围内可直接验收，超出的须说明原因。",
    reads=Permission.PURCHASING_READ,
    changes=Permission.PURCHASING_APPROVE,
)
SHORT_PERCENT: Final = Rule(
    "canteen.short_delivery_percent",
    title="到货短量容差",
    kind=Count(0, 50, "%"),
    default=2,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="到货净重与订购量相差在此范围内视为到齐，不再等待余量；准时到货也按此判断。",
    reads=Permission.PURCHASING_READ,
    changes=Permission.PURCHASING_APPROVE,
)
MONTH_BUDGET: Final = Rule(
    "canteen.purchase_month_budget",
    title="每月采购预算",
    kind=Fen(0, 100_000_000_00),
    default=0,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="采购支出统计按此对比执行率；0 为未设预算。超预算不阻止采购。",
    reads=Permission.PURCHASING_READ,
    changes=Permission.PURCHASING_APPROVE,
)
RULES: Final[tuple[Rule[Any], ...]] = (OVER_PERCENT, SHORT_PERCENT, MONTH_BUDGET)
