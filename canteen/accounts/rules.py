"""What is decided about meal accounts."""

from enum import StrEnum
from typing import Any, Final

from backend.rules.kinds import Choice, Count, Fen, Ranking
from backend.rules.registry import Rule, RuleScope
from canteen.accounts.titles import BUCKET_NAMES

# What one deposit could be at all: a slip of the keyboard beyond it is no business rule.
MOST_FEN: Final = 100_000_000
GROUP: Final = "食堂·餐费账户"


class ExpiryPeriod(StrEnum):
    """How often what is left of the subsidies goes back."""

    NEVER = "never"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


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
SUBSIDY_EXPIRY: Final = Rule(
    "canteen.subsidy_expiry",
    title="补贴到期收回",
    kind=Choice(
        {
            ExpiryPeriod.NEVER.value: "不收回",
            ExpiryPeriod.MONTH.value: "每月末",
            ExpiryPeriod.QUARTER.value: "每季度末",
            ExpiryPeriod.YEAR.value: "每年末",
        }
    ),
    default=ExpiryPeriod.NEVER.value,
    group=GROUP,
    description="未用完的财政补贴何时收回；在新一期的第一天收回上期余额，提前 7 天提醒本人。个人充值不收回。",
)
GRANT_DAY: Final = Rule(
    "canteen.grant_day",
    title="补贴发放日",
    kind=Count(1, 28, "日"),
    default=1,
    group=GROUP,
    description="每月从哪一天起按补贴计划发放；此后新入职的职工于次日凌晨补发当月全额。",
)
RULES: Final[tuple[Rule[Any], ...]] = (MAX_DEPOSIT_FEN, SPENDING_ORDER, SUBSIDY_EXPIRY, GRANT_DAY)
