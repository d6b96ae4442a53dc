"""What administrators decide about notifications."""

from datetime import time
from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Minutes, WallTime
from backend.rules.registry import Rule

_GROUP: Final = "消息通知"

QUIET_FROM: Final = Rule(
    "notifications.quiet_from",
    title="免打扰开始时间",
    kind=WallTime(),
    default=time(22),
    group=_GROUP,
    description="从此时起，除紧急消息外不再向微信等渠道推送，站内消息不受影响；与结束时间相同则不设免打扰。",
    reads=Permission.NOTIFICATIONS_MANAGE,
    changes=Permission.NOTIFICATIONS_MANAGE,
)
QUIET_UNTIL: Final = Rule(
    "notifications.quiet_until",
    title="免打扰结束时间",
    kind=WallTime(),
    default=time(7),
    group=_GROUP,
    description="免打扰时段内的消息到此时再推送；届时已无意义的不再推送。",
    reads=Permission.NOTIFICATIONS_MANAGE,
    changes=Permission.NOTIFICATIONS_MANAGE,
)
CALL_WAIT: Final = Rule(
    "notifications.call_wait_minutes",
    title="紧急呼叫等待确认的时间",
    kind=Minutes(1, 60),
    default=5,
    group=_GROUP,
    description="超过此时间无人确认，即呼叫下一位；对新发起的呼叫有效。",
    reads=Permission.NOTIFICATIONS_MANAGE,
    changes=Permission.NOTIFICATIONS_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (QUIET_FROM, QUIET_UNTIL, CALL_WAIT)
