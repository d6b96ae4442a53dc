"""What is told about assessments."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_CONTRACTOR = Field("contractor", "服务商")
_MONTH = Field("month", "考核月份")
_ITEM = Field("item", "考核指标")
_POINTS = Field("points", "扣分")
_LIFE: Final = timedelta(days=3)

DEDUCTED: Final = Kind(
    "property.deducted",
    title="考核扣分通知",
    text="{contractor}{month}考核「{item}」扣 {points} 分：{reason}。如有异议，请在 {until} 前申诉。",
    fields=(_CONTRACTOR, _MONTH, _ITEM, _POINTS, Field("reason", "扣分原因"), Field("until", "申诉截止")),
    life=_LIFE,
)
WITHDRAWN: Final = Kind(
    "property.deduction_withdrawn",
    title="考核扣分撤销",
    text="{contractor}{month}考核「{item}」的扣分（{points} 分）已撤销：{reason}。",
    fields=(_CONTRACTOR, _MONTH, _ITEM, _POINTS, Field("reason", "撤销原因")),
    life=_LIFE,
)
APPEALED: Final = Kind(
    "property.appealed",
    title="考核申诉待初审",
    text="{contractor}对{month}考核「{item}」的扣分（{points} 分）提出申诉，请初审。",
    fields=(_CONTRACTOR, _MONTH, _ITEM, _POINTS),
    life=_LIFE,
)
REVIEWED: Final = Kind(
    "property.appeal_reviewed",
    title="考核申诉待复核",
    text="{contractor}{month}考核「{item}」的申诉已初审，请复核。",
    fields=(_CONTRACTOR, _MONTH, _ITEM),
    life=_LIFE,
)
DECIDED: Final = Kind(
    "property.appeal_decided",
    title="考核申诉结果",
    text="{contractor}{month}考核「{item}」的申诉{result}，保留扣分 {points} 分。",
    fields=(_CONTRACTOR, _MONTH, _ITEM, Field("result", "复核结果"), _POINTS),
    life=_LIFE,
)
OPENED: Final = Kind(
    "property.assessments_opened",
    title="月度考核已生成",
    text="{month}的服务商考核已生成 {count} 份，系统数据已提取，请核对。{missing}",
    fields=(_MONTH, Field("count", "份数"), Field("missing", "说明")),
    life=_LIFE,
)
LOCKED: Final = Kind(
    "property.assessment_locked",
    title="月度考核结果",
    text="{contractor}{month}考核得分 {score}，付款比例 {share}%{note}。",
    fields=(
        _CONTRACTOR,
        _MONTH,
        Field("score", "得分"),
        Field("share", "付款比例"),
        Field("note", "说明"),
    ),
    life=_LIFE,
)
