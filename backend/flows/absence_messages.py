"""What people are told of their absences: identity keeps them, and lies below the notifications."""

from typing import Final

from backend.notifications.kinds import Field, Kind

ABSENCE_DECIDED: Final = Kind(
    "identity.absence_decided",
    title="请假出差审批",
    text="您的{kind}（{span}）{decision}。{orders}",
    fields=(
        Field("kind", "类型"),
        Field("span", "时间"),
        Field("decision", "结果"),
        Field("orders", "订餐情况"),
    ),
)
