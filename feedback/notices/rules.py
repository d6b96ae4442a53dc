"""What editors decide about notices."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

DAILY_TELLINGS: Final = Rule(
    "notices.daily_tellings",
    title="每天可推送消息的通告",
    kind=Count(0, 20, "条"),
    default=3,
    group="通告栏",
    description="发布通告时勾选“推送提醒”的，按发布日计；超过后仍可发布，但不推送。为 0 时都不推送。",
    reads=Permission.NOTICES_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (DAILY_TELLINGS,)
