"""What people are told about findings."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

FINDING_DUE: Final = Kind(
    "canteen.finding_due",
    title="食品安全问题待整改",
    text="{canteen}有食品安全问题待整改，期限 {due}：{problem}",
    fields=(Field("canteen", "食堂"), Field("problem", "问题"), Field("due", "整改期限")),
    life=timedelta(days=1),
)
