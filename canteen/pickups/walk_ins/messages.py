"""What people are told about meals that they were given without an order."""

from typing import Final

from backend.notifications.kinds import Field, Kind

WALK_IN: Final = Kind(
    "canteen.walk_in",
    title="现场用餐扣款",
    text="您在{canteen}现场领取了{meal}（{dishes}），已从餐费账户扣款 {amount} 元。"
    "如非本人用餐，请尽快联系食堂。",
    fields=(
        Field("canteen", "用餐地点"),
        Field("meal", "餐次"),
        Field("dishes", "餐品"),
        Field("amount", "扣款金额"),
    ),
)
