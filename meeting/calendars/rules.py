"""What is decided about feeds and the displays at doors."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Flag
from backend.rules.registry import Rule

_GROUP: Final = "会议室·日历与门牌屏"
_MANAGE: Final = Permission.ROOMS_MANAGE

FEED_DAYS_BACK: Final = Rule(
    "meeting.feed_days_back",
    title="日历订阅包含的过去天数",
    kind=Count(0, 366, "天"),
    default=90,
    group=_GROUP,
    description="日历订阅包含近这么多天内的会议。",
    changes=_MANAGE,
    reads=_MANAGE,
)
FEED_DAYS_AHEAD: Final = Rule(
    "meeting.feed_days_ahead",
    title="日历订阅包含的未来天数",
    kind=Count(1, 732, "天"),
    default=365,
    group=_GROUP,
    description="日历订阅包含今后这么多天内的会议。",
    changes=_MANAGE,
    reads=_MANAGE,
)
DOOR_IS_PUBLIC: Final = Rule(
    "meeting.door_is_public",
    title="会议室门牌屏是否公开",
    kind=Flag(yes="公开，凭会议室编号即可打开", no="不公开，凭专用链接打开"),
    default=True,
    group=_GROUP,
    description="门牌屏显示会议主题、时间和部门，不含任何人员姓名，内部会议不显示主题。"
    "系统可从互联网访问的，请改为凭链接打开。",
    changes=_MANAGE,
    reads=_MANAGE,
)
DOOR_LINK: Final = Rule(
    "meeting.door_link",
    title="门牌屏专用链接的序号",
    kind=Count(1, 9999, "号"),
    default=1,
    group=_GROUP,
    description="改动序号即换发新链接，以前的链接随即失效，各会议室门牌屏须重新打开新链接。",
    changes=_MANAGE,
    reads=_MANAGE,
)

RULES: Final[tuple[Rule[Any], ...]] = (FEED_DAYS_BACK, FEED_DAYS_AHEAD, DOOR_IS_PUBLIC, DOOR_LINK)
