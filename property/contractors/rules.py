"""What is decided about contracts."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

REMINDER_DAYS: Final = Rule(
    "property.contract_reminder_days",
    title="合同到期提醒",
    kind=Count(0, 365, "天"),
    default=90,
    group="物业",
    description="服务商合同到期前多少天提醒管理人员；0 表示不提醒。",
    changes=Permission.CONTRACTORS_MANAGE,
    reads=Permission.CONTRACTORS_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (REMINDER_DAYS,)
