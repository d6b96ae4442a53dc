"""What overrides tell people. A confidential meeting is called 内部会议 in every message."""

from datetime import timedelta
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

ASKED: Final = Kind(
    "meeting.override_asked",
    title="优先调整待审批",
    text="{who}申请优先使用{room}（{when}，{subject}，{number}），将调整会议 {displaced} 场：{why}。",
    fields=(*_MEETING, _WHO, _WHY, Field("displaced", "受影响场次")),
    life=timedelta(days=2),
)
DECIDED: Final = Kind(
    "meeting.override_decided",
    title="优先调整结果",
    text="您申请的优先使用{room}（{when}，{subject}，{number}）{result}。",
    fields=(*_MEETING, Field("result", "审批结果")),
)
DISPLACED: Final = Kind(
    "meeting.displaced",
    title="会议室被调整",
    text="您的会议 {number}（{subject}，{room}，{when}）因优先会议被调整：{why}。{alternatives}",
    fields=(*_MEETING, _WHY, Field("alternatives", "可选方案")),
)
