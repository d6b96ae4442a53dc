"""What a canteen's managers decide about suggested weeks: weights, limits and the budget."""

from collections.abc import Mapping
from typing import Any, Final

from backend.rules.kinds import Count, Fen
from backend.rules.registry import Rule, RuleScope
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES

GROUP: Final = "食堂·智慧菜单"
_WEIGHT: Final = Count(0, 10, "分")


def _weight(name: str, title: str, default: int, description: str) -> Rule[int]:
    return Rule(
        f"canteen.week_weight_{name}",
        title=f"智慧菜单权重：{title}",
        kind=_WEIGHT,
        default=default,
        scope=RuleScope.CANTEEN,
        group=GROUP,
        description=f"{description} 0 为不考虑，越大越看重。",
    )


APART_DAYS: Final = Rule(
    "canteen.week_apart_days",
    title="智慧菜单同一菜品至少间隔",
    kind=Count(1, 28, "天"),
    default=7,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="建议的菜单中，同一菜品两次供应至少相隔的天数；主食和饮品不限。",
)
HISTORY_DAYS: Final = Rule(
    "canteen.week_history_days",
    title="智慧菜单依据最近多少天的数据",
    kind=Count(28, 180, "天"),
    default=90,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="评分、剩余、取用份数和各餐菜品结构取自这些天。",
)
BUDGETS: Final[Mapping[Period, Rule[int]]] = {
    period: Rule(
        f"canteen.week_budget_{period.value}_fen",
        title=f"智慧菜单每人成本上限：{PERIOD_NAMES[period]}",
        kind=Fen(0, 100_000),
        default=0,
        scope=RuleScope.CANTEEN,
        group=GROUP,
        description="按菜品成本和通常取用份数估算；0 为不设上限。",
    )
    for period in Period
}
RATING: Final = _weight("rating", "职工评价", 3, "近期评分高的菜优先。")
LEFTOVER: Final = _weight("leftover", "剩余少", 3, "近期剩余率低的菜优先。")
POPULARITY: Final = _weight("popularity", "受欢迎程度", 2, "同类菜中取用份数多的优先。")
SEASON: Final = _weight("season", "应季", 2, "主要食材当月应季的菜优先。")
COST: Final = _weight("cost", "成本", 1, "同类菜中成本低的优先。")
FRESHNESS: Final = _weight("freshness", "久未供应", 1, "较长时间没有供应的菜优先。")
VARIETY: Final = _weight("variety", "食材和做法多样", 3, "同餐、同日、邻日的主料或做法重复时减分。")
WEIGHTS: Final = {
    "rating": RATING,
    "leftover": LEFTOVER,
    "popularity": POPULARITY,
    "season": SEASON,
    "cost": COST,
    "freshness": FRESHNESS,
}
RULES: Final[tuple[Rule[Any], ...]] = (
    APART_DAYS,
    HISTORY_DAYS,
    *BUDGETS.values(),
    *WEIGHTS.values(),
    VARIETY,
)
