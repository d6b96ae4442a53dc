"""What the seals tell people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_NUMBER: Final = Field("number", "诉求编号")
_WHO: Final = Field("who", "人员")
_LIFE: Final = timedelta(days=3)

ASKED: Final = Kind(
    "feedback.seal_asked",
    title="身份查看待审批",
    text="{who}申请查看诉求 {number} 的匿名身份：{why}，请审批。",
    fields=(_NUMBER, _WHO, Field("why", "理由")),
    life=_LIFE,
)
DECIDED: Final = Kind(
    "feedback.seal_decided",
    title="身份查看审批结果",
    text="您申请查看诉求 {number} 的匿名身份，审批结果：{result}。同意后 24 小时内可查看一次。",
    fields=(_NUMBER, Field("result", "审批结果")),
)
# To the reporter: nothing of it leads to the report.
LOOKED: Final = Kind(
    "feedback.seal_looked",
    title="匿名身份被查看",
    text="经两人申请和审批，您匿名提交的一件诉求的身份已被查看一次，查看已留痕。如有疑问，可向后勤管理部门了解。",
    fields=(),
    life=_LIFE,
    hides_recipient=True,
)
