"""What bookings tell people. A confidential meeting is called 内部会议 in every message."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_NUMBER = Field("number", "预订编号")
_SUBJECT = Field("subject", "会议")
_ROOM = Field("room", "会议室")
_WHEN = Field("when", "时间")
_WHO = Field("who", "人员")
_WHY = Field("why", "说明")
_MEETING = (_NUMBER, _SUBJECT, _ROOM, _WHEN)
_LIFE: Final = timedelta(days=2)

# To those who approve

APPROVAL_ASKED: Final = Kind(
    "meeting.approval_asked",
    title="会议室待审批",
    text="{who}申请预订{room}（{when}，{subject}，{number}），请审批。",
    fields=(*_MEETING, _WHO),
    life=_LIFE,
)
ANSWERED: Final = Kind(
    "meeting.booking_answered",
    title="预订补充说明",
    text="{who}补充了预订 {number}（{room}，{when}，{subject}）的说明：{why}，请审批。",
    fields=(*_MEETING, _WHO, _WHY),
    life=_LIFE,
)

# To the organiser

BOOKED_FOR_YOU: Final = Kind(
    "meeting.booked_for_you",
    title="会议室已代订",
    text="{who}已为您预订{room}（{when}，{subject}，{number}）。",
    fields=(*_MEETING, _WHO),
)
APPROVED: Final = Kind(
    "meeting.booking_approved",
    title="会议室预订获批",
    text="您预订的{room}（{when}，{subject}，{number}）已获批准。",
    fields=_MEETING,
)
REJECTED: Final = Kind(
    "meeting.booking_rejected",
    title="会议室预订未批准",
    text="您预订的{room}（{when}，{subject}，{number}）未获批准：{why}。",
    fields=(*_MEETING, _WHY),
    life=_LIFE,
)
ENQUIRED: Final = Kind(
    "meeting.booking_enquired",
    title="预订需补充说明",
    text="您预订的{room}（{when}，{subject}，{number}）需要补充说明：{why}。",
    fields=(*_MEETING, _WHY),
    life=_LIFE,
)
EXPIRED: Final = Kind(
    "meeting.booking_expired",
    title="预订逾期失效",
    text="您预订的{room}（{when}，{subject}，{number}）逾期未获审批，已失效并释放会议室。",
    fields=_MEETING,
    life=_LIFE,
)
RELEASED: Final = Kind(
    "meeting.booking_released",
    title="会议室已释放",
    text="您预订的{room}（{when}，{subject}，{number}）开始后无人签到，已释放会议室。",
    fields=_MEETING,
)
ROOM_CLOSED: Final = Kind(
    "meeting.room_closed",
    title="会议室停用通知",
    text="{room}因“{why}”暂停使用，您的会议（{when}，{subject}，{number}）已取消。{instead}。",
    fields=(*_MEETING, _WHY, Field("instead", "替代方案")),
    life=_LIFE,
)

# To those who attend

INVITED: Final = Kind(
    "meeting.invited",
    title="会议通知",
    text="请参加会议：{subject}，{when}，{room}，组织人{who}。",
    fields=(*_MEETING, _WHO),
)
CHANGED: Final = Kind(
    "meeting.changed",
    title="会议变更通知",
    text="会议有变更：{subject}，现为{when}，{room}（{number}）。{why}",
    fields=(*_MEETING, _WHY),
)
CANCELLED: Final = Kind(
    "meeting.cancelled",
    title="会议取消通知",
    text="会议已取消：{subject}，原定{when}，{room}（{number}）。原因：{why}",
    fields=(*_MEETING, _WHY),
)
