"""What is decided about giving orders out."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Choice
from backend.rules.registry import Rule

NONE, URGENT, ALL = "none", "urgent", "all"

AUTO_DISPATCH: Final = Rule(
    "property.auto_dispatch",
    title="自动派单",
    kind=Choice(titles={NONE: "不自动派单", URGENT: "仅特急和紧急", ALL: "全部"}),
    default=NONE,
    group="报修工单",
    description="把待派单的工单派给当班、工种相符、未满额且负责该处的维修人员；没有合适人员的仍由调度人员派。",
    changes=Permission.PROPERTY_MANAGE,
    reads=Permission.PROPERTY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (AUTO_DISPATCH,)
