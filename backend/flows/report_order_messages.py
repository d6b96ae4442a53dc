"""What people are told of the work orders that reports led to."""

from typing import Final

from backend.notifications.kinds import Field, Kind
from feedback.reports.messages import REPORT, WHY

ORDER_RAISED: Final = Kind(
    "feedback.report_order_raised",
    title="诉求转工单",
    text="您反映的 {number}（{place}，{what}）已转维修工单 {order}，进展可在诉求中查看。",
    fields=(*REPORT, Field("order", "工单编号")),
)
ORDER_BACK: Final = Kind(
    "feedback.report_order_back",
    title="诉求工单退回",
    text="诉求 {number}（{place}，{what}）的维修工单 {order} 未办理：{why}。请继续办理。",
    fields=(*REPORT, Field("order", "工单编号"), WHY),
)
# To who dispatches: what is mended may no longer be asked for.
ORDER_LEFT: Final = Kind(
    "feedback.report_order_left",
    title="工单来源诉求变动",
    text="维修工单 {number}（{place}，{what}）的来源诉求{why}，请核实是否仍需维修。",
    fields=(*REPORT, WHY),
)
