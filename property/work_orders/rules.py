"""What is decided about work orders."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Choice, Count, Fen, Minutes
from backend.rules.registry import Rule

_GROUP = "报修工单"
_MANAGE = Permission.PROPERTY_MANAGE

AUTO_TRIAGE: Final = Rule(
    "property.auto_triage",
    title="自动受理",
    kind=Choice(titles={"none": "不自动受理", "urgent": "仅特急和紧急", "all": "全部"}),
    default="none",
    group=_GROUP,
    description="提交后由系统直接受理、进入待派单；自动受理不算响应。",
    changes=_MANAGE,
    reads=_MANAGE,
)
HOLD_FREE_HOURS: Final = Rule(
    "property.hold_free_hours",
    title="免审批挂起时长",
    kind=Count(0, 720, "小时"),
    default=24,
    group=_GROUP,
    description="预计挂起不超过此时长的，不须审批；更长的由分管领导审批后才开始。",
    changes=_MANAGE,
    reads=_MANAGE,
)
OFFLINE_GRACE_MINUTES: Final = Rule(
    "property.offline_grace_minutes",
    title="离线补报时限",
    kind=Minutes(0, 1440),
    default=120,
    group=_GROUP,
    description="维修人员断网期间的操作，补报时按当时的时间计；早于此时限的，按此时限计。",
    changes=_MANAGE,
    reads=_MANAGE,
)
REOPEN_DAYS: Final = Rule(
    "property.reopen_days",
    title="重开期限",
    kind=Count(0, 60, "天"),
    default=7,
    group=_GROUP,
    description="完成后多少天内可以重开；此后须重新报修。",
    changes=_MANAGE,
    reads=_MANAGE,
)
MOST_OPEN_REPORTS: Final = Rule(
    "property.most_open_reports",
    title="每人未完成报修单上限",
    kind=Count(1, 200, "张"),
    default=20,
    group=_GROUP,
    description="本人提交而尚未完成的报修单达到此数时，不能再提交新的报修。",
    changes=_MANAGE,
    reads=_MANAGE,
)
REMIND_MINUTES: Final = Rule(
    "property.remind_minutes",
    title="催办间隔",
    kind=Minutes(0, 1440),
    default=60,
    group=_GROUP,
    description="同一个人对同一张工单，多少分钟内只能催办一次。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RATING_DAYS: Final = Rule(
    "property.rating_days",
    title="评价期限",
    kind=Count(1, 60, "天"),
    default=7,
    group=_GROUP,
    description="完成后多少天内可以评价；逾期未评价的工单自动关闭，记为未参评，不默认好评。",
    changes=_MANAGE,
    reads=_MANAGE,
)
AUTO_VERIFY_WORKDAYS: Final = Rule(
    "property.auto_verify_workdays",
    title="自动验收",
    kind=Count(0, 60, "个工作日"),
    default=5,
    group=_GROUP,
    description="完工后多少个工作日无人验收即由系统验收；0 表示不自动验收。",
    changes=_MANAGE,
    reads=_MANAGE,
)
COST_LIMIT_FEN: Final = Rule(
    "property.cost_limit_fen",
    title="免审批维修费用",
    kind=Fen(0, 100_000_000),
    default=50_000,
    group=_GROUP,
    description="一张工单由本单位承担的费用超过此金额的，须先报价，经审批同意后才能完工。",
    changes=_MANAGE,
    reads=_MANAGE,
)
LABOUR_RATE_FEN: Final = Rule(
    "property.labour_rate_fen",
    title="工时单价",
    kind=Fen(0, 1_000_000),
    default=6_000,
    group=_GROUP,
    description="登记工时时每小时的单价；已登记的工时不随之改变。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (
    AUTO_TRIAGE,
    HOLD_FREE_HOURS,
    OFFLINE_GRACE_MINUTES,
    REOPEN_DAYS,
    MOST_OPEN_REPORTS,
    REMIND_MINUTES,
    RATING_DAYS,
    AUTO_VERIFY_WORKDAYS,
    COST_LIMIT_FEN,
    LABOUR_RATE_FEN,
)
