"""What is decided about reports."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

_GROUP: Final = "随手拍与诉求"
_MANAGE: Final = Permission.FEEDBACK_MANAGE

MOST_OPEN: Final = Rule(
    "feedback.most_open",
    title="每人未办结诉求上限",
    kind=Count(1, 200, "件"),
    default=20,
    group=_GROUP,
    description="本人提交而尚未答复的诉求达到此数时，不能再提交新的诉求；匿名的一并计算。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MOST_A_DAY: Final = Rule(
    "feedback.most_a_day",
    title="每人每天提交上限",
    kind=Count(1, 100, "件"),
    default=10,
    group=_GROUP,
    description="同一个人一天内最多提交多少件诉求；匿名的一并计算。",
    changes=_MANAGE,
    reads=_MANAGE,
)
REMIND_HOURS: Final = Rule(
    "feedback.remind_hours",
    title="催办间隔",
    kind=Count(0, 168, "小时"),
    default=4,
    group=_GROUP,
    description="同一件诉求多少小时内只能催办一次。",
    changes=_MANAGE,
    reads=_MANAGE,
)
REOPEN_DAYS: Final = Rule(
    "feedback.reopen_days",
    title="重新办理期限",
    kind=Count(0, 60, "天"),
    default=7,
    group=_GROUP,
    description="答复后多少天内可以要求重新办理；此后须重新提交。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RATING_DAYS: Final = Rule(
    "feedback.rating_days",
    title="评价期限",
    kind=Count(1, 60, "天"),
    default=7,
    group=_GROUP,
    description="答复后多少天内可以评价；逾期未评价的自动办结，记为未参评，不默认满意。",
    changes=_MANAGE,
    reads=_MANAGE,
)
SEAL_MONTHS: Final = Rule(
    "feedback.seal_months",
    title="匿名身份保留时间",
    kind=Count(1, 60, "个月"),
    default=12,
    group=_GROUP,
    description="匿名诉求办结多少个月后，其密封的身份不可恢复地删除；此后本人也不能再查到该诉求。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (
    MOST_OPEN,
    MOST_A_DAY,
    REMIND_HOURS,
    REOPEN_DAYS,
    RATING_DAYS,
    SEAL_MONTHS,
)
