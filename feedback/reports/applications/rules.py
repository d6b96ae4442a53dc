"""What is decided about extensions and suspensions."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

_GROUP = "诉求办理"
_MANAGE = Permission.FEEDBACK_MANAGE

MOST_EXTENSIONS: Final = Rule(
    "feedback.most_extensions",
    title="延期次数",
    kind=Count(0, 10, "次"),
    default=1,
    group=_GROUP,
    description="同一件诉求在一轮办理中最多延期几次；重新办理后另计。",
    changes=_MANAGE,
    reads=_MANAGE,
)
EXTENSION_DAYS: Final = Rule(
    "feedback.extension_days",
    title="一次延期的最长天数",
    kind=Count(1, 180, "天"),
    default=15,
    group=_GROUP,
    description="从原时限起算。",
    changes=_MANAGE,
    reads=_MANAGE,
)
REVIEW_DAYS: Final = Rule(
    "feedback.review_days",
    title="挂账复查期限",
    kind=Count(1, 366, "天"),
    default=92,
    group=_GROUP,
    description="挂账的诉求最迟多少天后须复查（按季度）；逾期未复查的列入督办清单。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (MOST_EXTENSIONS, EXTENSION_DAYS, REVIEW_DAYS)
