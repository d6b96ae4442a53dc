"""What the waitlist tells people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_SUBJECT = Field("subject", "会议主题")
_WHEN = Field("when", "会议时间")
_ROOM = Field("room", "会议室")

OFFERED: Final = Kind(
    "meeting.waitlist_offered",
    title="候补到会议室",
    text="您候补的会议「{subject}」（{when}）可以使用 {room}，请在 {until} 前确认，逾期将顺延给下一位。",
    fields=(_SUBJECT, _WHEN, _ROOM, Field("until", "确认截止")),
    # Who is to answer within half an hour has to hear of it at once.
    respects_quiet=False,
)
LAPSED: Final = Kind(
    "meeting.waitlist_lapsed",
    title="候补未确认",
    text="为会议「{subject}」（{when}）保留的 {room} 未及时确认，已顺延给下一位候补。",
    fields=(_SUBJECT, _WHEN, _ROOM),
    life=timedelta(hours=4),
)
PASSED: Final = Kind(
    "meeting.waitlist_passed",
    title="候补已结束",
    text="会议「{subject}」（{when}）开始前没有会议室空出，候补已结束。",
    fields=(_SUBJECT, _WHEN),
    life=timedelta(hours=4),
)
