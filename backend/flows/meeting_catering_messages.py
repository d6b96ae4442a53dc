"""What people are told of the meals of meetings."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_FIELDS: Final = (Field("room", "会议室"), Field("time", "会议时间"), Field("meal", "用餐"))
MEALS_CANCELLED: Final = Kind(
    "meeting.meals_cancelled",
    title="会议用餐取消",
    text="{room} {time} 的会议已取消，为其预订的{meal}已一并取消。",
    fields=_FIELDS,
    respects_quiet=False,
    life=timedelta(days=2),
)
MEALS_STAND: Final = Kind(
    "meeting.meals_stand",
    title="会议用餐未取消",
    text="{room} {time} 的会议已取消，但为其预订的{meal}已过截止时间，请与食堂联系。",
    fields=_FIELDS,
    respects_quiet=False,
    life=timedelta(days=2),
)
MEALS_UNMOVED: Final = Kind(
    "meeting.meals_unmoved",
    title="会议用餐待调整",
    text="会议已改到 {room} {time}，为其预订的{meal}未随之变更，请自行调整。",
    fields=_FIELDS,
    respects_quiet=False,
    life=timedelta(days=2),
)
