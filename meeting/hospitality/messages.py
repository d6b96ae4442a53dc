"""What hospitality tells people. A confidential meeting's subject stays out of it."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_MEETING: Final = (Field("room", "会议室"), Field("time", "会议时间"))
_TASK: Final = Field("task", "会务任务")
_WHY: Final = Field("why", "说明")
_LIFE: Final = timedelta(days=2)

# To stewards

TASK_ASSIGNED: Final = Kind(
    "meeting.task_assigned",
    title="会务任务",
    text="您有新的会务任务：{room} {time} 的会议，{task}。",
    fields=(*_MEETING, _TASK),
    life=_LIFE,
)
TASKS_MOVED: Final = Kind(
    "meeting.tasks_moved",
    title="会务任务变更",
    text="您负责会务的会议已变更为 {room} {time}，请查看任务时间。",
    fields=_MEETING,
    respects_quiet=False,
    life=_LIFE,
)
TASKS_CANCELLED: Final = Kind(
    "meeting.tasks_cancelled",
    title="会务任务取消",
    text="{room} {time} 的会议，您的会务任务已取消：{task}。",
    fields=(*_MEETING, _TASK),
    respects_quiet=False,
    life=_LIFE,
)

# To who manages hospitality

TASKS_FREED: Final = Kind(
    "meeting.tasks_freed",
    title="会务任务待安排",
    text="{room} {time} 的会议变更后，{who} 在该时段另有会议，请重新安排：{task}。",
    fields=(*_MEETING, Field("who", "人员"), _TASK),
    respects_quiet=False,
    life=_LIFE,
)
ORDERED_LATE: Final = Kind(
    "meeting.services_ordered_late",
    title="会务临时变更",
    text="{room} {time} 的会议在截止时间后变更了会务服务：{why}。",
    fields=(*_MEETING, _WHY),
    respects_quiet=False,
    life=_LIFE,
)

# To organisers, and to who manages hospitality

STOCK_SHORT: Final = Kind(
    "meeting.stock_short_after_move",
    title="会务物资不足",
    text="{room} {time} 的会议变更后物资不足，「{what}」暂未落实，请与会务人员联系。",
    fields=(*_MEETING, Field("what", "服务")),
    respects_quiet=False,
    life=_LIFE,
)

# To organisers

DOCUMENTS_LEFT: Final = Kind(
    "meeting.documents_left",
    title="会后遗留物品",
    text="{room} {time} 的会议结束后发现遗留物品：{what}。请联系会务人员领取。",
    fields=(*_MEETING, Field("what", "物品")),
    life=timedelta(days=7),
)
