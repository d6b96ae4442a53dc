"""What spot checks tell people. Nothing tells a unit of a visit that is not announced."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_UNIT = Field("unit", "被抽查单位")
_DAYS = Field("days", "抽查时间")
_LIFE: Final = timedelta(days=3)

ASSIGNED: Final = Kind(
    "evaluation.inspection_assigned",
    title="抽查任务安排",
    text="请于 {days} 对{unit}开展反食品浪费现场抽查，组长：{lead}。",
    fields=(_UNIT, _DAYS, Field("lead", "组长")),
    life=_LIFE,
)
ANNOUNCED: Final = Kind(
    "evaluation.inspection_announced",
    title="现场抽查通知",
    text="抽查组将于 {days} 到{unit}开展反食品浪费现场抽查，请做好准备。",
    fields=(_UNIT, _DAYS),
    life=_LIFE,
)
CALLED_OFF: Final = Kind(
    "evaluation.inspection_cancelled",
    title="抽查任务取消",
    text="对{unit}的现场抽查（{days}）已取消：{reason}。",
    fields=(_UNIT, _DAYS, Field("reason", "原因")),
    life=_LIFE,
)
SUBMITTED: Final = Kind(
    "evaluation.inspection_submitted",
    title="抽查结果待确认",
    text="{unit}的现场抽查已评分：{result}。请在 {until} 前确认或提出异议。",
    fields=(_UNIT, Field("result", "评分结果"), Field("until", "截止日期")),
    life=_LIFE,
)
ANSWERED: Final = Kind(
    "evaluation.inspection_answered",
    title="抽查结果已反馈",
    text="{unit}对现场抽查结果{answer}，请办理。",
    fields=(_UNIT, Field("answer", "反馈")),
    life=_LIFE,
)
SENT_BACK: Final = Kind(
    "evaluation.inspection_returned",
    title="抽查评分退回",
    text="{unit}的抽查评分已退回重评：{reason}。",
    fields=(_UNIT, Field("reason", "原因")),
    life=_LIFE,
)
CONFIRMED: Final = Kind(
    "evaluation.inspection_confirmed",
    title="抽查结果已办结",
    text="{unit}的现场抽查已办结：{result}。",
    fields=(_UNIT, Field("result", "评分结果")),
    life=_LIFE,
)
