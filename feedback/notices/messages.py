"""What notices tell people: once, at publication, if the editor wished so."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

NOTICE_PUBLISHED: Final = Kind(
    "feedback.notice_published",
    title="新通告提醒",
    text="{kind}：{title}",
    fields=(Field("kind", "类别"), Field("title", "标题")),
    life=timedelta(days=2),
)
