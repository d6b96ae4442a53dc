"""What is decided about the rectifications of low ratings."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule
from feedback.satisfaction.rules import GROUP

LOWEST_RATE: Final = Rule(
    "feedback.rectification_rate",
    title="整改触发满意率",
    kind=Count(0, 100, "%"),
    default=80,
    group=GROUP,
    description="某提供方一个月的满意率低于此数时，自动下达整改。0 表示不按满意率触发。",
    changes=Permission.REVIEWS_MANAGE,
    reads=Permission.REVIEWS_MANAGE,
)
LOWEST_AVERAGE: Final = Rule(
    "feedback.rectification_average",
    title="整改触发平均分",
    kind=Count(0, 500, "（百分之一分）"),
    default=350,
    group=GROUP,
    description="某提供方一个月的平均分低于此数时，自动下达整改；350 即 3.50 分。0 表示不按平均分触发。",
    changes=Permission.REVIEWS_MANAGE,
    reads=Permission.REVIEWS_MANAGE,
)
LEAST_RATINGS: Final = Rule(
    "feedback.rectification_least_ratings",
    title="整改触发最少评价数",
    kind=Count(5, 1000, "条"),
    default=10,
    group=GROUP,
    description="一个月的评价少于此数的提供方，不自动下达整改。",
    changes=Permission.REVIEWS_MANAGE,
    reads=Permission.REVIEWS_MANAGE,
)
DUE_DAYS: Final = Rule(
    "feedback.rectification_days",
    title="满意度整改期限",
    kind=Count(1, 180, "天"),
    default=30,
    group=GROUP,
    description="自动下达的整改，自下达之日起多少天内完成。",
    changes=Permission.REVIEWS_MANAGE,
    reads=Permission.REVIEWS_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (LOWEST_RATE, LOWEST_AVERAGE, LEAST_RATINGS, DUE_DAYS)
