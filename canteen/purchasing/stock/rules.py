"""What a canteen's managers decide about their store."""

from typing import Any, Final

from backend.rules.kinds import Count, Fen
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·仓储"
EXPIRY_DAYS: Final = Rule(
    "canteen.stock_expiry_days",
    title="临期提醒提前天数",
    kind=Count(1, 90, "天"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="批次到期前这些天起列为临期，每天早上提醒库管和采购人员优先使用。",
)
RECEIPT_CHECK_FEN: Final = Rule(
    "canteen.receipt_check_fen",
    title="验收须双人复核的金额",
    kind=Fen(0, 100_000_000),
    default=500_000,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="一次到货的验收金额达到此值时，须由另一人复核后入库；设为 0 则每次都须复核。",
)
RULES: Final[tuple[Rule[Any], ...]] = (EXPIRY_DAYS, RECEIPT_CHECK_FEN)
