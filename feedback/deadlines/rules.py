"""How long each deadline class has, and of what time (rules-and-figures §4, E13)."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Choice, Count, Minutes
from backend.rules.registry import Rule

_GROUP = "诉求时限"
_MANAGE = Permission.FEEDBACK_MANAGE
_DAYS: Final = Choice(titles={"natural": "自然日", "workdays": "工作日"})

RESPONSE_MINUTES: Final = Rule(
    "feedback.response_minutes",
    title="响应时限",
    kind=Minutes(5, 2880),
    default=120,
    group=_GROUP,
    description="提交后多久之内须有人受理、转办或答复；系统自动回执不算响应。只用于此后提交的诉求。",
    changes=_MANAGE,
    reads=_MANAGE,
)
RESPONSE_COUNTING: Final = Rule(
    "feedback.response_counting",
    title="响应时限按什么计",
    kind=Choice(titles={"working": "工作时间", "natural": "自然时间"}),
    default="working",
    group=_GROUP,
    description="涉险类和保障类一律按自然时间计。",
    changes=_MANAGE,
    reads=_MANAGE,
)
DANGER_HOURS: Final = Rule(
    "feedback.danger_hours",
    title="涉险类办理时限",
    kind=Count(1, 72, "小时"),
    default=2,
    group=_GROUP,
    description="按自然时间计，节假日不停。",
    changes=_MANAGE,
    reads=_MANAGE,
)
UTILITIES_HOURS: Final = Rule(
    "feedback.utilities_hours",
    title="保障类办理时限",
    kind=Count(1, 240, "小时"),
    default=24,
    group=_GROUP,
    description="水、电、气、暖等。按自然时间计，节假日不停。",
    changes=_MANAGE,
    reads=_MANAGE,
)
GENERAL_DAYS: Final = Rule(
    "feedback.general_days",
    title="一般类办理时限",
    kind=Count(1, 60, "天"),
    default=7,
    group=_GROUP,
    changes=_MANAGE,
    reads=_MANAGE,
)
GENERAL_COUNTING: Final = Rule(
    "feedback.general_counting",
    title="一般类按什么日计",
    kind=_DAYS,
    default="natural",
    group=_GROUP,
    changes=_MANAGE,
    reads=_MANAGE,
)
COMPLEX_DAYS: Final = Rule(
    "feedback.complex_days",
    title="复杂类办理时限",
    kind=Count(1, 120, "天"),
    default=15,
    group=_GROUP,
    changes=_MANAGE,
    reads=_MANAGE,
)
COMPLEX_COUNTING: Final = Rule(
    "feedback.complex_counting",
    title="复杂类按什么日计",
    kind=_DAYS,
    default="natural",
    group=_GROUP,
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (
    RESPONSE_MINUTES,
    RESPONSE_COUNTING,
    DANGER_HOURS,
    UTILITIES_HOURS,
    GENERAL_DAYS,
    GENERAL_COUNTING,
    COMPLEX_DAYS,
    COMPLEX_COUNTING,
)
