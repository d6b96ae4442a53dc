"""What rectifications of low ratings tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_TITLE = Field("title", "整改事项")
_DUE = Field("due", "整改期限")
_LIFE: Final = timedelta(days=3)

OPENED: Final = Kind(
    "feedback.rectification_opened",
    title="满意度整改通知",
    text="{title}，请在 {due} 前完成整改并报送措施。",
    fields=(_TITLE, _DUE),
    life=_LIFE,
)
SUBMITTED: Final = Kind(
    "feedback.rectification_submitted",
    title="整改待复核",
    text="「{title}」已报送整改措施，请复核。",
    fields=(_TITLE,),
    life=_LIFE,
)
RETURNED: Final = Kind(
    "feedback.rectification_returned",
    title="整改被退回",
    text="「{title}」的整改被退回：{reason}。",
    fields=(_TITLE, Field("reason", "退回原因")),
    life=_LIFE,
)
CLOSED: Final = Kind(
    "feedback.rectification_closed",
    title="整改已办结",
    text="「{title}」已通过复核并办结。",
    fields=(_TITLE,),
)
OVERDUE: Final = Kind(
    "feedback.rectification_overdue",
    title="整改已逾期",
    text="「{title}」已超过整改期限（{due}），请尽快报送整改措施。",
    fields=(_TITLE, _DUE),
    life=_LIFE,
)
