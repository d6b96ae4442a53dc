"""What people are told of kitchen workers; never a word of anybody's health."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

CERTIFICATE_ENDS: Final = Kind(
    "canteen.certificate_ends",
    title="健康证到期提醒",
    text="{canteen}从业人员{name}的健康证{when}，请及时办理并登记新证；过期不能上岗。",
    fields=(Field("canteen", "食堂"), Field("name", "人员"), Field("when", "到期")),
)
WORKERS_BLOCKED: Final = Kind(
    "canteen.workers_blocked",
    title="晨检停岗提醒",
    text="{canteen}{shift}晨检有 {count} 人停岗，请及时处理；解除停岗须登记理由。",
    fields=(Field("canteen", "食堂"), Field("shift", "班次"), Field("count", "人数")),
    respects_quiet=False,
    life=timedelta(hours=12),
)
