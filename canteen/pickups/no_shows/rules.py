"""What a canteen's managers decide about missed meals."""

from typing import Any, Final

from backend.rules.kinds import Count, Flag, Minutes
from backend.rules.registry import Rule, RuleScope
from canteen.ordering.pauses.rules import GROUP

NO_SHOW_AFTER_MINUTES: Final = Rule(
    "canteen.no_show_after_minutes",
    title="多久后记为未取餐",
    kind=Minutes(0, 24 * 60),
    default=120,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自供餐结束并过了仍可取餐的时间起算，留给离线核销台补报；此后补报的，仍会改为已取餐。",
)
APPEAL_DAYS: Final = Rule(
    "canteen.no_show_appeal_days",
    title="未取餐可申诉的天数",
    kind=Count(1, 30, "天"),
    default=7,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="自记录时起算；已记录的以记录时的规定为准。",
)
REFUND_EXCUSED: Final = Rule(
    "canteen.no_show_refund_excused",
    title="免责的未取餐是否退款",
    kind=Flag(yes="退款", no="不退款"),
    default=False,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="已请假或申诉通过的，餐费退回原账户；餐已备好，默认不退。以记录时的规定为准。",
)
RULES: Final[tuple[Rule[Any], ...]] = (NO_SHOW_AFTER_MINUTES, APPEAL_DAYS, REFUND_EXCUSED)
