"""What administrators decide about suggestions."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule

DAILY_LIMIT: Final = Rule(
    "suggestions.daily_limit",
    title="每人每天可提交的投诉建议",
    kind=Count(1, 100, "条"),
    default=10,
    group="投诉建议",
)
RULES: Final[tuple[Rule[Any], ...]] = (DAILY_LIMIT,)
