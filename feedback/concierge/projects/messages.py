"""What projects tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind
from feedback.reports.messages import REPORT

_LIFE: Final = timedelta(days=3)
_TITLE: Final = Field("title", "项目")

# To the proposer
ADOPTED: Final = Kind(
    "feedback.project_adopted",
    title="提议已立项",
    text="您的建议 {number} 已列为微实事项目「{title}」，可在项目页面关注进展。",
    fields=(*REPORT, _TITLE),
    life=_LIFE,
)
DECLINED: Final = Kind(
    "feedback.project_declined",
    title="提议未采纳",
    text="您的建议 {number} 未列为微实事项目：{why}。",
    fields=(*REPORT, Field("why", "说明")),
    life=_LIFE,
)
# To those who follow
PROGRESS: Final = Kind(
    "feedback.project_progress",
    title="微实事进展",
    text="您关注的微实事「{title}」有新进展（{step}）：{what}",
    fields=(_TITLE, Field("step", "进展类型"), Field("what", "内容")),
    life=_LIFE,
)
