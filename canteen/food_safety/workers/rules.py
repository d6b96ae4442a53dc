"""What is decided about kitchen workers."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Choice, Count
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·食品安全"

FEVER: Final = Rule(
    "canteen.fever_dc",
    title="晨检体温达到多少不得上岗",
    kind=Choice({str(dc): f"{dc / 10:.1f} ℃" for dc in range(369, 379)}),
    default="373",
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="达到或超过即停岗，由食品安全管理人员凭就诊证明等解除。",
    changes=Permission.SAFETY_MANAGE,
)
CERTIFICATE_DAYS: Final = Rule(
    "canteen.certificate_days",
    title="健康证到期前多少天提醒",
    kind=Count(8, 90, "天"),
    default=30,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="到期前 7 天和到期当日再各提醒一次；过期的不能上岗。",
    changes=Permission.SAFETY_MANAGE,
)
DETAIL_DAYS: Final = Rule(
    "canteen.health_detail_days",
    title="晨检体温和症状保存多少天",
    kind=Count(7, 180, "天"),
    default=30,
    group=GROUP,
    description="到期自动删除体温、症状和解除停岗的说明，只保留“合格”或“停岗”的结论；尚未解除停岗的保留至解除或离岗。",
)
CERTIFICATE_MONTHS: Final = Rule(
    "canteen.keep_certificate_months",
    title="离岗人员健康证保存几个月",
    kind=Count(6, 120, "个月"),
    default=24,
    group=GROUP,
    description="离岗、过期或作废满期后自动删除健康证编号和照片；默认与食品安全记录同为二年，"
    "此后依《个人信息保护法》第十九条、第四十七条不再保存。",
    changes=Permission.SAFETY_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (FEVER, CERTIFICATE_DAYS, DETAIL_DAYS, CERTIFICATE_MONTHS)
