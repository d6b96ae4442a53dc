"""What is decided about bookings."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

_GROUP = "会议室预订"
_MANAGE = Permission.ROOMS_MANAGE

PENDING_HOURS: Final = Rule(
    "meeting.pending_hours",
    title="待审批占用时长",
    kind=Count(1, 720, "小时"),
    default=48,
    group=_GROUP,
    description="待审批的预订占用会议室；超过此时长或到开始时间仍未审批的，自动失效并释放。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MAX_OCCURRENCES: Final = Rule(
    "meeting.max_occurrences",
    title="重复会议次数上限",
    kind=Count(2, 500, "次"),
    default=200,
    group=_GROUP,
    description="一个重复会议最多包含的场次。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MAX_CONFLICT_PERCENT: Final = Rule(
    "meeting.max_conflict_percent",
    title="重复会议冲突比例上限",
    kind=Count(0, 100, "%"),
    default=50,
    group=_GROUP,
    description="重复会议中订不上的场次超过此比例的，整体不予预订；未超过的，订上其余各场。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MAX_CONFLICTS: Final = Rule(
    "meeting.max_conflicts",
    title="重复会议冲突场次上限",
    kind=Count(0, 500, "场"),
    default=20,
    group=_GROUP,
    description="重复会议中订不上的场次超过此数的，整体不予预订；未超过的，订上其余各场。",
    changes=_MANAGE,
    reads=_MANAGE,
)

RULES: Final[tuple[Rule[Any], ...]] = (PENDING_HOURS, MAX_OCCURRENCES, MAX_CONFLICT_PERCENT, MAX_CONFLICTS)
