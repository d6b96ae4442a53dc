"""What people are told of receptions. No message names a guest."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_MEAL = Field("meal", "接待餐次")
_CANTEEN = Field("canteen", "食堂")

SUBMITTED: Final = Kind(
    "canteen.reception_submitted",
    title="公务接待待审批",
    text="{department}申请{meal}在{canteen}公务接待，来宾 {guests} 人，请在供餐开始前审批。",
    fields=(Field("department", "申请部门"), _MEAL, _CANTEEN, Field("guests", "来宾人数")),
)
APPROVED: Final = Kind(
    "canteen.reception_approved",
    title="公务接待已批准",
    text="您申请的{meal}{canteen}公务接待已批准，{people}。",
    fields=(_MEAL, _CANTEEN, Field("people", "人数")),
)
REJECTED: Final = Kind(
    "canteen.reception_rejected",
    title="公务接待未批准",
    text="您申请的{meal}{canteen}公务接待未获批准，原因：{reason}。",
    fields=(_MEAL, _CANTEEN, Field("reason", "原因")),
)
CANCELLED: Final = Kind(
    "canteen.reception_cancelled",
    title="公务接待已取消",
    text="{department}{meal}在{canteen}的公务接待已取消{reason}。",
    fields=(Field("department", "申请部门"), _MEAL, _CANTEEN, Field("reason", "原因")),
    # The kitchen stops cooking.
    respects_quiet=False,
    life=timedelta(hours=12),
)
SERVED: Final = Kind(
    "canteen.reception_served",
    title="公务接待已办结",
    text="{meal}{canteen}公务接待已办结，实到{people}，金额 {amount} 元，可打印接待清单。",
    fields=(_MEAL, _CANTEEN, Field("people", "实到人数"), Field("amount", "金额")),
)
REOPENED: Final = Kind(
    "canteen.reception_reopened",
    title="公务接待更正登记",
    text="{meal}{canteen}公务接待的登记已撤回更正，原因：{reason}。",
    fields=(_MEAL, _CANTEEN, Field("reason", "原因")),
)
