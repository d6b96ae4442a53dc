"""What a canteen's managers decide about picking up."""

from typing import Any, Final

from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·取餐"

CODE_MINUTES: Final = Rule(
    "canteen.pickup_code_minutes",
    title="取餐码有效时间",
    kind=Minutes(1, 60),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="取餐码自生成起多久有效；已生成的不变。",
)
# Late for the meal is still fed; a code of last week is not.
GRACE_MINUTES: Final = Rule(
    "canteen.pickup_grace_minutes",
    title="供餐结束后仍可取餐的时间",
    kind=Minutes(0, 12 * 60),
    default=120,
    scope=RuleScope.CANTEEN,
    group=GROUP,
)
RATING_DAYS: Final = Rule(
    "canteen.rating_days",
    title="取餐后可评价的天数",
    kind=Count(1, 30, "天"),
    default=7,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自取餐时起算；已取餐的订单以取餐时的规定为准。",
)
RULES: Final[tuple[Rule[Any], ...]] = (CODE_MINUTES, GRACE_MINUTES, RATING_DAYS)
