"""What rounds tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_NAME: Final = Field("name", "计划")
_UNTIL: Final = Field("until", "完成时限")

MAINTENANCE_DUE: Final = Kind(
    "inspections.maintenance_due",
    title="设备保养任务",
    text="{name}待完成，请在 {until} 前完成。",
    fields=(_NAME, _UNTIL),
)
RECHECK_ASKED: Final = Kind(
    "inspections.recheck_asked",
    title="维修后复查任务",
    text="{point}的「{item}」已维修，请在 {until} 前到场复查。",
    fields=(Field("point", "点位"), Field("item", "检查项"), _UNTIL),
)
ROUND_LAPSED: Final = Kind(
    "inspections.round_lapsed",
    title="巡检漏检提醒",
    text="{name}已过时限（{until}），漏检 {missed} 个点位，{items} 项未检查。",
    fields=(_NAME, _UNTIL, Field("missed", "漏检点位"), Field("items", "未检查项")),
    life=timedelta(days=2),
)
