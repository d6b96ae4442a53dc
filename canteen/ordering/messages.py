"""What ordering tells people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

PICKUP_REMINDER: Final = Kind(
    "canteen.pickup_reminder",
    title="取餐提醒",
    text="您预订的{meal}（{dishes}）{time} 开始供应，请到{canteen}取餐，取餐号：{number}。",
    fields=(
        Field("canteen", "取餐地点"),
        Field("meal", "餐次"),
        Field("time", "取餐时间"),
        Field("number", "取餐号"),
        Field("dishes", "餐品"),
    ),
)
MENU_PUBLISHED: Final = Kind(
    "canteen.menu_published",
    title="菜单已发布",
    text="{canteen}已发布 {days} 的菜单，请在截止时间前订餐。",
    fields=(Field("canteen", "餐厅"), Field("days", "供餐日期")),
)
DISH_WITHDRAWN: Final = Kind(
    "canteen.dish_withdrawn",
    title="菜品取消通知",
    text="您预订的{meal}中的「{dish}」因{reason}取消供应，{refund}已退回您的餐费账户{rest}。",
    fields=(
        Field("dish", "菜品"),
        Field("meal", "餐次"),
        Field("reason", "变更原因"),
        Field("refund", "退款金额"),
        Field("rest", "订单情况"),
    ),
    # Who learns of it in the morning only stands before the counter hungry.
    respects_quiet=False,
    life=timedelta(hours=12),
)
