"""What escalations tell people."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Channel, Field, Kind

ESCALATED: Final = Kind(
    "property.escalated",
    title="工单时限提醒",
    text="工单 {number}（{place}，{what}）{stage}，应于 {due} 前{clock}，请及时办理。",
    fields=(
        Field("number", "工单编号"),
        Field("what", "报修内容"),
        Field("place", "地点"),
        Field("clock", "时限"),
        Field("stage", "进度"),
        Field("due", "截止时间"),
    ),
)
CALLED: Final = replace(
    ESCALATED,
    key="property.escalated_urgently",
    title="紧急工单时限",
    text="【紧急】工单 {number}（{place}，{what}）{stage}，应于 {due} 前{clock}，请确认并立即办理。",
    channels=(*CHAT_OR_SMS, Channel.VOICE),
    is_urgent=True,
    respects_quiet=False,
    life=timedelta(hours=4),
)
