"""What standing orders tell people."""

from typing import Final

from backend.notifications.kinds import Field, Kind

STANDING_RESULTS: Final = Kind(
    "canteen.standing_results",
    title="固定订餐结果",
    text="{placed}{failed}",
    fields=(Field("placed", "已预订"), Field("failed", "未能预订")),
)
