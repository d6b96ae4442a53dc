"""What is decided about suppliers."""

from collections.abc import Mapping
from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Flag
from backend.rules.registry import Rule
from canteen.purchasing.suppliers.titles import FACT_NAMES

GROUP: Final = "食堂·采购"
LICENCE_DAYS: Final = Rule(
    "canteen.licence_reminder_days",
    title="供应商证照到期提醒",
    kind=Count(0, 365, "天"),
    default=30,
    group=GROUP,
    description="供应商证照到期前多少天提醒采购人员；0 为不提前提醒，到期后仍会提醒一次。",
    reads=Permission.PURCHASING_READ,
    changes=Permission.PURCHASING_APPROVE,
)
NEEDS_LICENCES: Final = Rule(
    "canteen.supplier_needs_licences",
    title="供应商须登记证照",
    kind=Flag(yes="未登记营业执照和食品许可证的不能供货", no="只拦截已过期的证照"),
    default=False,
    group=GROUP,
    description=(
        "开启后，没有登记营业执照、以及食品经营或生产许可证之一的供应商，采购单不能审批、到货不能验收。"
        "销售自产食用农产品的农户不需要许可证，因此默认只拦截已登记而过期的证照。"
    ),
    reads=Permission.PURCHASING_READ,
    changes=Permission.PURCHASING_APPROVE,
)
_WEIGHTS: Final = {"on_time": 25, "accepted": 25, "weight": 15, "price": 15, "marks": 20}
WEIGHTS: Final[Mapping[str, Rule[int]]] = {
    name: Rule(
        f"canteen.supplier_weight_{name}",
        title=f"供应商考核权重：{FACT_NAMES[name]}",
        kind=Count(0, 100, "分"),
        default=weight,
        group=GROUP,
        description="季度考核总分按各项权重折算为百分制；当季没有数据的项目不参与折算。",
        reads=Permission.PURCHASING_READ,
        changes=Permission.PURCHASING_APPROVE,
    )
    for name, weight in _WEIGHTS.items()
}
RULES: Final[tuple[Rule[Any], ...]] = (LICENCE_DAYS, NEEDS_LICENCES, *WEIGHTS.values())
