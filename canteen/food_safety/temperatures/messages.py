"""What people are told of temperatures."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

TEMPERATURE_OUT: Final = Kind(
    "canteen.temperature_out",
    title="冷藏温度异常",
    text=(
        "{canteen}「{fridge}」自 {since} 起温度超限，最{side} {temperature}（限 {limits}），"
        "请检查并登记处置措施。"
    ),
    fields=(
        Field("canteen", "食堂"),
        Field("fridge", "设备"),
        Field("since", "开始时间"),
        Field("side", "方向"),
        Field("temperature", "温度"),
        Field("limits", "限值"),
    ),
    # Food spoils at night, too.
    respects_quiet=False,
    life=timedelta(hours=6),
)
