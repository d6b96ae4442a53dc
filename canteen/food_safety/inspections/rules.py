"""How long the records of food safety are kept at least."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count
from backend.rules.registry import Rule

GROUP: Final = "食堂·食品安全"

RECEIPT_MONTHS: Final = Rule(
    "canteen.keep_receipt_months",
    title="进货查验记录在保质期满后保存几个月",
    kind=Count(6, 120, "个月"),
    default=6,
    group=GROUP,
    description="《食品安全法》第五十条：不得少于保质期满后六个月；没有明确保质期的按下一条。",
    reads=Permission.SAFETY_READ,
    changes=Permission.SAFETY_MANAGE,
)
LASTING_MONTHS: Final = Rule(
    "canteen.keep_safety_months",
    title="食品安全记录至少保存几个月",
    kind=Count(24, 120, "个月"),
    default=24,
    group=GROUP,
    description="进货查验（无保质期的）、日管控周排查月调度、清洁消毒、留样、台账等；法定不少于二年。",
    reads=Permission.SAFETY_READ,
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (RECEIPT_MONTHS, LASTING_MONTHS)
