"""What is decided about meal accounts."""

from typing import Any, Final

from backend.rules.kinds import Fen, Ranking
from backend.rules.registry import Rule, RuleScope
from canteen.accounts.titles import BUCKET_NAMES

# What one deposit could be at all: a slip of the keyboard beyond it is no business rule.
MOST_FEN: Final = 100_000_000
GROUP: Final = "食堂·餐费账户"

MAX_DEPOSIT_FEN: Final = Rule(
    "canteen.max_deposit_fen",
    title="单笔充值或补贴上限",
    kind=Fen(1, MOST_FEN),
    default=10_000_00,
    group=GROUP,
    description="管理员每次为一名职工充值或发放补贴的最大金额。",
)
SPENDING_ORDER: Final[Rule[tuple[str, ...]]] = Rule(
    "canteen.spending_order",
    title="扣款顺序",
    kind=Ranking(BUCKET_NAMES),
    default=tuple(BUCKET_NAMES),
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="付款时先用哪一类余额；订单始终按下单时的顺序扣款和退款。",
)
RULES: Final[tuple[Rule[Any], ...]] = (MAX_DEPOSIT_FEN, SPENDING_ORDER)
