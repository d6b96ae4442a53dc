"""What a canteen's managers decide about advice."""

from typing import Any, Final

from backend.rules.kinds import Count, Flag
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·点餐提示"
# The topic under which cached advice learns of a change.
TOPIC: Final = "canteen.advice"

HALF_FIRST: Final = Rule(
    "canteen.half_first",
    title="剩余较多的菜是否先推荐半份",
    kind=Flag(yes="先推荐半份", no="不推荐"),
    default=True,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="近期剩余率较高、又有半份可选的菜，点餐时先显示半份；职工仍可选标准份。",
    topics=(TOPIC,),
)
LINE: Final = Rule(
    "canteen.advice_line",
    title="点餐时是否显示一句提示",
    kind=Flag(yes="显示", no="不显示"),
    default=True,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="有菜近期剩余较多时，在点餐页显示一句按需取餐的提示。",
    topics=(TOPIC,),
)
DAYS: Final = Rule(
    "canteen.advice_days",
    title="点餐提示依据最近多少天的称重",
    kind=Count(7, 180, "天"),
    default=28,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    topics=(TOPIC,),
)
RATE: Final = Rule(
    "canteen.advice_rate_percent",
    title="单菜剩余率达到多少时提示",
    kind=Count(1, 100, "%"),
    default=20,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="剩余率为剩余克数除以取餐克数；称重次数不够的菜不提示。",
    topics=(TOPIC,),
)
RULES: Final[tuple[Rule[Any], ...]] = (HALF_FIRST, LINE, DAYS, RATE)
