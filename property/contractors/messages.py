"""What is told about contracts."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

ENDING: Final = Kind(
    "property.contract_ending",
    title="合同即将到期",
    text="{contractor}的合同「{title}」（{number}）将于 {until} 到期，请及时安排续签或采购。",
    fields=(
        Field("contractor", "服务商"),
        Field("title", "合同名称"),
        Field("number", "合同编号"),
        Field("until", "到期日期"),
    ),
    life=timedelta(days=7),
)
