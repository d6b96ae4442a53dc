"""What a canteen's managers decide about those who often miss what they ordered."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·未取餐"
MOST_DAYS: Final = 92

NO_SHOW_LIMIT: Final = Rule(
    "canteen.no_show_limit",
    title="未取餐几次后暂停预订",
    kind=Count(0, 31, "次"),
    default=0,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="统计期内未取餐达到此次数的，暂停预订；0 表示只记录和提醒，不暂停。免责和申诉通过的不计。",
)
NO_SHOW_DAYS: Final = Rule(
    "canteen.no_show_days",
    title="未取餐次数的统计期",
    kind=Count(1, MOST_DAYS, "天"),
    default=30,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="按供餐日期往前统计；次数规定生效以前记录的不计。",
)
NO_SHOW_PAUSE_DAYS: Final = Rule(
    "canteen.no_show_pause_days",
    title="暂停预订的天数",
    kind=Count(1, 14, "天"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自记录未取餐时起算；已开始的暂停不变。现场用餐不受影响。",
)
RULES: Final[tuple[Rule[Any], ...]] = (NO_SHOW_LIMIT, NO_SHOW_DAYS, NO_SHOW_PAUSE_DAYS)
