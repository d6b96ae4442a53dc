"""What the quarterly evaluation tells people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_UNIT = Field("unit", "被评估单位")
_ROUND = Field("round", "评估批次")
_DUE = Field("due", "截止日期")
_LIFE: Final = timedelta(days=3)

OPENED: Final = Kind(
    "evaluation.round_opened",
    title="评估填报通知",
    text="{round}已经开始，请于 {due} 前填报{unit}的评估表。",
    fields=(_ROUND, _UNIT, _DUE),
    life=_LIFE,
)
DUE_SOON: Final = Kind(
    "evaluation.sheet_due",
    title="评估填报提醒",
    text="{unit}的评估表（{round}）还没有提交，截止日期为 {due}。",
    fields=(_UNIT, _ROUND, _DUE),
)
RETURNED: Final = Kind(
    "evaluation.sheet_returned",
    title="评估表退回补充",
    text="{unit}的评估表（{round}）已退回，请补充后重新提交：{reason}。",
    fields=(_UNIT, _ROUND, Field("reason", "退回意见")),
    life=_LIFE,
)
SUBMITTED: Final = Kind(
    "evaluation.sheet_submitted",
    title="评估表待评审",
    text="{unit}已提交评估表（{round}），请安排评审。",
    fields=(_UNIT, _ROUND),
    life=_LIFE,
)
RESULT: Final = Kind(
    "evaluation.sheet_closed",
    title="评估结果",
    text="{unit}的评估（{round}）已经办结：{total} 分，{grade}。",
    fields=(_UNIT, _ROUND, Field("total", "得分"), Field("grade", "等级")),
    life=_LIFE,
)
