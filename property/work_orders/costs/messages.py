"""What the costs of orders tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_ORDER: Final = (Field("number", "工单编号"), Field("what", "报修内容"), Field("place", "地点"))
_AMOUNT: Final = Field("amount", "金额（元）")
_WHY: Final = Field("why", "说明")

ESTIMATE_ASKED: Final = Kind(
    "property.estimate_asked",
    title="维修费用待审批",
    text="工单 {number}（{place}，{what}）报价 {amount} 元，请审批：{why}。",
    fields=(*_ORDER, _AMOUNT, _WHY),
    life=timedelta(days=3),
)
ESTIMATE_DECIDED: Final = Kind(
    "property.estimate_decided",
    title="维修费用审批结果",
    text="工单 {number}（{place}，{what}）的报价 {amount} 元{result}。",
    fields=(*_ORDER, _AMOUNT, Field("result", "结果")),
)
