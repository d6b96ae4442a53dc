"""What people are told about meals by weight."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_MEAL: Final = (Field("meal", "餐次"), Field("canteen", "用餐地点"))

WEIGHED: Final = Kind(
    "canteen.weighed",
    title="称重用餐扣款",
    text="您在{canteen}的{meal}称重用餐：{dishes}，已从餐费账户扣款 {amount} 元。"
    "如有疑问，可在 {until} 前提出异议。",
    fields=(
        *_MEAL,
        Field("dishes", "取用菜品"),
        Field("amount", "扣款金额"),
        Field("until", "异议截止"),
    ),
)
WEIGHED_CORRECTED: Final = Kind(
    "canteen.weighed_corrected",
    title="称重用餐更正",
    text="您在{canteen}的{meal}称重数据有更正：{dishes}，由 {before} 元改为 {amount} 元，差额已{moved}。",
    fields=(
        *_MEAL,
        Field("dishes", "取用菜品"),
        Field("before", "原金额"),
        Field("amount", "更正后金额"),
        Field("moved", "差额处理"),
    ),
)
WEIGHED_OWED: Final = Kind(
    "canteen.weighed_owed",
    title="称重用餐欠费",
    text="您在{canteen}的{meal}称重用餐：{dishes}，共 {amount} 元。"
    "余额不足，尚欠 {owed} 元；充值后自动扣款。",
    fields=(
        *_MEAL,
        Field("dishes", "取用菜品"),
        Field("amount", "金额"),
        Field("owed", "尚欠"),
    ),
    life=timedelta(days=3),
)
OBJECTION_ANSWERED: Final = Kind(
    "canteen.weighed_answered",
    title="称重异议处理结果",
    text="您对{canteen}{meal}称重扣款的异议已处理：{result}。{answer}",
    fields=(*_MEAL, Field("result", "处理结果"), Field("answer", "说明")),
    life=timedelta(days=3),
)
