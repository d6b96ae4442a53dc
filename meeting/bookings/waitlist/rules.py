"""What is decided about the waitlist."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Flag, Minutes
from backend.rules.registry import Rule

_GROUP = "会议室预订"
_MANAGE = Permission.ROOMS_MANAGE

OFFER_MINUTES: Final = Rule(
    "meeting.offer_minutes",
    title="候补确认时限",
    kind=Minutes(5, 1440),
    default=30,
    group=_GROUP,
    description="空出的会议室为候补者保留多少分钟；逾期未确认的，顺延给下一位。最迟保留到会议开始前数分钟。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MAX_WAITING: Final = Rule(
    "meeting.max_waiting",
    title="每人候补登记上限",
    kind=Count(1, 100, "个"),
    default=10,
    group=_GROUP,
    description="一个人同时候补的会议达到此数时，不能再登记新的候补。",
    changes=_MANAGE,
    reads=_MANAGE,
)
WAITLIST_BY_LEVEL: Final = Rule(
    "meeting.waitlist_by_level",
    title="候补按级别优先",
    kind=Flag(),
    default=False,
    group=_GROUP,
    description="默认按登记先后顺序；启用后，参会级别高的会议先得到空出的会议室，同级别的按先后顺序。",
    changes=_MANAGE,
    reads=_MANAGE,
)

RULES: Final[tuple[Rule[Any], ...]] = (OFFER_MINUTES, MAX_WAITING, WAITLIST_BY_LEVEL)
