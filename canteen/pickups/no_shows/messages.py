"""What people are told about meals that they missed."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

NO_SHOW: Final = Kind(
    "canteen.no_show",
    title="未取餐提醒",
    text="您预订的{meal}没有取走，{canteen}已为您备好。下次如不能前来，请在截止前退餐；"
    "如有特殊情况，可在 {until} 前申诉。",
    fields=(Field("meal", "餐次"), Field("canteen", "食堂"), Field("until", "申诉截止")),
)
NO_SHOW_DECIDED: Final = Kind(
    "canteen.no_show_decided",
    title="未取餐处理结果",
    text="您的{meal}未取餐记录处理结果：{result}。{answer}",
    fields=(Field("meal", "餐次"), Field("result", "处理结果"), Field("answer", "说明")),
    life=timedelta(days=3),
)
ORDERS_PAUSED: Final = Kind(
    "canteen.orders_paused",
    title="暂停预订提醒",
    text="您近 {days} 天在{canteen}有 {missed} 次预订未取餐，按该食堂规定，预订暂停至 {until}；"
    "如有特殊情况，可对未取餐记录申诉，通过后恢复。",
    fields=(
        Field("canteen", "食堂"),
        Field("days", "统计天数"),
        Field("missed", "未取餐次数"),
        Field("until", "暂停至"),
    ),
    life=timedelta(days=3),
)
