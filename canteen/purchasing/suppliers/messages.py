"""What is told about suppliers."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

LICENCE_ENDING: Final = Kind(
    "canteen.licence_ending",
    title="供应商证照到期提醒",
    text="供应商“{supplier}”的{licence}（{number}）{when}，到期后不能审批采购单和验收到货，请及时索取新证。",
    fields=(
        Field("supplier", "供应商"),
        Field("licence", "证照"),
        Field("number", "证照编号"),
        Field("when", "到期情况"),
    ),
    life=timedelta(days=7),
)
