"""What is decided about hospitality."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule

_GROUP: Final = "会务"
_MANAGE: Final = Permission.HOSPITALITY_MANAGE

LEAD_MINUTES: Final = Rule(
    "meeting.service_lead_minutes",
    title="会务服务提前预订时间",
    kind=Minutes(0, 7 * 24 * 60),
    default=120,
    group=_GROUP,
    description="会前多少分钟以前须预订或变更会务服务；单项服务可以另定。财政部机关为 2 小时。",
    changes=_MANAGE,
    reads=_MANAGE,
)
CHECK_MINUTES: Final = Rule(
    "meeting.check_minutes",
    title="会前检查完成时间",
    kind=Minutes(0, 24 * 60),
    default=20,
    group=_GROUP,
    description="会前多少分钟以前须完成会场检查。",
    changes=_MANAGE,
    reads=_MANAGE,
)
AFTER_CHECK_MINUTES: Final = Rule(
    "meeting.after_check_minutes",
    title="会后检查时限",
    kind=Minutes(5, 24 * 60),
    default=30,
    group=_GROUP,
    description="会后多少分钟内须完成会场检查（关灯、空调、遗留文件、设施损坏）。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RATING_DAYS: Final = Rule(
    "meeting.rating_days",
    title="会务评价期限",
    kind=Count(1, 90, "天"),
    default=15,
    group=_GROUP,
    description="会议结束后多少天内，组织人可以评价会务服务；不评价不视为好评。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (LEAD_MINUTES, CHECK_MINUTES, AFTER_CHECK_MINUTES, RATING_DAYS)
