"""What work orders tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind

_NUMBER = Field("number", "工单编号")
_WHAT = Field("what", "报修内容")
_PLACE = Field("place", "地点")
_WHO = Field("who", "人员")
_WHY = Field("why", "说明")
_ORDER = (_NUMBER, _WHAT, _PLACE)
_LIFE: Final = timedelta(days=3)

# To those who dispatch

URGENT_REPORTED: Final = Kind(
    "property.urgent_reported",
    title="紧急报修",
    text="{urgency}报修 {number}：{place}，{what}，请立即受理。",
    fields=(*_ORDER, Field("urgency", "紧急程度")),
    channels=CHAT_OR_SMS,
    is_urgent=True,
    respects_quiet=False,
)
RETURNED: Final = Kind(
    "property.order_returned",
    title="工单退回",
    text="工单 {number}（{place}，{what}）被 {who} 退回待派单：{why}。",
    fields=(*_ORDER, _WHO, _WHY),
    life=_LIFE,
)
REOPENED: Final = Kind(
    "property.order_reopened",
    title="工单重开",
    text="工单 {number}（{place}，{what}）被重开：{why}，请安排处理。",
    fields=(*_ORDER, _WHY),
    life=_LIFE,
)

# To those who do the work

DISPATCHED: Final = Kind(
    "property.order_dispatched",
    title="新的工单",
    text="您有新的工单 {number}：{place}，{what}，请及时接单。",
    fields=_ORDER,
)
REMINDED: Final = Kind(
    "property.order_reminded",
    title="工单催办",
    text="报修人催办工单 {number}（{place}，{what}），请尽快处理。",
    fields=_ORDER,
)
REWORK: Final = Kind(
    "property.order_rework",
    title="工单返工",
    text="工单 {number}（{place}，{what}）未通过验收：{why}，请返工处理。",
    fields=(*_ORDER, _WHY),
    life=_LIFE,
)
HOLD_ENDED: Final = Kind(
    "property.hold_ended",
    title="挂起结束",
    text="工单 {number}（{place}，{what}）的挂起时间已到，已恢复处理。",
    fields=_ORDER,
)
HOLD_DECIDED: Final = Kind(
    "property.hold_decided",
    title="挂起审批结果",
    text="工单 {number}（{place}，{what}）的挂起申请{result}。",
    fields=(*_ORDER, Field("result", "审批结果")),
    life=_LIFE,
)
TAKEN_AWAY: Final = Kind(
    "property.order_taken_away",
    title="工单收回",
    text="工单 {number}（{place}，{what}）已由调度收回：{why}。",
    fields=(*_ORDER, _WHY),
    life=_LIFE,
)

# To those who approve

HOLD_ASKED: Final = Kind(
    "property.hold_asked",
    title="挂起待审批",
    text="{who}申请将工单 {number}（{place}，{what}）挂起至 {until}：{why}。",
    fields=(*_ORDER, _WHO, Field("until", "预计恢复"), _WHY),
    life=_LIFE,
)

# To those who reported

ACCEPTED: Final = Kind(
    "property.order_accepted",
    title="报修已接单",
    text="您的报修 {number}（{place}，{what}）已由 {who} 接单。",
    fields=(*_ORDER, _WHO),
)
HELD: Final = Kind(
    "property.order_held",
    title="报修暂缓处理",
    text="您的报修 {number}（{place}，{what}）暂时挂起：{why}，预计 {until} 恢复处理。",
    fields=(*_ORDER, _WHY, Field("until", "预计恢复")),
    life=_LIFE,
)
FINISHED: Final = Kind(
    "property.order_finished",
    title="报修待验收",
    text="您的报修 {number}（{place}，{what}）已处理完毕，请验收。",
    fields=_ORDER,
    life=_LIFE,
)
DECLINED: Final = Kind(
    "property.order_declined",
    title="报修未受理",
    text="您的报修 {number}（{place}，{what}）未予受理：{why}。",
    fields=(*_ORDER, _WHY),
    life=_LIFE,
)
DUPLICATE: Final = Kind(
    "property.order_duplicate",
    title="报修已合并",
    text="您的报修 {number}（{place}，{what}）与 {master} 为同一问题，已合并处理，完成后会通知您。",
    fields=(*_ORDER, Field("master", "主工单")),
    life=_LIFE,
)
COMPLETED: Final = Kind(
    "property.order_completed",
    title="报修已完成",
    text="您的报修 {number}（{place}，{what}）已完成，欢迎评价。",
    fields=_ORDER,
    life=_LIFE,
)
VERIFIED_FOR_YOU: Final = Kind(
    "property.order_verified_for_you",
    title="报修自动验收",
    text="您的报修 {number}（{place}，{what}）完工后多日未验收，系统已代为验收；仍有问题的，请在期限内重开。",
    fields=_ORDER,
    life=_LIFE,
)
MASTER_DONE: Final = Kind(
    "property.master_done",
    title="合并报修完成",
    text="您的报修 {number}（{place}，{what}）所合并的工单 {master} 已办结：{result}。",
    fields=(*_ORDER, Field("master", "主工单"), Field("result", "办理结果")),
    life=_LIFE,
)
