"""What people are told of demands."""

from typing import Final

from backend.notifications.kinds import Field, Kind

_FIELDS: Final = (Field("unit", "提出单位"), Field("what", "需求"), Field("due", "办理期限"))

DEMANDED: Final = Kind(
    "feedback.demand_recorded",
    title="通报会需求",
    text="{unit}在通报会上提出需求：{what}，请于 {due} 前答复。",
    fields=_FIELDS,
)
CARRIED_OVER: Final = Kind(
    "feedback.demand_carried",
    title="需求结转",
    text="{unit}的需求尚未答复，已结转至新一次通报会：{what}（期限 {due}），请尽快答复。",
    fields=_FIELDS,
)
RETURNED: Final = Kind(
    "feedback.demand_returned",
    title="需求答复退回",
    text="{unit}对答复不满意：{why}。需求：{what}（期限 {due}），请重新答复。",
    fields=(*_FIELDS, Field("why", "说明")),
)
