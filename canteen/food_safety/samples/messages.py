"""What people are told of samples."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

SAMPLES_MISSING: Final = Kind(
    "canteen.samples_missing",
    title="留样缺漏提醒",
    text="{canteen}{meal}尚有 {count} 个品种未留样：{dishes}，请立即补留并登记。",
    fields=(
        Field("canteen", "食堂"),
        Field("meal", "餐次"),
        Field("count", "品种数"),
        Field("dishes", "菜品"),
    ),
    respects_quiet=False,
    life=timedelta(hours=4),
)
SAMPLES_DUE: Final = Kind(
    "canteen.samples_due",
    title="留样销毁提醒",
    text="{canteen}有 {count} 份留样已满保存时间，请清理销毁并登记。",
    fields=(Field("canteen", "食堂"), Field("count", "份数")),
)
