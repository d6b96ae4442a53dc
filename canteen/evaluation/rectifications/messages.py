"""What rectifications tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_UNIT = Field("unit", "整改单位")
_TITLE = Field("title", "整改事项")
_DUE = Field("due", "整改期限")
_REASON = Field("reason", "说明")
_LIFE: Final = timedelta(days=3)

OPENED: Final = Kind(
    "evaluation.rectification_opened",
    title="整改通知",
    text="{unit}有一项问题须整改：{title}，请在 {due} 前完成并报送整改情况。",
    fields=(_UNIT, _TITLE, _DUE),
    life=_LIFE,
)
DUE_SOON: Final = Kind(
    "evaluation.rectification_due_soon",
    title="整改即将到期",
    text="{unit}的整改事项「{title}」将于 {due} 到期，请尽快报送整改情况。",
    fields=(_UNIT, _TITLE, _DUE),
)
OVERDUE: Final = Kind(
    "evaluation.rectification_overdue",
    title="整改已逾期",
    text="{unit}的整改事项「{title}」已超过期限（{due}），仍未报送整改情况。",
    fields=(_UNIT, _TITLE, _DUE),
    life=_LIFE,
)
REPORTED: Final = Kind(
    "evaluation.rectification_reported",
    title="整改待复查",
    text="{unit}已报送「{title}」的整改情况，请安排复查。",
    fields=(_UNIT, _TITLE),
    life=_LIFE,
)
CHECKED: Final = Kind(
    "evaluation.rectification_checked",
    title="整改复查结果",
    text="{unit}的整改事项「{title}」{result}。",
    fields=(_UNIT, _TITLE, Field("result", "复查结果")),
    life=_LIFE,
)
EXTENSION_ASKED: Final = Kind(
    "evaluation.extension_asked",
    title="整改延期申请",
    text="{unit}申请将「{title}」的整改期限延至 {due}：{reason}。",
    fields=(_UNIT, _TITLE, _DUE, _REASON),
    life=_LIFE,
)
EXTENSION_DECIDED: Final = Kind(
    "evaluation.extension_decided",
    title="延期申请结果",
    text="{unit}的整改事项「{title}」延期申请{result}，现在的期限是 {due}。",
    fields=(_UNIT, _TITLE, Field("result", "审批结果"), _DUE),
    life=_LIFE,
)
ENDED: Final = Kind(
    "evaluation.rectification_ended",
    title="整改事项办结",
    text="{unit}的整改事项「{title}」{result}。",
    fields=(_UNIT, _TITLE, Field("result", "办理结果")),
    life=_LIFE,
)
