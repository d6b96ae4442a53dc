"""What escalations tell people."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind
from feedback.reports.messages import REPORT

ESCALATED: Final = Kind(
    "feedback.escalated",
    title="诉求时限提醒",
    text="诉求 {number}（{place}，{what}）{stage}，应于 {due} 前{clock}，请及时办理。",
    fields=(
        *REPORT,
        Field("clock", "时限"),
        Field("stage", "进度"),
        Field("due", "截止时间"),
    ),
)
DANGER_ESCALATED: Final = replace(
    ESCALATED,
    key="feedback.danger_escalated",
    title="涉险诉求时限",
    text="【涉险】诉求 {number}（{place}，{what}）{stage}，应于 {due} 前{clock}，请立即办理。",
    channels=CHAT_OR_SMS,
    is_urgent=True,
    respects_quiet=False,
    life=timedelta(hours=4),
)
