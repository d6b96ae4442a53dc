"""What people are told of signing in. A confidential meeting is called 内部会议 in every message."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

CHECKIN_DUE: Final = Kind(
    "meeting.checkin_due",
    title="会议待签到",
    text="会议「{subject}」（{room}，{when}）已开始，请在 {until} 前签到，逾期会议室将自动释放。",
    fields=(
        Field("number", "预订编号"),
        Field("subject", "会议"),
        Field("room", "会议室"),
        Field("when", "时间"),
        Field("until", "签到截止"),
    ),
    respects_quiet=False,
    life=timedelta(minutes=30),
)
MISSED_OFTEN: Final = Kind(
    "meeting.missed_often",
    title="多次会议未到",
    text="近 {days} 天您组织的会议有 {count} 场因无人签到而释放会议室；不再使用的会议室，请及时取消预订。",
    fields=(Field("days", "天数"), Field("count", "场次")),
    life=timedelta(days=2),
    hides_recipient=True,
)
