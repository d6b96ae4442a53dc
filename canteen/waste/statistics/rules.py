"""What a canteen's managers decide about statistics."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·浪费统计"
# The topic under which cached public figures learn of a change.
TOPIC: Final = "canteen.waste"

MIN_MEALS: Final = Rule(
    "waste.min_meals",
    title="公布统计数据至少需要的称重餐次",
    kind=Count(1, 60, "餐"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="称重餐次少于此数、又未覆盖全部开餐餐次的，显示“数据不足”。",
    topics=(TOPIC,),
)
MIN_COVERAGE: Final = Rule(
    "waste.min_coverage_percent",
    title="公布统计数据至少需要的称重覆盖率",
    kind=Count(1, 100, "%"),
    default=60,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="称重餐次占开餐餐次的比例低于此数的，显示“数据不足”。",
    topics=(TOPIC,),
)
MIN_TRAYS: Final = Rule(
    "waste.min_trays",
    title="公布光盘率至少需要的餐盘数",
    kind=Count(5, 1000, "个"),
    default=30,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="称重的餐盘少于此数的，光盘率、剩餐率显示“数据不足”。",
    topics=(TOPIC,),
)
MIN_WEIGHINGS: Final = Rule(
    "waste.min_weighings",
    title="公布单菜剩余率至少需要的称重次数",
    kind=Count(1, 100, "次"),
    default=5,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="一道菜的剩余称重少于此数的，剩余率显示“数据不足”，也不作半份提示。",
    topics=(TOPIC,),
)
RULES: Final[tuple[Rule[Any], ...]] = (MIN_MEALS, MIN_COVERAGE, MIN_TRAYS, MIN_WEIGHINGS)
