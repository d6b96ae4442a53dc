"""What is decided about signing in."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule

_GROUP = "会议室预订"
_MANAGE = Permission.ROOMS_MANAGE

CHECKIN_OPENS_MINUTES: Final = Rule(
    "meeting.checkin_opens_minutes",
    title="提前签到",
    kind=Minutes(0, 240),
    default=30,
    group=_GROUP,
    description="会议开始前多少分钟起可以签到；签到的是会议，参会人员任一人或会务人员签到一次即可。",
    changes=_MANAGE,
    reads=_MANAGE,
)
NO_SHOW_LEAST_MEETINGS: Final = Rule(
    "meeting.no_show_least_meetings",
    title="未到率统计起点",
    kind=Count(1, 100, "场"),
    default=5,
    group=_GROUP,
    description="会议场次不足此数的部门不单独列出未到率，与其他小部门合并统计。",
    changes=_MANAGE,
    reads=_MANAGE,
)
NO_SHOW_NOTICE: Final = Rule(
    "meeting.no_show_notice",
    title="多次未到提醒",
    kind=Count(0, 100, "次"),
    default=3,
    group=_GROUP,
    description="同一组织人三十天内未签到释放的会议每满此数，仅向本人发出提醒；0 表示不提醒。",
    changes=_MANAGE,
    reads=_MANAGE,
)

RULES: Final[tuple[Rule[Any], ...]] = (CHECKIN_OPENS_MINUTES, NO_SHOW_LEAST_MEETINGS, NO_SHOW_NOTICE)
