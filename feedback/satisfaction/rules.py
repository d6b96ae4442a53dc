"""What is decided about satisfaction."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

GROUP: Final = "满意度"
PRIOR_WEIGHT: Final = Rule(
    "feedback.dish_prior_weight",
    title="菜品排名先验权重",
    kind=Count(1, 200, "次评价"),
    default=10,
    group=GROUP,
    description="菜品排名时，每道菜先按多少次全体平均分的评价计算，以免少数几次高分即排在前面。",
    changes=Permission.FEEDBACK_MANAGE,
    reads=Permission.FEEDBACK_READ,
)
RULES: Final[tuple[Rule[Any], ...]] = (PRIOR_WEIGHT,)
