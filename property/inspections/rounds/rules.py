"""What is decided about rounds."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

_GROUP: Final = "巡检保养"
_MANAGE: Final = Permission.INSPECTIONS_MANAGE

ROUNDS_AHEAD_HOURS: Final = Rule(
    "property.rounds_ahead_hours",
    title="巡检单提前生成",
    kind=Count(1, 336, "小时"),
    default=24,
    group=_GROUP,
    description="在可以开始之前多少小时生成巡检单、保养单。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RECHECK_HOURS: Final = Rule(
    "property.recheck_hours",
    title="复查时限",
    kind=Count(1, 720, "小时"),
    default=48,
    group=_GROUP,
    description="不合格项维修完成后，多少小时内应复查；逾期未复查的一直保留，直到复查完成。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (ROUNDS_AHEAD_HOURS, RECHECK_HOURS)
