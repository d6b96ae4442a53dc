"""What the store tells its keepers."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

EXPIRING: Final = Kind(
    "canteen.stock_expiring",
    title="食材临期提醒",
    text="{canteen}：临期 {expiring}，已过期 {expired}。请优先使用临期食材，过期食材请报损处理。",
    fields=(Field("canteen", "食堂"), Field("expiring", "临期"), Field("expired", "已过期")),
    life=timedelta(hours=20),
)
