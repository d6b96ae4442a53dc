"""What surveys tell people: that they are invited, once. Nobody is reminded."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

INVITED: Final = Kind(
    "feedback.survey_invited",
    title="问卷邀请",
    text="邀请您参加问卷调查「{title}」，{until} 前均可填写。匿名作答，自愿参加。",
    fields=(Field("title", "问卷名称"), Field("until", "截止日期")),
    life=timedelta(days=3),
)
