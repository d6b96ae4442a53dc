"""What changes of bookings tell people. A confidential meeting is called 内部会议 in every message."""

from typing import Final

from backend.notifications.kinds import Field, Kind

_MEETING = (
    Field("number", "预订编号"),
    Field("subject", "会议"),
    Field("room", "会议室"),
    Field("when", "时间"),
)
_WHO = Field("who", "人员")
_WHY = Field("why", "说明")

TRANSFERRED: Final = Kind(
    "meeting.booking_transferred",
    title="会议组织人变更",
    text="会议 {number}（{subject}，{room}，{when}）的组织人由{who}变更，现为{to}。",
    fields=(*_MEETING, _WHO, Field("to", "组织人")),
)
RESTORED: Final = Kind(
    "meeting.date_restored",
    title="会议场次新增",
    text="会议 {number}（{subject}）新增或恢复场次：{when}，{room}。",
    fields=_MEETING,
)
DAY_OFF: Final = Kind(
    "meeting.falls_on_day_off",
    title="会议日期提醒",
    text="{day}已调整为休息日，您的会议 {number}（{subject}，{room}，{when}）仍保留，如需改期请调整。",
    fields=(*_MEETING, Field("day", "日期")),
)
